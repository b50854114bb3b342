// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must not be concluded: from operations on one file that overlap, from
 * what sleeps unseen, from a loss whose place is not known, and from the end of
 * one call that stands where the end of another was lost.
 */
#include "event_stream.h"
#include "record.h"

static struct stream s;

static int setup(void **state)
{
	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	stream_free(&s);
	return 0;
}

static void nothing_found(void)
{
	unsigned int i;

	for (i = 0; i < s.findings; i++)
		print_message("[%s] %s\n", fpt_checks[s.heard[i].check].id, s.heard[i].text);
	assert_int_equal(s.findings, 0);
}

static void found(enum fpt_check_id check)
{
	assert_int_equal(s.findings, 1);
	assert_string_equal(fpt_checks[s.heard[0].check].id, fpt_checks[check].id);
	s.findings = 0;
}

/* ---- two processes that share an open file map it at the same time ---- */

static void both_begin(uint64_t file)
{
	s.tid = 10;
	op_begins(&s, FPT_OP_CACHED_OPEN, file, FPT_IOM_NONE, NULL);
	s.tid = 11;
	op_begins(&s, FPT_OP_CACHED_OPEN, file, FPT_IOM_NONE, NULL);
}

static void test_shared_file_counts_once(void **state)
{
	(void)state;
	born(&s);
	open_plain(&s, 1, DIRECT_IO, 0);
	both_begin(1);
	s.state.ctr = 1;
	s.state.bits |= FPT_BIT_CACHE_IO;
	cached_ends(&s, 1, FPT_IOM_NONE, 0);
	s.tid = 10;
	cached_ends(&s, 1, FPT_IOM_NONE, 0);
	io_release(&s, 1, FPT_IOM_CACHED);
	nothing_found();
	/* Two files would have counted twice. */
	open_plain(&s, 2, DIRECT_IO, 0);
	open_plain(&s, 3, DIRECT_IO, 0);
	s.tid = 10;
	op_begins(&s, FPT_OP_CACHED_OPEN, 2, FPT_IOM_NONE, NULL);
	s.tid = 11;
	op_begins(&s, FPT_OP_CACHED_OPEN, 3, FPT_IOM_NONE, NULL);
	s.state.ctr = 1;
	s.state.bits |= FPT_BIT_CACHE_IO;
	cached_ends(&s, 3, FPT_IOM_NONE, 0);
	s.tid = 10;
	cached_ends(&s, 2, FPT_IOM_NONE, 0);
	io_release(&s, 2, FPT_IOM_CACHED);
	found(FPT_CHECK_MODE_DRIFT);
}

/* A kernel that counted both would be wrong. */
static void test_shared_file_counted_twice(void **state)
{
	(void)state;
	born(&s);
	open_plain(&s, 1, DIRECT_IO, 0);
	both_begin(1);
	s.state.ctr = 1;
	s.state.bits |= FPT_BIT_CACHE_IO;
	cached_ends(&s, 1, FPT_IOM_NONE, 0);
	s.tid = 12;
	uncached_start(&s, NULL, -ETXTBSY); /* what is still to come is thought of again */
	s.tid = 10;
	s.state.ctr = 2;
	cached_ends(&s, 1, FPT_IOM_NONE, 0);
	cached_open(&s, 4, FPT_IOM_NONE, 0);
	found(FPT_CHECK_MODE_DRIFT);
}

/* The one was refused, so the other still is the first. */
static void test_shared_file_refused_first(void **state)
{
	(void)state;
	born(&s);
	open_plain(&s, 1, DIRECT_IO, 0);
	uncached_start(&s, &first_backing, 0);
	both_begin(1);
	cached_ends(&s, 1, FPT_IOM_NONE, -ETXTBSY);
	s.tid = 12;
	uncached_end(&s);
	s.state.ctr = 1;
	s.state.bits |= FPT_BIT_CACHE_IO;
	s.tid = 10;
	cached_ends(&s, 1, FPT_IOM_NONE, 0);
	cached_open(&s, 4, FPT_IOM_NONE, 0);
	nothing_found();
}

static void is_cached(struct fpt_header *event)
{
	((struct fpt_cached_open *)event)->file_mode = FPT_IOM_CACHED;
}

/* The one came while the inode was in passthrough, the other after that. */
static void test_shared_file_refused_and_cached(void **state)
{
	(void)state;
	born(&s);
	open_plain(&s, 1, DIRECT_IO, 0);
	uncached_start(&s, &first_backing, 0);
	both_begin(1);
	s.tid = 12;
	uncached_end(&s);
	s.state.ctr = 1;
	s.state.bits |= FPT_BIT_CACHE_IO;
	s.tid = 11;
	cached_ends(&s, 1, FPT_IOM_NONE, 0);
	s.tid = 10;
	s.falsify = is_cached;
	cached_ends(&s, 1, FPT_IOM_NONE, -ETXTBSY);
	nothing_found();
}

