// SPDX-License-Identifier: GPL-2.0-only
/*
 * More overlaps on one inode than is followed: the checker says that it does not
 * know, counts it, stays small, and knows again once nothing overlaps.
 */
#include <malloc.h>

#include "event_stream.h"
#include "mode_set.h"

#define THREADS 40 /* of which one after the other ends and begins anew */
#define ROUNDS 100000

static size_t memory_used(void)
{
	return mallinfo2().uordblks;
}

static void write_begins(struct stream *s, uint32_t tid)
{
	s->tid = tid;
	op_begins(s, FPT_OP_UNCACHED_START, 0, 0, NULL);
	s->state.ctr--;
}

static void write_starts(struct stream *s, uint32_t tid, int ret)
{
	s->tid = tid;
	s->begin_ns = s->now;
	start_ends(s, NULL, ret);
}

static uint64_t not_judged(const struct stream *s)
{
	return fpt_checker__summary(s->checker)->not_judged;
}

/* The last of the threads ends; then the inode's state is seen by one alone. */
static void becomes_quiet(struct stream *s)
{
	uint32_t i;

	for (i = 0; i < THREADS; i++)
		write_starts(s, 100 + i, 0);
	s->state.ctr = -2;
	s->tid = 10;
	uncached_end(s);
}

static void test_never_quiet(void **state)
{
	size_t early = 0;
	struct stream s;
	uint32_t i;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	born(&s);
	for (i = 0; i < THREADS; i++)
		write_begins(&s, 100 + i);
	assert_int_equal(not_judged(&s), 0);
	for (i = 0; i < ROUNDS; i++) {
		if (i == 1000)
			early = memory_used();
		/* Nobody can tell what is wrong here, so nobody is accused of it. */
		write_starts(&s, 100 + i % THREADS, i % 7 ? 0 : -EBUSY);
		write_begins(&s, 100 + i % THREADS);
	}
	assert_true(memory_used() <= early);
	assert_int_equal(not_judged(&s), ROUNDS);
	becomes_quiet(&s);
	assert_int_equal(not_judged(&s), ROUNDS + THREADS);
	assert_int_equal(s.findings, 0);
	batch_end(&s, 0, 0);
	assert_int_equal(verdict(&s), FPT_VERDICT_INCONCLUSIVE);

	/* From here on it is judged again. */
	s.state.ctr--;
	uncached_end(&s);
	assert_int_equal(s.findings, 1);
	assert_int_equal(s.heard[0].check, FPT_CHECK_MODE_DRIFT);
	assert_int_equal(not_judged(&s), ROUNDS + THREADS);
	assert_int_equal(verdict(&s), FPT_VERDICT_VIOLATION);
	stream_free(&s);
}

/* As many as are followed, but of too many outcomes. */
static void test_search_too_wide(void **state)
{
	static const struct backing file[FPT_PENDING_MAX] = {
		{ 1, 0xa0, 103, 28, 0 },  { 2, 0xb0, 103, 28, 0 },  { 3, 0xc0, 103, 28, 0 },
		{ 4, 0xd0, 103, 28, 0 },  { 5, 0xe0, 103, 28, 0 },  { 6, 0xf0, 103, 28, 0 },
		{ 7, 0x100, 103, 28, 0 }, { 8, 0x110, 103, 28, 0 },
	};
	size_t before;
	struct stream s;
	uint32_t i;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	born(&s);
	before = memory_used();
	for (i = 0; i < FPT_PENDING_MAX; i++) {
		s.tid = 100 + i;
		op_begins(&s, FPT_OP_UNCACHED_START, 0, 0, &file[i]);
	}
	assert_true(memory_used() < before + (128 << 10));
	for (i = 0; i < FPT_PENDING_MAX; i++) {
		s.tid = 100 + i;
		start_ends(&s, &file[i], i ? -EBUSY : 0);
		s.state.ctr = -1;
		s.state.fb = file[0].key;
	}
	assert_int_equal(not_judged(&s), FPT_PENDING_MAX);
	assert_int_equal(s.findings, 0);
	uncached_end(&s);
	uncached_start(&s, &first_backing, 0);
	assert_int_equal(not_judged(&s), FPT_PENDING_MAX);
	stream_free(&s);
}

/* An end whose begin was not seen does not stand for one that is not followed. */
static void test_stray_in_a_crowd(void **state)
{
	const struct fpt_mode_op op = { .op = FPT_OP_UNCACHED_START, .may_be_equal = true };
	struct fpt_state read = { .bits = FPT_BIT_READ };
	struct fpt_mode_end end = { .op = op.op, .before = &read, .after = &read };
	struct fpt_mode mode = { .known = true };
	struct fpt_mode_judgement judgement;

	(void)state;
	for (end.tid = 0; end.tid <= FPT_PENDING_MAX; end.tid++)
		assert_int_equal(fpt_mode__begin(&mode, end.tid, &op), 0);
	end.tid = FPT_PENDING_MAX; /* not followed */
	fpt_mode__end(&mode, &end, &judgement);
	end.tid = 77; /* never begun */
	fpt_mode__end(&mode, &end, &judgement);
	for (end.tid = 1; end.tid < FPT_PENDING_MAX; end.tid++)
		fpt_mode__end(&mode, &end, &judgement);
	end.tid = 50;
	assert_int_equal(fpt_mode__begin(&mode, end.tid, &op), 0);
	fpt_mode__end(&mode, &end, &judgement);
	assert_false(judgement.exclusive);
	end.tid = 0;
	fpt_mode__end(&mode, &end, &judgement);
	assert_null(mode.busy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_quiet),
		cmocka_unit_test(test_search_too_wide),
		cmocka_unit_test(test_stray_in_a_crowd),
	};

	return cmocka_run_group_tests_name("crowd", tests, NULL, NULL);
}
