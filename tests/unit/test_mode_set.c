// SPDX-License-Identifier: GPL-2.0-only
/*
 * The search over orders: legal histories are explained, broken ones exactly
 * when no order explains them, and missing evidence makes it silent.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "mode_history.h"

#define SEED 20240611
#define LEGAL 2000 /* histories */
#define BROKEN 4000
#define A 0xa0
#define B 0xb0

static void begin(struct fpt_mode *mode, const struct ran *ran)
{
	assert_int_equal(fpt_mode__begin(mode, ran->tid, &ran->op), 0);
}

static enum fpt_mode_verdict end(struct fpt_mode *mode, const struct ran *ran, int result,
				 bool readable, struct fpt_mode_judgement *judgement)
{
	struct fpt_state before = ran->before, after = ran->after;
	struct fpt_mode_end told = { ran->op.op,   ran->tid, result, ran->equality_known,
				     ran->unequal, &before,  &after };

	if (!readable)
		before.bits = after.bits = 0;
	fpt_mode__end(mode, &told, judgement);
	return judgement->verdict;
}

/* Whatever may hold by what is known must allow what does hold. */
static void check_may_have_fb(const struct fpt_mode *mode, const struct world *world)
{
	bool may_fb = false, may_no_fb = false;

	fpt_mode__may_have_fb(mode, &may_fb, &may_no_fb);
	assert_true(world->state.fb ? may_fb : may_no_fb);
}

struct tally {
	unsigned int explained, unknown, quiet, known_when_quiet;
};

static void legal_end(struct fpt_mode *mode, const struct world *world, const struct ran *ran,
		      bool readable, struct tally *tally)
{
	struct fpt_mode_judgement j;

	switch (end(mode, ran, ran->result, readable, &j)) {
	case FPT_MODE_EXPLAINED:
		tally->explained++;
		break;
	case FPT_MODE_UNKNOWN:
		tally->unknown++;
		assert_false(j.exclusive && readable);
		break;
	default:
		fail_msg("a legal history got verdict %d, random state %llx", j.verdict,
			 (unsigned long long)world->random);
	}
	if (!world_quiet(world))
		return;
	tally->quiet++;
	if (!mode->known || mode->busy)
		return;
	tally->known_when_quiet++;
	assert_int_equal(mode->state.ctr, world->state.ctr);
	assert_true(mode->state.fb == world->state.fb);
}

/* Steps until all have ended or only blocked opens are left. */
static void run_legal(uint64_t seed, unsigned int threads, bool known, bool readable,
		      struct tally *tally)
{
	struct fpt_mode mode = { .known = known };
	unsigned int step;
	struct world world;
	struct ran *ran;

	world_init(&world, seed, threads, OPS_MAX);
	for (step = 0; step < 5000 && (world.started < OPS_MAX || !world_quiet(&world)); step++) {
		switch (world_step(&world, &ran)) {
		case BEGIN:
			begin(&mode, ran);
			break;
		case END:
			legal_end(&mode, &world, ran, readable, tally);
			break;
		case NOTHING:
			break;
		}
		check_may_have_fb(&mode, &world);
	}
	fpt_mode__forget(&mode);
}

static void test_legal_known(void **state)
{
	struct tally tally = {};
	uint64_t i;

	(void)state;
	for (i = 0; i < LEGAL; i++)
		run_legal(SEED + i, 2 + i % 3, true, true, &tally);
	print_message("explained %u, unknown %u; known when quiet %u of %u\n", tally.explained,
		      tally.unknown, tally.known_when_quiet, tally.quiet);
	assert_true(tally.explained > 1000 * tally.unknown); /* what overflows the search */
	assert_true(tally.quiet > LEGAL);
	assert_true(tally.known_when_quiet > tally.quiet / 2);
}

/* Attached in mid-life: the first quiet operation tells the state. */
static void test_legal_unknown_start(void **state)
{
	struct tally tally = {};
	uint64_t i;

	(void)state;
	for (i = 0; i < LEGAL / 4; i++)
		run_legal(SEED + i, 2, false, true, &tally);
	assert_true(tally.explained > LEGAL);
}

/* The readings only help: without them too a legal history is explained. */
static void test_legal_without_readings(void **state)
{
	struct tally tally = {};
	uint64_t i;

	(void)state;
	for (i = 0; i < LEGAL / 4; i++)
		run_legal(SEED + i, 3, true, false, &tally);
	assert_true(tally.explained > tally.unknown);
}

static void test_legal_crowded(void **state)
{
	struct tally tally = {};
	uint64_t i;

	(void)state;
	for (i = 0; i < 30; i++)
		run_legal(SEED + i, THREADS_MAX, true, true, &tally);
	assert_true(tally.unknown > 0);
}