/* ---- FUSE_I_CACHE_IO_MODE ---- */

/* Wrong since an operation that others overlapped, so only now it shows. */
static void test_bit_was_wrong_before(void **state)
{
	(void)state;
	born(&s);
	s.state.bits |= FPT_BIT_CACHE_IO;
	cached_open(&s, 1, FPT_IOM_NONE, 0);
	assert_string_equal(s.heard[0].text, "cached_open met iocachectr 0, no backing file with "
					     "FUSE_I_CACHE_IO_MODE set");
	found(FPT_CHECK_MODE_BIT_WRONG);
}

/* ---- what sleeps unseen ---- */

/* A direct write ends that a cached open from before the trace has waited for. */
static void test_waiter_takes_its_time(void **state)
{
	(void)state;
	s.state.ctr = -1;
	evict(&s); /* anything, to begin the stream */
	s.findings = 0;
	s.now += 2 * SECOND;
	uncached_end(&s);
	open_cached(&s, 1);
	s.state.ctr = 2; /* the waiter, whose end is still to come */
	open_cached(&s, 2);
	nothing_found();
	/* Much later it cannot have been that. */
	s.now += 2 * SECOND;
	open_cached(&s, 3);
	s.state.ctr = 9;
	open_cached(&s, 4);
	found(FPT_CHECK_MODE_DRIFT);
}

/* ---- where something was lost ---- */

static void hand_over(uint64_t lost)
{
	struct fpt_release e = { .h = { sizeof(e), FPT_RELEASE, 0, 0, s.now, 1, 1 } };
	struct fpt_batch batch = { .events = &e, .bytes = sizeof(e), .count = 1, .lost = lost };

	PUT(e, inode, s.id);
	fpt_checker__batch(s.checker, &batch);
	fpt_checker__event(s.checker, &e.h);
}

/* The time that is told once a second is no batch of the ring. */
static void hand_over_record(void)
{
	struct fpt_time_record e = { .h = { sizeof(e), FPT_TIME, 0, 0, s.now, 1, 1 } };

	fpt_checker__batch(s.checker,
			   &(struct fpt_batch){ .events = &e, .bytes = sizeof(e), .count = 1 });
}

/* What was lost can have come long after the batch, or with the next one. */
static void test_loss_counted_late(void **state)
{
	unsigned int batches;

	(void)state;
	for (batches = 1; batches <= 2; batches++) {
		hand_over(batches == 1);
		hand_over_record();
		s.now += 2 * SECOND;
	}
	hand_over(0);
	open_cached(&s, 1);
	s.state.ctr = 2; /* by one whose begin was lost just now */
	open_cached(&s, 2);
	nothing_found();
	s.now += 2 * SECOND;
	hand_over(0);
	open_cached(&s, 3);
	s.state.ctr = 9;
	open_cached(&s, 4);
	found(FPT_CHECK_MODE_DRIFT);
}

/* The end of one open and the begin of the next were lost. */
static void test_end_of_another_open(void **state)
{
	(void)state;
	born(&s);
	io_open_begins(&s, 1);
	lookup_backing(&s, NULL, 7, -ENOENT);
	io_open_ends(&s, 2, DIRECT_IO, 0, 0);
	user_open(&s, 2, DIRECT_IO, 0);
	nothing_found();
}

/* It failed before fuse_file_io_open, unlike the one before it, whose end was lost. */
static void test_failure_of_another_open(void **state)
{
	(void)state;
	born(&s);
	io_open_begins(&s, 1);
	lookup_backing(&s, NULL, 7, -ENOENT);
	io_open_ends(&s, 1, PASSTHROUGH, 7, -EIO);
	s.now += SECOND;
	s.begin_ns = s.now;
	user_open(&s, 2, PASSTHROUGH, -EIO);
	nothing_found();
}

/* ---- a server that guesses backing ids ---- */

static void test_id_used_before_it_is_told(void **state)
{
	struct fpt_init init = healthy_init(&s);

	(void)state;
	FEED(&s, INIT, init);
	born(&s);
	open_passthrough(&s, 1, &first_backing);
	backing_opens(&s, &first_backing, 1);
	open_passthrough(&s, 2, &first_backing); /* its count: id, inode, open */
	nothing_found();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_shared_file_counts_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shared_file_refused_and_cached, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_shared_file_counted_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shared_file_refused_first, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bit_was_wrong_before, setup, teardown),
		cmocka_unit_test_setup_teardown(test_waiter_takes_its_time, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loss_counted_late, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end_of_another_open, setup, teardown),
		cmocka_unit_test_setup_teardown(test_failure_of_another_open, setup, teardown),
		cmocka_unit_test_setup_teardown(test_id_used_before_it_is_told, setup, teardown),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
