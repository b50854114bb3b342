// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checker from outside: what each check reports, that healthy streams are
 * silent, and that missing evidence never turns into a finding or into a pass.
 */
#include "check_expected.h"
#include "table.h"

static bool triggered[FPT_CHECK_MAX];

static void print_findings(const struct stream *s)
{
	unsigned int i;

	for (i = 0; i < s->findings; i++)
		print_message("[%s] %s\n", fpt_checks[s->heard[i].check].id, s->heard[i].text);
}

/* Exactly this one finding. */
static void check_finding(const struct stream *s, const struct scenario *scenario)
{
	const struct fpt_summary *summary = fpt_checker__summary(s->checker);

	if (s->findings != 1 || s->heard[0].check != scenario->check)
		print_findings(s);
	assert_int_equal(s->findings, 1);
	assert_string_equal(fpt_checks[s->heard[0].check].id, fpt_checks[scenario->check].id);
	assert_string_equal(s->heard[0].text, fpt_check_texts[scenario->check]->found);
	assert_int_equal(summary->findings[scenario->check], 1);
	triggered[scenario->check] = true;
}

static void test_each_scenario(void **state)
{
	struct stream s;
	size_t i;

	(void)state;
	for (i = 0; i < SCENARIOS; i++) {
		const struct fpt_check_info *check = &fpt_checks[scenarios[i].check];

		stream_options(&s, ALL_EVENTS, false);
		scenarios[i].run(&s);
		check_finding(&s, &scenarios[i]);
		batch_end(&s, 0, 0);
		assert_int_equal(verdict(&s), check->severity != FPT_SEVERITY_VIOLATION
						      ? FPT_VERDICT_PASS
						      : FPT_VERDICT_VIOLATION);
		assert_int_equal(fpt_summary__count(fpt_checker__summary(s.checker),
						    check->severity, check->who),
				 1);
		stream_free(&s);
	}
}

/* A check is off, and says so, where an event that it needs cannot come. */
static void test_off_without_its_events(void **state)
{
	struct stream s;
	size_t i;

	(void)state;
	for (i = 0; i < SCENARIOS; i++) {
		unsigned long long needs = fpt_checks[scenarios[i].check].needs;

		assert_true(needs);
		stream_options(&s, ALL_EVENTS & ~(needs & -needs), false);
		assert_true(fpt_checker__off(s.checker, scenarios[i].check));
		scenarios[i].run(&s);
		assert_int_equal(fpt_checker__summary(s.checker)->findings[scenarios[i].check], 0);
		stream_free(&s);
		stream_options(&s, needs, false);
		assert_false(fpt_checker__off(s.checker, scenarios[i].check));
		stream_free(&s);
	}
}

/* What rests on having seen everything before. */
static bool needs_history(enum fpt_check_id check)
{
	return (strncmp(fpt_checks[check].id, "mode-", 5) == 0 &&
		fpt_checks[check].who == FPT_WHO_KERNEL && check != FPT_CHECK_MODE_EVICT_BUSY) ||
	       check == FPT_CHECK_OPEN_EIO_UNCAUSED || check == FPT_CHECK_OPEN_MODE_ACCEPTED ||
	       check == FPT_CHECK_LOOKUP_COUNT_WRONG;
}

static void no_history_finding(const struct stream *s)
{
	unsigned int i;

	for (i = 0; i < s->findings; i++)
		if (needs_history(s->heard[i].check))
			fail_msg("[%s] from incomplete evidence: %s",
				 fpt_checks[s->heard[i].check].id, s->heard[i].text);
}