/* ---- against every order ---- */

static int other_result(struct world *world, int result)
{
	static const int results[] = { 0, -ETXTBSY, -EBUSY, -EIO };
	int other;

	do
		other = results[pick(world, 4)];
	while (other == result);
	return other;
}

static unsigned int make_history(struct world *world, uint64_t seed)
{
	unsigned int step;
	struct ran *ran;

	world_init(world, seed, 2 + seed % 3, 3 + seed % 4);
	for (step = 0; step < 400; step++)
		world_step(world, &ran);
	return world->started;
}

/* Replays a history by position; true if some verdict was "unexplained". */
static bool replay_and_compare(const struct world *world)
{
	struct orders orders = { world->ran, world->started, 0 };
	struct fpt_mode mode = { .known = true };
	struct fpt_mode_judgement j;
	bool explained = true, found;
	unsigned int i;

	for (; orders.now < world->position && explained; orders.now++)
		for (i = 0; i < world->started; i++) {
			const struct ran *ran = &world->ran[i];

			if (ran->begin == orders.now)
				begin(&mode, ran);
			if (ran->end != orders.now)
				continue;
			explained = try_orders(&orders, 0, (struct fpt_mode_state){ 0, 0 });
			found = end(&mode, ran, ran->result, false, &j) == FPT_MODE_EXPLAINED;
			assert_int_not_equal(j.verdict, FPT_MODE_UNKNOWN);
			if (found != explained)
				fail_msg("op %u: every order says %d, mode_set %d", i, explained,
					 found);
		}
	fpt_mode__forget(&mode);
	return !explained;
}

static void test_against_every_order(void **state)
{
	unsigned int i, count, broken = 0;
	struct world world;

	(void)state;
	for (i = 0; i < BROKEN; i++) {
		count = make_history(&world, SEED + i);
		assert_true(count > 0);
		assert_false(replay_and_compare(&world));
		count = pick(&world, count);
		world.ran[count].result = other_result(&world, world.ran[count].result);
		broken += replay_and_compare(&world);
	}
	print_message("%u of %u broken histories unexplained\n", broken, BROKEN);
	/* Some flips are legal in another order; most are not. */
	assert_true(broken > BROKEN / 2 && broken < BROKEN);
}

/* ---- single steps ---- */

static struct fpt_state read_as(int ctr, uint64_t fb)
{
	return (struct fpt_state){ .ctr = ctr,
				   .fb = fb,
				   .bits = FPT_BIT_READ | (ctr > 0 ? FPT_BIT_CACHE_IO : 0) };
}

static struct ran make_op(enum fpt_op op, uint32_t tid, uint64_t fb)
{
	return (struct ran){ .op = { .op = op,
				     .fb = fb,
				     .may_be_equal = true,
				     .file_mode = op == FPT_OP_IO_RELEASE ? FPT_IOM_CACHED : 0 },
			     .tid = tid,
			     .equality_known = true };
}

/* One operation on its own, with these readings; the judgement. */
static struct fpt_mode_judgement alone(struct fpt_mode *mode, enum fpt_op op, uint64_t fb,
				       int result, struct fpt_state before, struct fpt_state after)
{
	struct ran ran = make_op(op, 7, fb);
	struct fpt_mode_judgement j;

	ran.before = before;
	ran.after = after;
	begin(mode, &ran);
	end(mode, &ran, result, true, &j);
	assert_true(j.exclusive);
	return j;
}

static void test_left_wrong(void **state)
{
	struct fpt_mode mode = { .known = true };
	struct fpt_mode_judgement j;

	(void)state;
	j = alone(&mode, FPT_OP_UNCACHED_START, A, 0, read_as(0, 0), read_as(0, A));
	assert_int_equal(j.verdict, FPT_MODE_LEFT_WRONG);
	assert_int_equal(j.expected.ctr, -1);
	assert_int_equal(j.found.ctr, 0);
	/* From then on what was found counts. */
	assert_true(mode.known);
	assert_int_equal(mode.state.ctr, 0);
	assert_int_equal(mode.state.fb, A);
}

static void test_drifted(void **state)
{
	struct fpt_mode mode = { .known = true, .state = { 1, 0 } };
	struct fpt_mode_judgement j;

	(void)state;
	j = alone(&mode, FPT_OP_CACHED_OPEN, 0, 0, read_as(2, 0), read_as(3, 0));
	assert_int_equal(j.verdict, FPT_MODE_DRIFTED);
	assert_int_equal(j.expected.ctr, 1);
	assert_int_equal(j.found.ctr, 2);
	j = alone(&mode, FPT_OP_CACHED_OPEN, 0, 0, read_as(3, 0), read_as(4, 0));
	assert_int_equal(j.verdict, FPT_MODE_EXPLAINED);
}

