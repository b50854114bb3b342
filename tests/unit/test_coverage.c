// SPDX-License-Identifier: GPL-2.0-only
/* Each reason for which an open is not served, and the sums of what was moved. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/fuse.h>
#include <string.h>

#include "coverage.h"

#define PASSTHROUGH (1U << 7) /* FOPEN_PASSTHROUGH */
#define SERVED (-1)
#define NONE (-1)

static const struct {
	uint32_t conn_flags, open_flags, file_mode;
	int ret, check, reason;
} opens[] = {
	{ FPT_CONN_PASSTHROUGH, PASSTHROUGH, FPT_IOM_UNCACHED, 0, NONE, SERVED },
	{ 0, 0, FPT_IOM_CACHED, 0, NONE, FPT_REASON_PASSTHROUGH_OFF },
	{ 0, 0, FPT_IOM_NONE, -EIO, FPT_CHECK_OPEN_NOT_NEGOTIATED, FPT_REASON_PASSTHROUGH_OFF },
	{ FPT_CONN_PASSTHROUGH | FPT_CONN_NO_OPEN, 0, FPT_IOM_CACHED, 0, NONE, FPT_REASON_NO_OPEN },
	{ FPT_CONN_PASSTHROUGH, 0, FPT_IOM_CACHED, 0, NONE, FPT_REASON_SERVER_CACHED },
	{ FPT_CONN_PASSTHROUGH, FOPEN_DIRECT_IO, FPT_IOM_NONE, 0, NONE, FPT_REASON_SERVER_DIRECT },
	{ FPT_CONN_PASSTHROUGH, PASSTHROUGH | FOPEN_DIRECT_IO, FPT_IOM_UNCACHED, 0, NONE,
	  FPT_REASON_SERVER_BOTH },
	{ FPT_CONN_PASSTHROUGH, 0, FPT_IOM_NONE, 0, NONE, FPT_REASON_DAX },
	{ FPT_CONN_PASSTHROUGH, 0, FPT_IOM_NONE, -EIO, FPT_CHECK_INO_BACKING_MISMATCH,
	  FPT_REASON_REFUSED },
	{ FPT_CONN_PASSTHROUGH, 0, FPT_IOM_NONE, -EACCES, NONE, FPT_REASON_FAILED },
};
#define OPENS (sizeof(opens) / sizeof(opens[0]))

static void test_reasons(void **state)
{
	bool seen[FPT_REASON_MAX] = { false };
	size_t i;
	int reason;

	(void)state;
	for (i = 0; i < OPENS; i++) {
		struct fpt_coverage coverage = { 0 };
		struct fpt_open e = { .conn_flags = opens[i].conn_flags,
				      .open_flags = opens[i].open_flags,
				      .file_mode = opens[i].file_mode,
				      .ret = opens[i].ret };

		fpt_coverage__open(&coverage, &e, opens[i].check);
		assert_int_equal(coverage.eligible, e.conn_flags & FPT_CONN_PASSTHROUGH ? 1 : 0);
		assert_int_equal(coverage.served, opens[i].reason == SERVED);
		for (reason = 0; reason < FPT_REASON_MAX; reason++)
			assert_int_equal(coverage.reason[reason], reason == opens[i].reason);
		assert_int_equal(coverage.refused[FPT_CHECK_INO_BACKING_MISMATCH],
				 opens[i].reason == FPT_REASON_REFUSED);
		if (opens[i].reason != SERVED)
			seen[opens[i].reason] = true;
	}
	for (reason = 0; reason < FPT_REASON_MAX; reason++)
		assert_true(seen[reason]);
}

static void take(struct fpt_bytes *bytes, uint32_t dev, uint64_t moved, uint64_t missed)
{
	struct fpt_moved_record record = { .dev = dev,
					   .backing_read = moved,
					   .backing_written = 10 * moved,
					   .server_read = 100 * moved,
					   .server_written = 1000 * moved,
					   .missed = missed };

	assert_int_equal(fpt_bytes__take(bytes, &record), 0);
}

static void expect_moved(struct fpt_moved moved, uint64_t bytes)
{
	assert_int_equal(moved.backing_read, bytes);
	assert_int_equal(moved.backing_written, 10 * bytes);
	assert_int_equal(moved.server_read, 100 * bytes);
	assert_int_equal(moved.server_written, 1000 * bytes);
}

/* What is told is what was moved so far: a later record takes the place of the one before. */
static void test_sums(void **state)
{
	struct fpt_bytes bytes = { 0 };

	(void)state;
	assert_false(bytes.known);
	take(&bytes, 0, 0, 0);
	assert_true(bytes.known);
	expect_moved(fpt_bytes__total(&bytes), 0);
	take(&bytes, 35, 3, 0);
	take(&bytes, 36, 4, 0);
	take(&bytes, 35, 5, 2);
	expect_moved(fpt_bytes__of(&bytes, 35), 5);
	expect_moved(fpt_bytes__of(&bytes, 36), 4);
	expect_moved(fpt_bytes__of(&bytes, 37), 0);
	expect_moved(fpt_bytes__total(&bytes), 9);
	assert_int_equal(bytes.missed, 2);
	fpt_bytes__free(&bytes);
	assert_false(bytes.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_sums),
	};

	return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
