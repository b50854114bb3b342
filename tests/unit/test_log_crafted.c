// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logs made to deceive, with right checksums: headers that say what cannot be,
 * blocks of another log, and content that is not what zstd wrote.
 */
#include "log_fixture.h"

/* Block 1 with another header: what the reader says of it, and then goes on. */
static void crafted(void (*change)(struct fpt_log_block *head), const char *says,
		    unsigned int blocks, uint64_t lost)
{
	struct fpt_log_block head;
	struct image image;
	struct outcome got;

	make_image(&image);
	memcpy(&head, image.bytes + image.block[1], sizeof(head));
	change(&head);
	memcpy(image.bytes + image.block[1], &head, sizeof(head));
	mend_block(image.bytes, image.block[1]);
	read_bytes(image.bytes, image.block[BLOCKS], &got);
	assert_int_equal(got.open_err, 0);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_true(got.damages >= 1);
	assert_int_equal(offset_in(got.first), image.block[1]);
	if (!strstr(got.first, says))
		fail_msg("\"%s\" does not say \"%s\"", got.first, says);
	assert_int_equal(got.blocks, blocks);
	assert_int_equal(got.totals.lost, lost);
}

static void absurd_stored(struct fpt_log_block *head)
{
	head->stored = FPT_LOG_CONTENT_MAX + 8;
}

static void absurd_size(struct fpt_log_block *head)
{
	head->flags = FPT_LOG_ZSTD;
	head->size = FPT_LOG_CONTENT_MAX + 8;
}

static void other_magic(struct fpt_log_block *head)
{
	head->magic = 0x58545046;
}

static void end_with_events(struct fpt_log_block *head)
{
	head->magic = FPT_LOG_END_MAGIC;
}

static void unknown_flag(struct fpt_log_block *head)
{
	head->flags = 1U << 31;
}

static void not_compressed(struct fpt_log_block *head)
{
	head->flags = FPT_LOG_ZSTD;
}

static void sizes_differ(struct fpt_log_block *head)
{
	head->size++;
}

static void more_events(struct fpt_log_block *head)
{
	head->count++;
}

static void absurd_count(struct fpt_log_block *head)
{
	head->count = UINT32_MAX;
}

static void too_early(struct fpt_log_block *head)
{
	head->first--;
}

static void told_less(struct fpt_log_block *head)
{
	head->lost--;
}

static void test_crafted_headers(void **state)
{
	struct image image;
	struct outcome got;
	struct fpt_log_file file;

	(void)state;
	/* absurd sizes with right checksums: nothing is allocated, nothing followed */
	crafted(absurd_stored, "no sound block header", 3, 7);
	crafted(absurd_size, "no sound block header", 3, 7);
	crafted(other_magic, "no sound block header", 3, 7);
	crafted(end_with_events, "no sound block header", 3, 7);
	crafted(unknown_flag, "needs a newer fusept", 3, 7);
	crafted(not_compressed, "cannot decompress", 3, 7);
	crafted(sizes_differ, "sizes differ", 3, 7);
	crafted(more_events, "not described as they should be", 3, 7);
	crafted(absurd_count, "more events than fit", 3, 7);
	crafted(too_early, "less came before it", 4, 7);
	crafted(told_less, "block 1 is where", 4, 6);

	make_image(&image);
	memcpy(&file, image.bytes, sizeof(file));
	file.meta_size = FPT_LOG_META_MAX + 1;
	memcpy(image.bytes, &file, sizeof(file));
	read_bytes(image.bytes, image.block[0], &got);
	assert_int_equal(got.open_err, EBADMSG);
	read_bytes(image.bytes, image.block[BLOCKS], &got);
	assert_int_equal(got.open_err, 0);
	assert_int_equal(got.blocks, BLOCKS - 1);
}