static void test_bit_wrong(void **state)
{
	struct fpt_mode mode = { .known = true };
	struct fpt_mode_judgement j;
	struct fpt_state after = read_as(1, 0);

	(void)state;
	after.bits = FPT_BIT_READ;
	j = alone(&mode, FPT_OP_CACHED_OPEN, 0, 0, read_as(0, 0), after);
	assert_int_equal(j.verdict, FPT_MODE_BIT_WRONG);
	after = read_as(0, 0);
	after.bits |= FPT_BIT_CACHE_IO;
	j = alone(&mode, FPT_OP_IO_RELEASE, 0, 0, read_as(1, 0), after);
	assert_int_equal(j.verdict, FPT_MODE_BIT_WRONG);
}

static void test_unexplained_says_what_it_met(void **state)
{
	struct fpt_mode mode = { .known = true, .state = { 2, 0 } };
	struct fpt_mode_judgement j;

	(void)state;
	j = alone(&mode, FPT_OP_UNCACHED_START, A, 0, read_as(2, 0), read_as(1, A));
	assert_int_equal(j.verdict, FPT_MODE_UNEXPLAINED);
	assert_true(j.may_cached && !j.may_not_cached);
	assert_true(j.may_no_fb && !j.may_fb && !j.may_same_fb && !j.may_other_fb);
	mode.state = (struct fpt_mode_state){ -1, A };
	j = alone(&mode, FPT_OP_UNCACHED_START, B, 0, read_as(-1, A), read_as(-2, A));
	assert_int_equal(j.verdict, FPT_MODE_UNEXPLAINED);
	assert_true(j.may_fb && j.may_other_fb && !j.may_same_fb && !j.may_no_fb);
	assert_int_equal(mode.state.ctr, -2);
}

static void test_more_than_is_followed(void **state)
{
	struct fpt_mode mode = { .known = true };
	struct fpt_mode_judgement j;
	struct ran ran[FPT_PENDING_MAX + 2];
	size_t i, count = sizeof(ran) / sizeof(ran[0]);

	(void)state;
	for (i = 0; i < count; i++) {
		ran[i] = make_op(FPT_OP_CACHED_OPEN, 100 + i, 0);
		ran[i].before = read_as(0, 0);
		ran[i].after = read_as(count, 0);
		begin(&mode, &ran[i]);
	}
	/* Those beyond end first. */
	for (i = count; i-- > 0;) {
		assert_non_null(mode.busy);
		assert_int_equal(end(&mode, &ran[i], 0, true, &j), FPT_MODE_UNKNOWN);
	}
	assert_null(mode.busy);
	assert_false(mode.known);
	j = alone(&mode, FPT_OP_IO_RELEASE, 0, 0, read_as(count, 0), read_as(count - 1, 0));
	assert_int_equal(j.verdict, FPT_MODE_EXPLAINED);
	assert_true(mode.known);
	assert_int_equal(mode.state.ctr, count - 1);
}

static void test_end_without_begin(void **state)
{
	struct fpt_mode mode = { .known = true };
	struct ran stray = make_op(FPT_OP_CACHED_OPEN, 1, 0), other;
	struct fpt_mode_judgement j;

	(void)state;
	stray.before = read_as(0, 0);
	stray.after = read_as(1, 0);
	assert_int_equal(end(&mode, &stray, 0, true, &j), FPT_MODE_UNKNOWN);
	assert_false(mode.known);
	assert_null(mode.busy);
	/* While another is in flight, that one is not exclusive any more. */
	mode = (struct fpt_mode){ .known = true };
	other = make_op(FPT_OP_CACHED_OPEN, 2, 0);
	other.before = read_as(0, 0);
	other.after = read_as(2, 0);
	begin(&mode, &other);
	assert_int_equal(end(&mode, &stray, 0, true, &j), FPT_MODE_UNKNOWN);
	assert_int_equal(end(&mode, &other, 0, true, &j), FPT_MODE_UNKNOWN);
	assert_false(j.exclusive);
	assert_null(mode.busy);
}

