// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damaged logs: cut at every byte, every bit turned, blocks that are gone,
 * doubled, swapped or another log's, and blocks made to deceive.  All of it is
 * noticed, and what is whole is read.
 */
#include "log_fixture.h"

#include <stdlib.h>
#include <zlib.h>

#define FILE_HEADER sizeof(struct fpt_log_file)
#define BLOCK_HEADER sizeof(struct fpt_log_block)

/* Which block byte @at belongs to; -1: the file header or the meta text. */
static int block_of(const struct image *image, size_t at)
{
	int i = -1;

	while (i + 1 < BLOCKS && image->block[i + 1] <= at)
		i++;
	return i;
}

static void test_cut_anywhere(void **state)
{
	struct outcome got, expected;
	struct image image;
	size_t size;

	(void)state;
	make_image(&image);
	for (size = 0; size < image.block[BLOCKS]; size++) {
		read_bytes(image.bytes, size, &got);
		if (size < image.block[0]) {
			assert_int_equal(got.open_err, size ? ENODATA : EINVAL);
			continue;
		}
		assert_int_equal(got.open_err, 0);
		assert_int_equal(got.state, FPT_LOG_TRUNCATED);
		assert_int_equal(got.damages, 0);
		assert_int_equal(offset_in(got.first), size);
		assert_int_equal(got.blocks, block_of(&image, size));
		if (block_of(&image, size) == BLOCKS - 1) {
			expect_without(&image, BLOCKS, &expected);
			same_blocks(&got, &expected);
		}
	}
}

static void one_block_damaged(const struct image *image, size_t at)
{
	const int hit = block_of(image, at);
	struct outcome got, expected;
	bool whole;

	read_bytes(image->bytes, image->block[BLOCKS], &got);
	if (hit < 0) {
		int err = at < 8 ? EINVAL : at < 12 ? EPROTO : EBADMSG;

		if (got.open_err != ENODATA || at < 12 || at >= 16)
			assert_int_equal(got.open_err, err);
		return;
	}
	expect_without(image, hit, &expected);
	same_blocks(&got, &expected);
	assert_int_equal(got.open_err, 0);
	assert_int_equal(got.damages, 1);
	assert_int_equal(block_of(image, offset_in(got.first)), hit);
	assert_int_equal(got.state, hit == BLOCKS - 1 ? FPT_LOG_TRUNCATED : FPT_LOG_END);

	if (hit == BLOCKS - 1)
		return;
	/* The header of a damaged block tells how many events it had, if it is whole. */
	whole = at >= image->block[hit] + BLOCK_HEADER;
	assert_int_equal(got.totals.lost, 6 + (whole ? image->count[hit] : 1));
	if (hit < BLOCKS - 2)
		assert_int_equal(got.lost,
				 expected.lost +
					 (whole ? image->count[hit] + image->lost[hit] : 1));
}

static void test_any_bit_turned(void **state)
{
	struct image image;
	size_t at;
	int bit;

	(void)state;
	make_image(&image);
	for (at = 0; at < image.block[BLOCKS]; at++) {
		for (bit = 0; bit < 8; bit++) {
			image.bytes[at] ^= (unsigned char)(1 << bit);
			one_block_damaged(&image, at);
			image.bytes[at] ^= (unsigned char)(1 << bit);
		}
	}
}

static void test_any_byte_overwritten(void **state)
{
	static const unsigned char with[] = { 0x00, 0xff, '\n' };
	struct image image;
	size_t at, i;

	(void)state;
	make_image(&image);
	for (at = 0; at < image.block[BLOCKS]; at++) {
		const unsigned char was = image.bytes[at];

		for (i = 0; i < sizeof(with); i++) {
			image.bytes[at] = with[i];
			if (with[i] != was)
				one_block_damaged(&image, at);
		}
		image.bytes[at] = was;
	}
}

