/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes tests/fuzz/corpus/log: logs, sound and spoilt, for the fuzzer to start from.
 * The same each time, so that a change of the format is all that changes them.
 */
#ifndef FUZZ_SEED_LOGS_H
#define FUZZ_SEED_LOGS_H

#include "../unit/log_fixture.h"
#include "../unit/run_fixture.h"

#define SEED_MAX 65536

struct seed {
	unsigned char bytes[SEED_MAX];
	size_t size;
	size_t block[64]; /* where they begin */
	unsigned int blocks;
};

static inline struct fpt_log_block seed_block(const struct seed *seed, unsigned int i)
{
	struct fpt_log_block head;

	memcpy(&head, seed->bytes + seed->block[i], sizeof(head));
	return head;
}

/* A run that is always the same, and right checksums for it. */
static inline void seed_number(struct seed *seed)
{
	const uint64_t number = 0x5eed5eed5eed5eed;
	struct fpt_log_block head;
	struct fpt_log_file file;
	size_t at;

	memcpy(seed->bytes + offsetof(struct fpt_log_file, run), &number, sizeof(number));
	mend_file(seed->bytes);
	memcpy(&file, seed->bytes, sizeof(file));
	seed->blocks = 0;
	for (at = sizeof(file) + file.meta_size; at < seed->size;
	     at += sizeof(head) + head.stored) {
		assert_true(seed->blocks < sizeof(seed->block) / sizeof(seed->block[0]));
		seed->block[seed->blocks++] = at;
		memcpy(&head, seed->bytes + at, sizeof(head));
		head.run = number;
		memcpy(seed->bytes + at, &head, sizeof(head));
		mend_block(seed->bytes, at);
	}
}

/* @flush_ms: 0 gives each batch a block of its own. */
static inline void seed_make(struct seed *seed, void (*make)(struct run *run), int zstd,
			     unsigned int flush_ms)
{
	const struct fpt_log_options options = { .meta = "{\"fusept\":\"0.1\"}",
						 .zstd = zstd,
						 .flush_ms = flush_ms };
	static struct run run;
	char path[64];
	int fd = memory_file(path, "", 0);
	ssize_t size;

	make(&run);
	assert_int_equal(run_write(&run, path, &options), 0);
	size = pread(fd, seed->bytes, sizeof(seed->bytes), 0);
	close(fd);
	assert_in_range(size, 1, SEED_MAX - 1);
	seed->size = (size_t)size;
	seed_number(seed);
}

/* Turns bits of each content from @first on, each @step bytes; the checksums are right again. */
static inline void seed_spoil(struct seed *seed, size_t first, size_t step, unsigned char bits)
{
	unsigned int i;

	for (i = 0; i < seed->blocks; i++) {
		const struct fpt_log_block head = seed_block(seed, i);
		size_t at;

		for (at = first; at < head.stored; at += step)
			seed->bytes[seed->block[i] + sizeof(head) + at] ^= bits;
		mend_block(seed->bytes, seed->block[i]);
	}
}

/* Blocks that say of more, or of less events than they have. */
static inline void seed_recount(struct seed *seed, int more)
{
	unsigned int i;

	for (i = 0; i < seed->blocks; i++) {
		struct fpt_log_block head = seed_block(seed, i);

		if (!head.count)
			continue;
		head.count += (uint32_t)more;
		if (head.records > head.count)
			head.records = head.count;
		memcpy(seed->bytes + seed->block[i], &head, sizeof(head));
		mend_block(seed->bytes, seed->block[i]);
	}
}

static inline void seed_write(const struct seed *seed, const char *folder, const char *name)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s.log", folder, name);
	out = fopen(path, "we");
	assert_non_null(out);
	assert_int_equal(fwrite(seed->bytes, 1, seed->size, out), seed->size);
	assert_int_equal(fclose(out), 0);
}

static inline void seed_write_all(const char *folder)
{
	static struct seed seed;
	size_t whole;

	seed_make(&seed, run_hostile, 0, 60000);
	seed_write(&seed, folder, "hostile");
	seed_make(&seed, run_warnings, 0, 0);
	seed_write(&seed, folder, "warnings");
	seed_make(&seed, run_lost, 0, 0);
	seed_write(&seed, folder, "lost");
	seed_make(&seed, run_remounted, 3, 0);
	seed_write(&seed, folder, "compressed");

	seed_make(&seed, run_remounted, 0, 0);
	seed_write(&seed, folder, "remounted");
	seed_spoil(&seed, 5, 1000000, 0x01);
	seed_write(&seed, folder, "mended-cpus");
	seed_make(&seed, run_remounted, 0, 0);
	seed_spoil(&seed, 40, 16, 0x02);
	seed_write(&seed, folder, "mended-columns");
	seed_make(&seed, run_remounted, 0, 0);
	seed_spoil(&seed, 60, 61, 0x40);
	seed_write(&seed, folder, "mended-reference");
	seed_make(&seed, run_remounted, 0, 0);
	seed_recount(&seed, 1);
	seed_write(&seed, folder, "mended-surplus");
	seed_make(&seed, run_remounted, 0, 0);
	seed_recount(&seed, -1);
	seed_write(&seed, folder, "mended-gone");

	seed_make(&seed, run_healthy, 0, 0);
	seed_write(&seed, folder, "healthy");
	seed.bytes[4] ^= 1;
	seed_write(&seed, folder, "header");
	seed.bytes[4] ^= 1;
	seed.bytes[seed.block[seed.blocks / 2] + sizeof(struct fpt_log_block) + 9] ^= 1;
	seed_write(&seed, folder, "flipped");
	whole = seed.size;
	seed.size = seed.block[seed.blocks - 1];
	seed_write(&seed, folder, "no-end");
	seed.size = whole * 2 / 3;
	seed_write(&seed, folder, "cut");
}

#endif