static void test_forget_in_the_middle(void **state)
{
	struct fpt_mode mode = { .known = true };
	struct ran ran = make_op(FPT_OP_UNCACHED_START, 1, A);
	struct fpt_mode_judgement j;
	bool may_fb = false, may_no_fb = false;

	(void)state;
	begin(&mode, &ran);
	fpt_mode__forget(&mode);
	assert_null(mode.busy);
	fpt_mode__may_have_fb(&mode, &may_fb, &may_no_fb);
	assert_true(may_fb && may_no_fb);
	ran.before = read_as(0, 0);
	ran.after = read_as(-1, A);
	assert_int_equal(end(&mode, &ran, 0, true, &j), FPT_MODE_UNKNOWN);
	j = alone(&mode, FPT_OP_UNCACHED_END, 0, 0, read_as(-1, A), read_as(0, 0));
	assert_int_equal(j.verdict, FPT_MODE_EXPLAINED);
	assert_true(mode.known);
	assert_int_equal(mode.state.ctr, 0);
}

/* T6b: a cached open waits for a direct write. */
static void wait_for_direct_write(struct fpt_mode *mode, struct ran *waiter)
{
	struct fpt_mode_judgement j;

	j = alone(mode, FPT_OP_UNCACHED_START, 0, 0, read_as(0, 0), read_as(-1, 0));
	assert_int_equal(j.verdict, FPT_MODE_EXPLAINED);
	*waiter = make_op(FPT_OP_CACHED_OPEN, 50, 0);
	waiter->before = read_as(-1, 0);
	begin(mode, waiter);
}

static enum fpt_mode_verdict overlapped(struct fpt_mode *mode, enum fpt_op op, uint64_t fb,
					int result)
{
	struct ran ran = make_op(op, 60, fb);
	struct fpt_mode_judgement j;

	begin(mode, &ran);
	ran.before = ran.after = read_as(0, 0); /* not exact: not to be believed */
	end(mode, &ran, result, true, &j);
	assert_false(j.exclusive);
	return j.verdict;
}

static void test_waiter_gets_in(void **state)
{
	struct fpt_mode mode = { .known = true };
	struct fpt_mode_judgement j;
	struct ran waiter;

	(void)state;
	wait_for_direct_write(&mode, &waiter);
	assert_int_equal(overlapped(&mode, FPT_OP_UNCACHED_END, 0, 0), FPT_MODE_EXPLAINED);
	waiter.after = read_as(1, 0);
	assert_int_equal(end(&mode, &waiter, 0, true, &j), FPT_MODE_EXPLAINED);
	assert_true(mode.known);
	assert_int_equal(mode.state.ctr, 1);
}

static void test_waiter_loses_to_passthrough(void **state)
{
	struct fpt_mode mode = { .known = true };
	struct fpt_mode_judgement j;
	struct ran waiter;

	(void)state;
	wait_for_direct_write(&mode, &waiter);
	assert_int_equal(overlapped(&mode, FPT_OP_UNCACHED_START, A, 0), FPT_MODE_EXPLAINED);
	waiter.after = read_as(-2, A);
	assert_int_equal(end(&mode, &waiter, -ETXTBSY, true, &j), FPT_MODE_EXPLAINED);
	assert_true(mode.known);
	assert_int_equal(mode.state.ctr, -2);
	assert_int_equal(mode.state.fb, A);
}

static void test_waiter_cannot_end_early(void **state)
{
	struct fpt_mode mode = { .known = true };
	struct fpt_mode_judgement j;
	struct ran waiter;

	(void)state;
	wait_for_direct_write(&mode, &waiter);
	assert_int_equal(overlapped(&mode, FPT_OP_UNCACHED_START, 0, 0), FPT_MODE_EXPLAINED);
	waiter.after = read_as(1, 0);
	assert_int_equal(end(&mode, &waiter, 0, true, &j), FPT_MODE_UNEXPLAINED);
	fpt_mode__forget(&mode);
	mode = (struct fpt_mode){ .known = true };
	wait_for_direct_write(&mode, &waiter);
	waiter.after = read_as(-1, 0);
	assert_int_equal(end(&mode, &waiter, -ETXTBSY, true, &j), FPT_MODE_UNEXPLAINED);
	fpt_mode__forget(&mode);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_legal_known),
		cmocka_unit_test(test_legal_unknown_start),
		cmocka_unit_test(test_legal_without_readings),
		cmocka_unit_test(test_legal_crowded),
		cmocka_unit_test(test_against_every_order),
		cmocka_unit_test(test_left_wrong),
		cmocka_unit_test(test_drifted),
		cmocka_unit_test(test_bit_wrong),
		cmocka_unit_test(test_unexplained_says_what_it_met),
		cmocka_unit_test(test_more_than_is_followed),
		cmocka_unit_test(test_end_without_begin),
		cmocka_unit_test(test_forget_in_the_middle),
		cmocka_unit_test(test_waiter_gets_in),
		cmocka_unit_test(test_waiter_loses_to_passthrough),
		cmocka_unit_test(test_waiter_cannot_end_early),
	};

	return cmocka_run_group_tests_name("mode_set", tests, NULL, NULL);
}
