// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings of what cannot have happened: each is said to be one, and is neither
 * a pass nor a violation.  What only looks so, and can be, is let through.
 */
#include "spoilt_run.h"

/* ---- what is done to it ---- */

static void nothing(void)
{
}

static void end_without_begin(void)
{
	drop(first(FPT_OP_BEGIN, FPT_OP_CACHED_OPEN));
	number_events();
}

static void io_open_without_begin(void)
{
	FIRST(IO_OPEN, io_open)->begin_ns = 0;
	drop(first(FPT_OP_BEGIN, FPT_OP_IO_OPEN));
	number_events();
}

static void release_without_begin(void)
{
	drop(first(FPT_OP_BEGIN, FPT_OP_IO_RELEASE));
	number_events();
}

static void write_begins_twice(void)
{
	repeat(first(FPT_OP_BEGIN, FPT_OP_UNCACHED_START));
	number_events();
}

static void open_begins_twice(void)
{
	repeat(first(FPT_OP_BEGIN, FPT_OP_IO_OPEN));
	number_events();
}

static void release_begins_twice(void)
{
	repeat(first(FPT_OP_BEGIN, FPT_OP_IO_RELEASE));
	number_events();
}

static void ends_twice(void)
{
	repeat(first(FPT_UNCACHED_END, 0));
	number_events();
}

static void thread_goes_back(void)
{
	first(FPT_OP_BEGIN, FPT_OP_CACHED_OPEN)->ts_ns -= SECOND;
}

static void begins_after_its_end(void)
{
	FIRST(UNCACHED_END, uncached_end)->begin_ns += SECOND;
}

static void released_unopened(void)
{
	drop(first(FPT_OP_BEGIN, FPT_OP_IO_OPEN));
	drop(first(FPT_IO_OPEN, 0));
	number_events();
}

static void released_twice(void)
{
	repeat(first(FPT_RELEASE, 0));
	number_events();
}

/* The root's birth is told as well, and shows that births are. */
static void inode_never_told(void)
{
	FIRST(ATTR, attr)->nodeid = 1;
	FIRST(ATTR, attr)->inode++;
}

static void thread_changes_order(void)
{
	struct fpt_header *open = first(FPT_OPEN, 0);
	uint64_t seq = open->seq++;

	run.event[place(open) + 1].h.seq = seq;
}

static void number_again(void)
{
	first(FPT_OPEN, 0)->seq--;
}

static void event_missing(void)
{
	drop(first(FPT_OPEN, 0));
	run.produced_more = 1;
}

static void last_event_missing(void)
{
	run.produced_more = 1;
}

static void no_such_cpu(void)
{
	first(FPT_OPEN, 0)->cpu = FPT_MAX_CPUS;
}

static void no_such_kind(void)
{
	first(FPT_OPEN, 0)->kind = 63;
	first(FPT_OPEN, 0)->kind = 777;
}

static void no_such_record(void)
{
	run.odd_record = true;
}

static void no_such_operation(void)
{
	((struct fpt_op_begin *)first(FPT_OP_BEGIN, FPT_OP_IO_OPEN))->op = 9;
}

static void too_short(void)
{
	first(FPT_OPEN, 0)->size -= 8;
}

static void no_inode(void)
{
	FIRST(CACHED_OPEN, cached_open)->inode = 0;
}

static void no_connection(void)
{
	FIRST(BACKING_OPEN, backing_open)->conn = 0;
}

static void second_run(void)
{
	run.two_runs = true;
}

static void cpu_twice(void)
{
	run.cpus = 2;
}

static void cpu_recorded_less(void)
{
	run.cpus = 1;
	run.cpu[0].recorded--;
	run.cpu[0].produced--;
}

static void cpu_does_not_add_up(void)
{
	run.cpus = 1;
	run.cpu[0].lost = 1;
}

static void more_than_produced(void)
{
	run.produced_more--;
}

/* ---- what can be ---- */

static void without_init(void)
{
	drop(first(FPT_INIT, 0));
	end_without_begin();
}

static void first_lines_missing(void)
{
	while (run.event[0].h.kind != FPT_CACHED_OPEN)
		drop(&run.event[0].h);
	number_events();
}

static void lost_begin(void)
{
	end_without_begin();
	run.lost = 1;
	run.produced_more = 1;
}

static void lost_end(void)
{
	write_begins_twice();
	run.lost = 1;
	run.produced_more = 1;
}

static void other_tasks_hidden(void)
{
	run.some_tasks_only = true;
	end_without_begin();
}

static void other_opens_hidden(void)
{
	run.some_tasks_only = true;
	released_unopened();
}

static void other_inodes_hidden(void)
{
	run.only_ino = 3;
	released_unopened();
}

static void births_of_others_hidden(void)
{
	other_inodes_hidden();
	inode_never_told();
}