/* The same blocks under the file header of another run, or of a later piece, are not its own. */
static void test_foreign_blocks(void **state)
{
	static const size_t at[] = { offsetof(struct fpt_log_file, run),
				     offsetof(struct fpt_log_file, piece) };
	struct image image;
	struct outcome got;
	unsigned int field;

	(void)state;
	for (field = 0; field < 2; field++) {
		make_image(&image);
		image.bytes[at[field]] ^= 1;
		mend_file(image.bytes);
		read_bytes(image.bytes, image.block[BLOCKS], &got);
		assert_int_equal(got.open_err, 0);
		assert_int_equal(got.blocks, 0);
		assert_int_equal(got.damages, 1);
		assert_int_equal(got.state, FPT_LOG_TRUNCATED);
	}
}

#define COMPRESSED_EVENTS 100

/* Three compressed blocks of as many events each, and the end; where the second begins. */
static size_t make_compressed(unsigned char *bytes, size_t room, size_t *second)
{
	const struct fpt_log_options options = { .meta = "{}", .zstd = 3 };
	static struct fpt_lookup events[COMPRESSED_EVENTS];
	struct fpt_batch batch = { .events = events,
				   .bytes = sizeof(events),
				   .count = COMPRESSED_EVENTS };
	struct fpt_log_writer *writer;
	char path[64];
	int fd = memory_file(path, "", 0), i, j;
	size_t size;

	*second = 0;
	writer = fpt_log_writer__open(path, &options);
	assert_non_null(writer);
	for (i = 0; i < 3; i++) {
		if (i == 1)
			*second = (size_t)lseek(fd, 0, SEEK_END);
		for (j = 0; j < COMPRESSED_EVENTS; j++) {
			events[j].h = (struct fpt_header){ sizeof(events[0]), FPT_LOOKUP,
							   .seq = (uint64_t)(100 * i + j) };
			snprintf(events[j].name, sizeof(events[j].name), "a common name %d", j);
		}
		assert_int_equal(fpt_log_writer__append(writer, &batch), 0);
	}
	batch = (struct fpt_batch){ .end = true };
	assert_int_equal(fpt_log_writer__append(writer, &batch), 0);
	assert_int_equal(fpt_log_writer__close(writer), 0);
	size = (size_t)lseek(fd, 0, SEEK_END);
	assert_true(size <= room);
	assert_int_equal(pread(fd, bytes, room, 0), size);
	close(fd);
	return size;
}

static void test_compressed(void **state)
{
	unsigned char bytes[8192];
	struct fpt_log_block head;
	struct outcome got;
	size_t second, at, size = make_compressed(bytes, sizeof(bytes), &second), end;
	int bit;

	(void)state;
	memcpy(&head, bytes + second, sizeof(head));
	assert_int_equal(head.flags, FPT_LOG_ZSTD);
	assert_true(head.stored < head.size);
	end = second + sizeof(head) + head.stored;
	read_bytes(bytes, size, &got);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(got.events, 3 * COMPRESSED_EVENTS);
	for (at = second; at < end; at++) {
		for (bit = 0; bit < 8; bit++) {
			bytes[at] ^= (unsigned char)(1 << bit);
			read_bytes(bytes, size, &got);
			bytes[at] ^= (unsigned char)(1 << bit);
			assert_int_equal(got.state, FPT_LOG_END);
			assert_int_equal(got.damages, 1);
			assert_int_equal(got.events, 2 * COMPRESSED_EVENTS);
			assert_int_equal(got.totals.lost, COMPRESSED_EVENTS);
		}
	}
	/* Right checksums, and nothing that zstd would know. */
	for (at = second + sizeof(head); at < end; at += 3) {
		bytes[at] ^= 0x10;
		mend_block(bytes, second);
		read_bytes(bytes, size, &got);
		bytes[at] ^= 0x10;
		assert_int_equal(got.state, FPT_LOG_END);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crafted_headers),
		cmocka_unit_test(test_foreign_blocks),
		cmocka_unit_test(test_compressed),
	};

	return cmocka_run_group_tests_name("log-crafted", tests, NULL, NULL);
}