/* Bytes gone or added: everything after them has moved. */
static void test_any_byte_gone_or_added(void **state)
{
	struct image image;
	size_t at;

	(void)state;
	make_image(&image);
	for (at = image.block[0]; at < image.block[BLOCKS]; at++) {
		const size_t size = image.block[BLOCKS];
		unsigned char bytes[sizeof(image.bytes) + 1];
		struct outcome got;
		int hit = block_of(&image, at), add;

		for (add = 0; add < 2; add++) {
			memcpy(bytes, image.bytes, at);
			bytes[at] = 'x';
			memcpy(bytes + at + add, image.bytes + at + !add, size - at - !add);
			read_bytes(bytes, add ? size + 1 : size - 1, &got);
			assert_int_equal(got.open_err, 0);
			assert_true(got.damages > 0 || got.state == FPT_LOG_TRUNCATED);
			assert_true((int)got.blocks >= hit);
			/* The block itself, and the one whose start was taken for its end. */
			assert_true((int)got.blocks + 2 >= BLOCKS - 1);
			if (got.state == FPT_LOG_END)
				assert_true(got.totals.lost > 6);
		}
	}
}

/* Block @from of a log comes as number @to in the bytes at @out. */
static size_t copy_block(unsigned char *out, const struct image *image, int i)
{
	size_t size = image->block[i + 1] - image->block[i];

	memcpy(out, image->bytes + image->block[i], size);
	return size;
}

static void read_order(const struct image *image, const int *order, struct outcome *got)
{
	unsigned char bytes[2 * sizeof(image->bytes)];
	size_t size = image->block[0];

	memcpy(bytes, image->bytes, size);
	for (; *order >= 0; order++)
		size += copy_block(bytes + size, image, *order);
	read_bytes(bytes, size, got);
}

static void test_blocks_out_of_place(void **state)
{
	struct outcome got, expected;
	struct image image;

	(void)state;
	make_image(&image);
	/* gone: the next one says so, and counts at least one event lost */
	read_order(&image, (const int[]){ 0, 2, 3, 4, -1 }, &got);
	expect_without(&image, 1, &expected);
	same_blocks(&got, &expected);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.lost, expected.lost + 1);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_non_null(strstr(got.first, "block 2 is where block 1 should be"));
	read_order(&image, (const int[]){ 0, 3, 4, -1 }, &got);
	assert_int_equal(got.lost, 2);
	read_order(&image, (const int[]){ 0, 4, -1 }, &got);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.totals.lost, 6 + 3);
	/* twice: the second is not read again */
	read_order(&image, (const int[]){ 0, 1, 1, 2, 3, 4, -1 }, &got);
	expect_without(&image, BLOCKS, &expected);
	same_blocks(&got, &expected);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.lost, expected.lost + 1);
	assert_int_equal(got.state, FPT_LOG_END);
	read_order(&image, (const int[]){ 0, 1, 1, 0, 2, 3, 4, -1 }, &got);
	same_blocks(&got, &expected);
	assert_int_equal(got.damages, 2);
	assert_int_equal(got.lost, expected.lost + 2);
	assert_int_equal(got.state, FPT_LOG_END);
	/* swapped */
	read_order(&image, (const int[]){ 0, 2, 1, 3, 4, -1 }, &got);
	assert_int_equal(got.damages, 2);
	assert_int_equal(got.blocks, 3);
	assert_int_equal(got.state, FPT_LOG_END);
	/* after the end */
	read_order(&image, (const int[]){ 0, 1, 2, 3, 4, 3, -1 }, &got);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.totals.lost, 6 + 1);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(offset_in(got.first), image.block[BLOCKS]);
	/* no end */
	read_order(&image, (const int[]){ 0, 1, 2, 3, -1 }, &got);
	assert_int_equal(got.damages, 0);
	assert_int_equal(got.state, FPT_LOG_TRUNCATED);
}

static void test_two_logs_in_one(void **state)
{
	unsigned char bytes[2 * sizeof(((struct image *)0)->bytes)];
	struct image image;
	struct outcome got;
	size_t size;

	(void)state;
	make_image(&image);
	size = image.block[BLOCKS];
	memcpy(bytes, image.bytes, size);
	memcpy(bytes + size, image.bytes, size);
	read_bytes(bytes, 2 * size, &got);
	assert_int_equal(got.damages, 1);
	assert_int_equal(offset_in(got.first), size);
	assert_int_equal(got.blocks, BLOCKS - 1);
}

/* Crafted logs: all checksums right, but the content is not. */

static uint32_t file_crc(const unsigned char *bytes)
{
	struct fpt_log_file head;

	memcpy(&head, bytes, sizeof(head));
	return head.crc;
}

