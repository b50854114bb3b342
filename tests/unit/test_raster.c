// SPDX-License-Identifier: GPL-2.0-only
/* The picture of io modes: exact at first, folded as time goes on, of bounded size. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "raster.h"

#define BEGIN UINT64_C(1000000000)
#define US UINT64_C(1000)
#define HOUR (3600 * US * 1000000)

static struct fpt_raster raster;

static void event_of(uint64_t nodeid, uint64_t ts_ns, int32_t ctr, uint64_t fb)
{
	struct fpt_uncached_end e = { .h = { sizeof(e), FPT_UNCACHED_END, 0, 0, ts_ns, 1, 1 },
				      .nodeid = nodeid,
				      .dev = 35,
				      .after_ctr = ctr,
				      .after_fb = fb,
				      .after_bits = FPT_BIT_READ };

	fpt_raster__event(&raster, &e.h);
}

/* From one column to before another, all the same. */
static void painted(unsigned int lane, unsigned int from, unsigned int to, unsigned int modes)
{
	for (; from < to; from++)
		if (raster.lane[lane]->column[from] != modes)
			fail_msg("column %u is %u, not %u", from, raster.lane[lane]->column[from],
				 modes);
}

static int clear(void **state)
{
	(void)state;
	fpt_raster__free(&raster);
	return 0;
}

/* A new connection on the same device: another inode, though its nodeid is the same. */
static void test_device_used_again(void **state)
{
	struct fpt_init init = { .h = { sizeof(init), FPT_INIT, 0, 0, BEGIN + 10 * US, 1, 1 },
				 .dev = 35 };

	(void)state;
	event_of(3, BEGIN, -1, 7);
	fpt_raster__event(&raster, &init.h);
	event_of(3, BEGIN + 20 * US, 1, 0);
	fpt_raster__finish(&raster, BEGIN + 30 * US);
	assert_int_equal(raster.lanes, 2);
	painted(0, 0, 11, 1 << FPT_INODE_PASSTHROUGH);
	painted(0, 11, FPT_RASTER_COLUMNS, 0);
	painted(1, 0, 20, 0);
	painted(1, 20, 31, 1 << FPT_INODE_CACHED);
}

static void test_modes(void **state)
{
	(void)state;
	event_of(3, BEGIN, -1, 7);
	event_of(3, BEGIN + 10 * US, -1, 0);
	event_of(3, BEGIN + 20 * US, 0, 0);
	event_of(3, BEGIN + 30 * US, 1, 0);
	fpt_raster__finish(&raster, BEGIN + 40 * US);
	assert_int_equal(raster.lanes, 1);
	painted(0, 0, 10, 1 << FPT_INODE_PASSTHROUGH);
	painted(0, 10, 11, 1 << FPT_INODE_PASSTHROUGH | 1 << FPT_INODE_DIRECT);
	painted(0, 11, 21, 1 << FPT_INODE_DIRECT);
	painted(0, 21, 30, 0);
	painted(0, 30, 41, 1 << FPT_INODE_CACHED);
	painted(0, 41, FPT_RASTER_COLUMNS, 0);
}

/* An inode is told from one of another mount, and nothing is shown of what is not known. */
static void test_which_inodes(void **state)
{
	struct fpt_uncached_end e = { .h = { sizeof(e), FPT_UNCACHED_END, 0, 0, BEGIN, 1, 1 },
				      .nodeid = 3,
				      .dev = 36,
				      .after_ctr = 1 };

	(void)state;
	fpt_raster__event(&raster, &e.h); /* the state was not read */
	assert_int_equal(raster.lanes, 0);
	event_of(3, BEGIN, 0, 0); /* in no mode */
	assert_int_equal(raster.lanes, 0);
	event_of(3, BEGIN, 1, 0);
	e.after_bits = FPT_BIT_READ;
	fpt_raster__event(&raster, &e.h);
	assert_int_equal(raster.lanes, 2);
}