static void no_hook_of_opens(void)
{
	run.no_events = 1ULL << FPT_IO_OPEN;
	released_unopened();
}

static void no_hook_of_cached_opens(void)
{
	run.no_events = 1ULL << FPT_CACHED_OPEN;
	end_without_begin();
}

static void damaged(void)
{
	run.gap = true;
	event_missing();
}

/* Each processor has a thread 0 of its own. */
static void idle_threads(void)
{
	first(FPT_INIT, 0)->tid = 0;
	first(FPT_BACKING_OPEN, 0)->tid = 0;
	first(FPT_BACKING_OPEN, 0)->ts_ns -= SECOND;
}

/* It is the kernel that lets go of a file which is in use. */
static void mode_is_left_early(void)
{
	struct recorded *release = &run.event[place(first(FPT_RELEASE, 0))];
	struct recorded moved = *release;
	unsigned int i;

	for (i = 0; release->h.kind != FPT_IO_RELEASE; release++, i++)
		release[0] = release[1];
	release[0] = moved;
	number_events();
}

/* It is the kernel that drops an inode in use. */
static void evicted_early(void)
{
	struct recorded *release = &run.event[place(first(FPT_RELEASE, 0))];

	repeat(first(FPT_EVICT, 0));
	memmove(release + 1, release, (&run.event[run.count - 1] - release) * sizeof(*release));
	*release = run.event[run.count - 1];
	release->h = release[-1].h;
	release->h.kind = FPT_EVICT;
	release->h.size = sizeof(struct fpt_evict);
	number_events();
}

/* A program was preempted after it took its number. */
static void preempted_before_its_place(void)
{
	struct fpt_header *open = first(FPT_OPEN, 0);
	uint64_t seq = open->seq;

	open->tid = 11;
	open->seq = open[0].seq + 1;
	run.event[place(open) + 1].h.seq = seq;
}

/* After it took its place: another thread's event has an earlier time. */
static void preempted_before_its_time(void)
{
	struct fpt_header *open = first(FPT_OPEN, 0);

	open->tid = 11;
	open->ts_ns += 500 * SECOND;
}

/* Before its place by one that was so before its time. */
static void preempted_one_in_another(void)
{
	preempted_before_its_place();
	preempted_before_its_time();
}

/* The clock is adjusted. */
static void slightly_back(void)
{
	first(FPT_OPEN, 0)->ts_ns -= 10000000;
}

static void root_is_evicted(void)
{
	struct fpt_evict *evict = FIRST(EVICT, evict);

	repeat(&evict->h);
	evict->nodeid = 1;
	evict->inode = 0x3000;
	number_events();
}

static void births_are_hidden(void)
{
	drop(first(FPT_ATTR, 0));
	number_events();
}

static const struct spoilt impossible[] = {
	CASE(end_without_begin, "cached_open ends, which has not begun"),
	CASE(io_open_without_begin, "io_open ends, which has not begun"),
	CASE(release_without_begin, "io_release ends, which has not begun"),
	CASE(ends_twice, "uncached_end ends, which has not begun"),
	CASE(write_begins_twice, "uncached_start begins, and its thread is inside it already"),
	CASE(open_begins_twice, "io_open begins, and its thread is inside it already"),
	CASE(release_begins_twice, "io_release begins, and its thread is inside it already"),
	CASE(thread_goes_back, "its thread goes back 999 ms in time"),
	CASE(begins_after_its_end, "it ends before it begins"),
	CASE(released_unopened, "a file is released, and none of its inode is open"),
	CASE(released_twice, "a file is released, and none of its inode is open"),
	CASE(inode_never_told, "its inode is evicted, and no reply has told of it"),
	CASE(thread_changes_order, "its thread is at number 9 already"),
	CASE(number_again, "its number on this cpu comes again"),
	CASE(event_missing, "missing that nobody lost: 1 (the first on cpu 0 is number 8)"),
	CASE(last_event_missing, "events are missing that nobody lost: 1"),
	CASE(no_such_cpu, "there is no such cpu"),
	CASE(no_such_kind, "(kind 63, cpu 0, number 8)"),
	CASE(no_such_record, "a record of kind 1999, unknown here: read the log with"),
	CASE(no_such_operation, "there is no such operation"),
	CASE(too_short, "its size is not that of its kind"),
	CASE(no_inode, "it is about no inode"),
	CASE(no_connection, "it is about no connection"),
	CASE(second_run, "a second run begins in the stream"),
	CASE(cpu_twice, "cpu 0 has totals twice"),
	CASE(cpu_recorded_less, "events, and says that it recorded"),
	CASE(cpu_does_not_add_up, "events, and says that it recorded"),
	CASE(more_than_produced, "are more than the"),
};