/* Appends a block with right checksums for the log in @bytes. */
static size_t craft(unsigned char *bytes, size_t size, struct fpt_log_block head,
		    const void *events)
{
	uint32_t crc = file_crc(bytes);

	if (!head.magic)
		head.magic = FPT_LOG_BLOCK_MAGIC;
	head.events_crc = (uint32_t)crc32_z(crc, events, head.size);
	head.header_crc = (uint32_t)crc32_z(crc, (const void *)&head, BLOCK_HEADER - 4);
	memcpy(bytes + size, &head, BLOCK_HEADER);
	memcpy(bytes + size + BLOCK_HEADER, events, head.size);
	return size + BLOCK_HEADER + head.size;
}

/* Blocks 0 and 1 of the reference log, a crafted one, then a sound one and the end. */
static void crafted(struct fpt_log_block head, const void *events, size_t wrong_at,
		    const char *says)
{
	unsigned char *bytes = calloc(1, 65536);
	struct fpt_log_block after = { .number = 3 }, end = { .magic = FPT_LOG_END_MAGIC };
	struct image image;
	struct outcome got;
	size_t size;

	assert_non_null(bytes);
	make_image(&image);
	size = image.block[2];
	memcpy(bytes, image.bytes, size);
	head.number = 2;
	size = craft(bytes, size, head, events);
	size = craft(bytes, size, after, "");
	end.number = 4;
	size = craft(bytes, size, end, "");
	read_bytes(bytes, size, &got);
	free(bytes);
	assert_int_equal(got.open_err, 0);
	assert_int_equal(got.state, FPT_LOG_END);
	if (!says) {
		assert_int_equal(got.damages, 0);
		assert_int_equal(got.blocks, 4);
		return;
	}
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.blocks, 3);
	assert_int_equal(got.lost, 2 + (head.count ? head.count : 1));
	assert_int_equal(got.totals.lost, head.count ? head.count : 1);
	assert_int_equal(offset_in(got.first), image.block[2] + wrong_at);
	if (!strstr(got.first, says))
		fail_msg("\"%s\" does not say \"%s\"", got.first, says);
}

static void test_crafted_events(void **state)
{
	char events[8192] = { 0 };
	struct fpt_header *first = (struct fpt_header *)events;
	struct fpt_header *second = (struct fpt_header *)(events + 40);
	struct fpt_log_block head = { .size = 80, .count = 2 };

	(void)state;
	*first = *second = (struct fpt_header){ .size = 40, .kind = 777 };
	crafted(head, events, 0, NULL);
	first->size = 0;
	crafted(head, events, BLOCK_HEADER, "smaller than its header");
	first->size = 40;
	second->size = 48;
	crafted(head, events, BLOCK_HEADER + 40, "reach past its block");
	second->size = 36;
	crafted(head, events, BLOCK_HEADER + 40, "not a multiple of 8");
	second->size = 40;
	second->kind = FPT_OPEN;
	crafted(head, events, BLOCK_HEADER + 40, "not that of its kind");
	second->kind = 777;
	head.count = 3;
	crafted(head, events, BLOCK_HEADER + 80, "not as many events as it says");
	head.count = 0;
	crafted(head, events, BLOCK_HEADER + 80, "not as many events as it says");
	head.count = 1;
	head.size = 56;
	crafted(head, events, BLOCK_HEADER + 40, "no room for its header");
	first->size = 4104;
	head.size = 4104;
	crafted(head, events, BLOCK_HEADER, "size absurd");
	first->size = 4096;
	head.size = 4096;
	crafted(head, events, 0, NULL);
}