static void test_one_fold(void **state)
{
	(void)state;
	event_of(3, BEGIN + 0, 1, 0);
	event_of(3, BEGIN + 100 * US, -1, 7);
	event_of(3, BEGIN + 201 * US, 0, 0);
	event_of(4, BEGIN + FPT_RASTER_COLUMNS * US, 1, 0); /* one beyond the last column */
	assert_int_equal(raster.column_ns, 2 * US);
	painted(0, 0, 50, 1 << FPT_INODE_CACHED);
	painted(0, 50, 51, 1 << FPT_INODE_CACHED | 1 << FPT_INODE_PASSTHROUGH);
	painted(0, 51, 101, 1 << FPT_INODE_PASSTHROUGH);
	painted(0, 101, FPT_RASTER_COLUMNS, 0);
	fpt_raster__finish(&raster, BEGIN + (FPT_RASTER_COLUMNS + 9) * US);
	painted(1, FPT_RASTER_COLUMNS / 2, FPT_RASTER_COLUMNS / 2 + 5, 1 << FPT_INODE_CACHED);
}

static void test_time_folds(void **state)
{
	unsigned int lane, column;

	(void)state;
	event_of(3, BEGIN, 1, 0);
	event_of(3, BEGIN + 100 * US, 0, 0);
	event_of(4, BEGIN + HOUR, 1, 0); /* an hour later */
	fpt_raster__finish(&raster, BEGIN + HOUR + 1000000 * US);
	assert_int_equal(raster.lanes, 2);
	painted(0, 0, 1, 1 << FPT_INODE_CACHED);
	painted(0, 1, FPT_RASTER_COLUMNS, 0);
	column = fpt_raster__column(&raster, BEGIN + HOUR);
	assert_in_range(column, FPT_RASTER_COLUMNS / 2 - 1, FPT_RASTER_COLUMNS - 1);
	painted(1, 0, column, 0);
	painted(1, column, column + 1, 1 << FPT_INODE_CACHED);
	/* The end of time. */
	event_of(4, UINT64_MAX, 0, 0);
	for (lane = 0; lane < raster.lanes; lane++)
		assert_int_equal(raster.lane[lane]->column[0] & ~(1 << FPT_INODE_CACHED), 0);
}

/* Between processors, time goes back a little. */
static void test_time_goes_back(void **state)
{
	(void)state;
	event_of(3, BEGIN + 50 * US, 1, 0);
	event_of(4, BEGIN, 1, 0);
	event_of(4, BEGIN + 10 * US, 0, 0);
	event_of(3, BEGIN + 40 * US, 0, 0);
	fpt_raster__finish(&raster, BEGIN + 45 * US);
	painted(0, 0, 1, 1 << FPT_INODE_CACHED);
	painted(0, 1, FPT_RASTER_COLUMNS, 0);
}

static void test_lanes_are_bounded(void **state)
{
	struct fpt_inode_key key = { .nodeid = 5000, .dev = 35 };
	unsigned int i;

	(void)state;
	for (i = 0; i < 3 * FPT_RASTER_LANES; i++)
		event_of(1000 + i, BEGIN + i * US, 1, 0);
	assert_int_equal(raster.lanes, FPT_RASTER_LANES);
	assert_true(raster.crowded);
	/* What has a finding takes the place of what has none. */
	fpt_raster__mark(&raster, &key, "name", BEGIN);
	assert_int_equal(raster.lanes, FPT_RASTER_LANES);
	assert_int_equal(raster.lane[FPT_RASTER_LANES - 1]->key.nodeid, 5000);
	assert_string_equal(raster.lane[FPT_RASTER_LANES - 1]->name, "name");
	for (i = 0; i < 2 * FPT_RASTER_LANES; i++) {
		key.nodeid = 6000 + i;
		fpt_raster__mark(&raster, &key, "", BEGIN);
	}
	assert_int_equal(raster.lane[FPT_RASTER_LANES - 1]->key.nodeid, 5000);
	assert_int_equal(raster.lane[0]->key.nodeid, 6000 + FPT_RASTER_LANES - 2);
}

static void test_nothing(void **state)
{
	(void)state;
	fpt_raster__finish(&raster, BEGIN);
	assert_int_equal(raster.lanes, 0);
}

#define RASTER_TEST(name) cmocka_unit_test_teardown(name, clear)
int main(void)
{
	const struct CMUnitTest tests[] = {
		RASTER_TEST(test_modes),	  RASTER_TEST(test_device_used_again),
		RASTER_TEST(test_which_inodes),	  RASTER_TEST(test_time_folds),
		RASTER_TEST(test_time_goes_back), RASTER_TEST(test_lanes_are_bounded),
		RASTER_TEST(test_nothing),	  RASTER_TEST(test_one_fold),
	};

	return cmocka_run_group_tests_name("raster", tests, NULL, NULL);
}