static void test_loss_is_inconclusive(void **state)
{
	struct stream s;
	size_t i;

	(void)state;
	for (i = 0; i < SCENARIOS; i++) {
		stream_options(&s, ALL_EVENTS, false);
		batch_lost(&s, 1);
		scenarios[i].run(&s);
		no_history_finding(&s);
		batch_end(&s, 1, 0);
		/* Without history the kernel's ETXTBSY has to be believed. */
		if (needs_history(scenarios[i].check) &&
		    scenarios[i].check != FPT_CHECK_MODE_ERRNO_UNFOUNDED) {
			assert_int_equal(s.findings, 0);
			assert_int_equal(verdict(&s), FPT_VERDICT_INCONCLUSIVE);
		}
		assert_int_not_equal(verdict(&s), FPT_VERDICT_PASS);
		stream_free(&s);
	}
}

static void test_gap_is_inconclusive(void **state)
{
	struct stream s;
	size_t i;

	(void)state;
	for (i = 0; i < SCENARIOS; i++) {
		stream_options(&s, ALL_EVENTS, false);
		fpt_checker__gap(s.checker);
		scenarios[i].run(&s);
		no_history_finding(&s);
		batch_end(&s, 0, 0);
		assert_int_not_equal(verdict(&s), FPT_VERDICT_PASS);
		stream_free(&s);
	}
}

/* Attached while the inode was in use: not accused, and not called clean. */
static void test_mid_life_is_not_accused(void **state)
{
	struct stream s;
	size_t i;

	(void)state;
	for (i = 0; i < SCENARIOS; i++) {
		if (!needs_history(scenarios[i].check))
			continue;
		stream_options(&s, ALL_EVENTS, false);
		s.mid_life = true;
		scenarios[i].run(&s);
		no_history_finding(&s);
		stream_free(&s);
	}
}

static void test_filtered_tasks_leave_no_history(void **state)
{
	struct stream s;
	size_t i;

	(void)state;
	for (i = 0; i < SCENARIOS; i++) {
		stream_options(&s, ALL_EVENTS, true);
		scenarios[i].run(&s);
		no_history_finding(&s);
		stream_free(&s);
	}
}

/* ---- proof of an inode in mid-life ---- */

static void test_proven_when_quiet(void **state)
{
	struct stream s;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	open_cached(&s, 1);
	io_release(&s, 1, FPT_IOM_CACHED);
	s.now += 2 * SECOND;
	open_cached(&s, 2);
	s.state.ctr = 5;
	open_cached(&s, 3);
	assert_int_equal(s.findings, 1);
	assert_int_equal(s.heard[0].check, FPT_CHECK_MODE_DRIFT);
	stream_free(&s);
}

/* Somebody may be asleep in a cached open that began before tracing did. */
static void mid_life_waiter(const struct backing *b)
{
	struct stream s;

	stream_options(&s, ALL_EVENTS, false);
	s.state.ctr = -1;
	s.state.fb = b ? b->key : 0;
	evict(&s); /* anything, to begin the stream */
	s.now += 2 * SECOND;
	uncached_start(&s, b, 0);
	uncached_end(&s);
	uncached_end(&s);
	s.state.ctr = 1; /* the waiter, whose end is still to come */
	s.state.bits |= FPT_BIT_CACHE_IO;
	uncached_start(&s, b, -ETXTBSY);
	cached_ends(&s, 9, FPT_IOM_NONE, 0);
	assert_int_equal(s.findings, 1); /* of the eviction */
	stream_free(&s);
}

static void test_unseen_waiter(void **state)
{
	(void)state;
	mid_life_waiter(NULL);
	mid_life_waiter(&first_backing);
}

/* ts_ns goes back a little from one CPU's event to the next. */
static void test_time_going_back_proves_nothing(void **state)
{
	struct stream s;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	s.now += SECOND;
	open_cached(&s, 1);
	s.now -= SECOND / 2;
	open_cached(&s, 2);
	s.state.ctr = 5;
	open_cached(&s, 3);
	assert_int_equal(s.findings, 0);
	stream_free(&s);
}

