// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damaged logs through all of an audit: whatever byte is wrong, wherever the log is
 * cut, it is told with its offset, the rest is judged, and nothing passes.
 */
#include "run_fixture.h"

#include <stdlib.h>

#include "../fuzz/audit.h"

#define BLOCKS_MAX 64

static struct run run;

/* A log with a block for each batch, and where its blocks begin. */
static struct {
	char bytes[65536];
	size_t size;
	size_t block[BLOCKS_MAX];
	unsigned int blocks;
} file;

static void write_file(void)
{
	const struct fpt_log_options options = { .meta = "{\"fusept\":\"0.1\"}" };
	struct fpt_log_block head;
	char path[64];
	size_t at = sizeof(struct fpt_log_file) + strlen(options.meta);
	int fd = memfd_create("log", MFD_CLOEXEC);
	ssize_t size;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(run_write(&run, path, &options), 0);
	size = pread(fd, file.bytes, sizeof(file.bytes), 0);
	close(fd);
	assert_in_range(size, 1000, sizeof(file.bytes) - 1);
	file.size = (size_t)size;
	for (file.blocks = 0; at < file.size; at += sizeof(head) + head.stored) {
		assert_true(file.blocks < BLOCKS_MAX);
		file.block[file.blocks++] = at;
		memcpy(&head, file.bytes + at, sizeof(head));
	}
	assert_int_equal(at, file.size);
}

/* What is told of the first so many bytes. */
static struct fpt_summary summary_of(size_t size, bool *sound)
{
	struct fuzz_told told;

	*sound = fuzz_audit(fuzz_file(file.bytes, size), FPT_SOURCE_MAX, &fpt_out_json, 0, &told);
	free(told.text);
	return told.summary;
}

static void test_no_damage_passes(void **state)
{
	struct fpt_summary whole, got;
	size_t at;
	bool sound;

	(void)state;
	run_healthy(&run);
	write_file();
	whole = summary_of(file.size, &sound);
	assert_true(sound);
	assert_int_equal(fpt_summary__verdict(&whole), FPT_VERDICT_PASS);
	for (at = 0; at < file.size; at++) {
		file.bytes[at] ^= (char)(1 << at % 8);
		got = summary_of(file.size, &sound);
		file.bytes[at] ^= (char)(1 << at % 8);
		/* Also behind the block that the run's records came in. */
		assert_true(sound);
		assert_int_equal(fpt_summary__verdict(&got), FPT_VERDICT_INCONCLUSIVE);
		if (at < file.block[0])
			assert_int_equal(got.seen, whole.seen);
	}
	for (at = file.block[1]; at < file.size; at++) {
		got = summary_of(at, &sound);
		assert_true(sound);
		assert_int_equal(fpt_summary__verdict(&got), FPT_VERDICT_INCONCLUSIVE);
	}
}

/* What was shown before the damage is told, wherever that is. */
static void test_violation_stays_one(void **state)
{
	const enum fpt_check_id check = FPT_CHECK_MODE_CACHED_UNDER_PASSTHROUGH;
	struct fpt_summary got;
	unsigned int i;
	bool sound;

	(void)state;
	run_begin(&run);
	run_stream(&run, stream_of_new_mount);
	for (i = 0; i < 3; i++)
		run_stream(&run, stream_healthy);
	run_end(&run, 0);
	write_file();
	assert_int_equal(file.blocks, 1 + 1 + 1 + 3 + 2); /* with the records once more */
	for (i = 0; i < file.blocks; i++) {
		file.bytes[file.block[i] + 20] ^= 1;
		got = summary_of(file.size, &sound);
		file.bytes[file.block[i] + 20] ^= 1;
		assert_true(sound);
		if (i > 2)
			assert_int_equal(got.findings[check], 1);
		assert_int_equal(fpt_summary__verdict(&got), got.findings[check]
								     ? FPT_VERDICT_VIOLATION
								     : FPT_VERDICT_INCONCLUSIVE);
	}
	/* The file header, and with it the block that the records came in. */
	memset(file.bytes, 0, file.block[1]);
	got = summary_of(file.size, &sound);
	assert_true(sound);
	assert_int_equal(got.gaps, 1);
	assert_int_equal(got.seen, got.produced);
	assert_int_equal(fpt_summary__verdict(&got), FPT_VERDICT_INCONCLUSIVE);
	/* Both blocks of records: there is nothing to judge by, and this is said. */
	memset(file.bytes, 0, file.block[2]);
	summary_of(file.size, &sound);
	assert_false(sound);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_damage_passes),
		cmocka_unit_test(test_violation_stays_one),
	};

	return cmocka_run_group_tests_name("log-audit", tests, NULL, NULL);
}