static void test_crafted_headers(void **state)
{
	struct fpt_log_block head = { .size = FPT_LOG_BLOCK_MAX + 8, .count = 1 };
	unsigned char bytes[sizeof(((struct image *)0)->bytes)];
	struct fpt_log_file file = { .magic = FPT_LOG_MAGIC, .version = FPT_LOG_VERSION };
	struct image image;
	struct outcome got;
	uint32_t crc;

	(void)state;
	/* absurd sizes with right checksums: nothing is allocated, nothing followed */
	make_image(&image);
	memcpy(bytes, image.bytes, sizeof(bytes));
	crc = file_crc(bytes);
	head.number = 2;
	head.magic = FPT_LOG_BLOCK_MAGIC;
	head.header_crc = (uint32_t)crc32_z(crc, (const void *)&head, BLOCK_HEADER - 4);
	memcpy(bytes + image.block[2], &head, BLOCK_HEADER);
	read_bytes(bytes, image.block[BLOCKS], &got);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.blocks, 3);
	assert_int_equal(got.state, FPT_LOG_END);

	head.magic = 0x58545046; /* neither a block nor an end */
	head.size = 0;
	head.count = 0;
	head.events_crc = crc;
	head.header_crc = (uint32_t)crc32_z(crc, (const void *)&head, BLOCK_HEADER - 4);
	memcpy(bytes + image.block[2], &head, BLOCK_HEADER);
	read_bytes(bytes, image.block[BLOCKS], &got);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.blocks, 3);

	head.magic = FPT_LOG_END_MAGIC; /* an end with events */
	head.size = 8;
	head.header_crc = (uint32_t)crc32_z(crc, (const void *)&head, BLOCK_HEADER - 4);
	memcpy(bytes + image.block[2], &head, BLOCK_HEADER);
	read_bytes(bytes, image.block[BLOCKS], &got);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.state, FPT_LOG_END);

	file.meta_size = FPT_LOG_META_MAX + 1;
	file.crc = (uint32_t)crc32_z(0, (const void *)&file, sizeof(file));
	read_bytes(&file, sizeof(file), &got);
	assert_int_equal(got.open_err, EBADMSG);
}

/* The same blocks under another file header are not this log's. */
static void test_foreign_blocks(void **state)
{
	struct fpt_log_file file;
	struct image image;
	struct outcome got;

	(void)state;
	make_image(&image);
	image.bytes[FILE_HEADER + 2] ^= 1; /* in the meta text */
	memcpy(&file, image.bytes, sizeof(file));
	file.crc = 0;
	file.crc = (uint32_t)crc32_z(0, (const void *)&file, sizeof(file));
	file.crc = (uint32_t)crc32_z(file.crc, image.bytes + sizeof(file), file.meta_size);
	memcpy(image.bytes, &file, sizeof(file));
	read_bytes(image.bytes, image.block[BLOCKS], &got);
	assert_int_equal(got.open_err, 0);
	assert_int_equal(got.blocks, 0);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.state, FPT_LOG_TRUNCATED);
}

/* Several headers gone in one place: each block counts. */
static void test_wiped(void **state)
{
	struct image image;
	struct outcome got;

	(void)state;
	make_image(&image);
	memset(image.bytes + image.block[0] + 8, 0, image.block[3] - image.block[0]);
	read_bytes(image.bytes, image.block[BLOCKS], &got);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.blocks, 0);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(got.totals.lost, 6 + 4);
}

/* Rubbish longer than what is searched at a time, with a block header across its end. */
static void test_long_rubbish(void **state)
{
	const size_t rubbish = 3 * 65536 - 20;
	unsigned char *bytes = malloc(rubbish + 8192);
	struct outcome got, expected;
	struct image image;
	size_t i;

	(void)state;
	assert_non_null(bytes);
	make_image(&image);
	memcpy(bytes, image.bytes, image.block[1]);
	for (i = 0; i < rubbish; i++)
		bytes[image.block[1] + i] = (unsigned char)"FPTBFPTE"[i % 8];
	memcpy(bytes + image.block[1] + rubbish, image.bytes + image.block[1],
	       image.block[BLOCKS] - image.block[1]);
	read_bytes(bytes, image.block[BLOCKS] + rubbish, &got);
	free(bytes);
	expect_without(&image, BLOCKS, &expected);
	same_blocks(&got, &expected);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.lost, expected.lost + 1);
	assert_int_equal(got.state, FPT_LOG_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_any_bit_turned),
		cmocka_unit_test(test_any_byte_overwritten),
		cmocka_unit_test(test_any_byte_gone_or_added),
		cmocka_unit_test(test_blocks_out_of_place),
		cmocka_unit_test(test_two_logs_in_one),
		cmocka_unit_test(test_crafted_events),
		cmocka_unit_test(test_crafted_headers),
		cmocka_unit_test(test_foreign_blocks),
		cmocka_unit_test(test_wiped),
		cmocka_unit_test(test_long_rubbish),
	};

	return cmocka_run_group_tests_name("log-damage", tests, NULL, NULL);
}