static void test_gap_of_unknown_length(void **state)
{
	struct stream s;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	born(&s);
	fpt_checker__gap(s.checker);
	s.now += 10 * SECOND;
	open_cached(&s, 1);
	s.state.ctr = 5; /* by somebody who was in flight when the gap ended */
	open_cached(&s, 2);
	assert_int_equal(s.findings, 0);
	stream_free(&s);
}

/* The loss may have come after the inode was made. */
static void test_born_in_a_lossy_batch(void **state)
{
	struct stream s;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	batch_lost(&s, 1);
	born(&s);
	s.state.ctr = 1;
	open_cached(&s, 1);
	assert_int_equal(s.findings, 0);
	/* Of one that is made long after, nothing was missed. */
	s.now += 2 * SECOND;
	s.id.inode = 0x3000;
	s.state = (struct fpt_state){ .bits = FPT_BIT_READ };
	born(&s);
	s.state.ctr = 1;
	open_cached(&s, 2);
	assert_int_equal(s.findings, 1);
	assert_int_equal(s.heard[0].check, FPT_CHECK_MODE_DRIFT);
	stream_free(&s);
}

/* The mmap that made this file cached was lost. */
static void test_lost_mmap(void **state)
{
	struct stream s;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	born(&s);
	batch_lost(&s, 1);
	open_plain(&s, 1, DIRECT_IO, 0);
	s.state.ctr = 1;
	s.now += 2 * SECOND;
	open_cached(&s, 2);
	io_release(&s, 1, FPT_IOM_CACHED);
	assert_int_equal(s.findings, 0);
	stream_free(&s);
}

/* The end of a stacked open takes away what is known of the one around it. */
static void test_open_inside_open(void **state)
{
	struct fpt_id outer;
	struct stream s;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	born(&s);
	io_open_begins(&s, 1);
	outer = s.id;
	s.id.inode = 0x5000;
	s.id.nodeid = 9;
	open_plain(&s, 7, DIRECT_IO, 0);
	s.id = outer;
	lookup_backing(&s, &first_backing, 1, 0);
	uncached_start(&s, &first_backing, 0);
	io_open_ends(&s, 1, PASSTHROUGH, 1, 0);
	user_open(&s, 1, PASSTHROUGH, 0);
	io_release(&s, 1, FPT_IOM_UNCACHED);
	print_findings(&s);
	assert_int_equal(s.findings, 0);
	assert_int_equal(fpt_checker__summary(s.checker)->opens_passthrough, 1);
	stream_free(&s);
}

/* ---- healthy streams ---- */

static void healthy_life(struct stream *s)
{
	struct fpt_init init = healthy_init(s);

	FEED(s, INIT, init);
	backing_opens(s, &first_backing, 1);
	born(s);
	open_passthrough(s, 1, &first_backing);
	open_passthrough(s, 2, &first_backing);
	io_release(s, 1, FPT_IOM_UNCACHED);
	io_release(s, 2, FPT_IOM_UNCACHED);
	backing_closing(s, &first_backing);
	backing_gone(s, &first_backing);
	backing_closes(s, &first_backing);
	open_cached(s, 3);
	open_plain(s, 4, DIRECT_IO | PARALLEL, 0);
	cached_open(s, 4, FPT_IOM_NONE, 0); /* shared mmap */
	cached_open(s, 4, FPT_IOM_CACHED, 0); /* and once more */
	uncached_start(s, NULL, -ETXTBSY); /* a direct write, sent back */
	io_release(s, 3, FPT_IOM_CACHED);
	io_release(s, 4, FPT_IOM_CACHED);
	uncached_start(s, NULL, 0);
	uncached_end(s);
	open_plain(s, 5, DIRECT_IO, 0);
	io_release(s, 5, FPT_IOM_NONE);
	evict(s);
}