static void test_impossible(void **state)
{
	const struct fpt_summary *summary;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
		prepare(impossible[i].spoil);
		summary = judge(&fpt_out_text);
		if (!summary->impossible || !strstr(summary->first_impossible, impossible[i].said))
			fail_msg("%s: %llu impossible, \"%s\"", impossible[i].name,
				 (unsigned long long)summary->impossible,
				 summary->first_impossible);
		assert_int_equal(fpt_summary__verdict(summary), FPT_VERDICT_INCONCLUSIVE);
		assert_non_null(strstr(text, "impossible history in "));
		done();
	}
}

static const struct spoilt possible[] = {
	CASE(nothing, NULL),
	CASE(without_init, NULL),
	CASE(first_lines_missing, NULL),
	CASE(lost_begin, NULL),
	CASE(lost_end, NULL),
	CASE(other_tasks_hidden, NULL),
	CASE(other_opens_hidden, NULL),
	CASE(other_inodes_hidden, NULL),
	CASE(births_of_others_hidden, NULL),
	CASE(no_hook_of_opens, NULL),
	CASE(no_hook_of_cached_opens, NULL),
	CASE(damaged, NULL),
	CASE(idle_threads, NULL),
	CASE(mode_is_left_early, NULL),
	CASE(evicted_early, NULL),
	CASE(preempted_before_its_place, NULL),
	CASE(preempted_before_its_time, NULL),
	CASE(preempted_one_in_another, NULL),
	CASE(slightly_back, NULL),
	CASE(root_is_evicted, NULL),
	CASE(births_are_hidden, NULL),
};

static void test_possible(void **state)
{
	const struct fpt_summary *summary;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(possible) / sizeof(possible[0]); i++) {
		prepare(possible[i].spoil);
		summary = judge(&fpt_out_text);
		if (summary->impossible)
			fail_msg("%s: %s", possible[i].name, summary->first_impossible);
		if (possible[i].spoil == nothing)
			assert_int_equal(fpt_summary__verdict(summary), FPT_VERDICT_PASS);
		done();
	}
}

/* The first is told, with its place; an event that is wrong twice counts once. */
static void test_first_and_count(void **state)
{
	const struct fpt_summary *summary;

	(void)state;
	prepare(begins_after_its_end);
	FIRST(UNCACHED_END, uncached_end)->h.seq--;
	FIRST(IO_OPEN, io_open)->begin_ns += SECOND;
	summary = judge(&fpt_out_json);
	assert_int_equal(summary->impossible, 2);
	assert_string_equal(summary->first_impossible,
			    "event 8 (io_open, cpu 0, number 7) at 100.008000000 s of thread 10, "
			    "nodeid 3: it ends before it begins");
	assert_non_null(strstr(text, "\"impossible\":2,\"first_impossible\":\"event 8 (io_open,"));
	done();
}

static void number_comes(struct fpt_stream *stream, struct fpt_checker *checker, uint64_t number)
{
	struct fpt_release e = { .h = { sizeof(e), FPT_RELEASE, 0, number, SECOND, 1,
					number + 1 } };

	assert_int_equal(fpt_stream__event(stream, checker, &e.h), 0);
}

/* More numbers are missing than are remembered: any of those may come yet. */
static void test_many_are_missing(void **state)
{
	struct fpt_stream stream = {};
	uint64_t number;
	struct stream s;

	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	connection(&s);
	for (number = 0; number < 200; number += 2)
		number_comes(&stream, s.checker, number);
	for (number = 199; number <= 199; number -= 2)
		number_comes(&stream, s.checker, number);
	assert_int_equal(fpt_checker__summary(s.checker)->impossible, 0);
	number_comes(&stream, s.checker, 150);
	assert_int_equal(fpt_checker__summary(s.checker)->impossible, 1);
	fpt_stream__free(&stream);
	stream_free(&s);
}

static void wrong_kernel(void)
{
	FIRST(UNCACHED_END, uncached_end)->after_ctr = -7;
}

/* What a kernel did wrong is no violation any more where the recording is wrong too. */
static void test_not_to_be_trusted(void **state)
{
	(void)state;
	prepare(wrong_kernel);
	assert_int_equal(fpt_summary__verdict(judge(&fpt_out_text)), FPT_VERDICT_VIOLATION);
	done();
	prepare(wrong_kernel);
	no_such_cpu();
	assert_int_equal(fpt_summary__verdict(judge(&fpt_out_text)), FPT_VERDICT_INCONCLUSIVE);
	done();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_impossible),	  cmocka_unit_test(test_possible),
		cmocka_unit_test(test_first_and_count),	  cmocka_unit_test(test_many_are_missing),
		cmocka_unit_test(test_not_to_be_trusted),
	};

	return cmocka_run_group_tests_name("impossible", tests, NULL, NULL);
}