static void test_healthy(void **state)
{
	const struct fpt_summary *summary;
	struct stream s;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	healthy_life(&s);
	print_findings(&s);
	assert_int_equal(s.findings, 0);
	assert_int_equal(verdict(&s), FPT_VERDICT_INCONCLUSIVE); /* no end yet */
	batch_end(&s, 0, 0);
	assert_int_equal(verdict(&s), FPT_VERDICT_PASS);
	summary = fpt_checker__summary(s.checker);
	assert_int_equal(summary->opens, 5);
	assert_int_equal(summary->opens_failed, 0);
	assert_int_equal(summary->opens_passthrough, 2);
	assert_int_equal(summary->opens_cached, 1);
	assert_int_equal(summary->opens_direct, 2);
	assert_int_equal(summary->events[FPT_EVICT], 1);
	stream_free(&s);
}

static void test_healthy_but_missing(void **state)
{
	static const struct {
		uint64_t lost, missed;
	} cases[] = { { 1, 0 }, { 0, 1 } };
	struct stream s;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		stream_options(&s, ALL_EVENTS, false);
		healthy_life(&s);
		batch_end(&s, cases[i].lost, cases[i].missed);
		assert_int_equal(s.findings, 0);
		assert_int_equal(verdict(&s), FPT_VERDICT_INCONCLUSIVE);
		stream_free(&s);
	}
	/* Totals that deny a loss do not undo it. */
	stream_options(&s, ALL_EVENTS, false);
	batch_lost(&s, 2);
	healthy_life(&s);
	batch_end(&s, 0, 0);
	assert_int_equal(verdict(&s), FPT_VERDICT_INCONCLUSIVE);
	stream_free(&s);
}

/* DAX takes no io mode, whatever the flags say (T1). */
static void test_dax(void **state)
{
	struct stream s;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	born(&s);
	s.state.bits |= FPT_BIT_DAX;
	open_plain(&s, 1, PASSTHROUGH, 0);
	assert_int_equal(s.findings, 0);
	stream_free(&s);
}

static void test_directories_have_no_io_mode(void **state)
{
	struct stream s;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	s.id.mode = 0040755;
	born(&s);
	op_begins(&s, FPT_OP_IO_RELEASE, 1, FPT_IOM_NONE, NULL);
	s.state.ctr = 12345; /* the readdir cache, in truth */
	release_ends(&s, 1, FPT_IOM_NONE);
	evict(&s);
	assert_int_equal(s.findings, 0);
	stream_free(&s);
}

static void test_bad_inodes_are_let_go(void **state)
{
	struct stream s;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	born(&s);
	s.state.ctr = 1;
	s.state.bits |= FPT_BIT_BAD;
	evict(&s);
	assert_int_equal(s.findings, 0);
	stream_free(&s);
}

/* Runs last: a check that no test triggers fails. */
static void test_every_check_triggered(void **state)
{
	int check;

	(void)state;
	for (check = 0; check < FPT_CHECK_MAX; check++)
		if (!triggered[check])
			fail_msg("no test triggers %s", fpt_checks[check].id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_scenario),
		cmocka_unit_test(test_off_without_its_events),
		cmocka_unit_test(test_loss_is_inconclusive),
		cmocka_unit_test(test_gap_is_inconclusive),
		cmocka_unit_test(test_mid_life_is_not_accused),
		cmocka_unit_test(test_filtered_tasks_leave_no_history),
		cmocka_unit_test(test_proven_when_quiet),
		cmocka_unit_test(test_unseen_waiter),
		cmocka_unit_test(test_time_going_back_proves_nothing),
		cmocka_unit_test(test_gap_of_unknown_length),
		cmocka_unit_test(test_born_in_a_lossy_batch),
		cmocka_unit_test(test_lost_mmap),
		cmocka_unit_test(test_open_inside_open),
		cmocka_unit_test(test_healthy),
		cmocka_unit_test(test_healthy_but_missing),
		cmocka_unit_test(test_dax),
		cmocka_unit_test(test_directories_have_no_io_mode),
		cmocka_unit_test(test_bad_inodes_are_let_go),
		cmocka_unit_test(test_every_check_triggered),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
