// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings of what cannot have happened: each is said to be one, and is neither
 * a pass nor a violation.  What only looks so, and can be, is let through.
 */
#include "event_stream.h"
#include "session.h"
#include "table.h"

#define EVENTS 100

struct recorded {
	union {
		struct fpt_header h;
		uint64_t bytes[FPT_EVENT_MAX / 8];
	};
};

/* A healthy run of one thread on one CPU, which a test then spoils. */
static struct {
	struct recorded event[EVENTS];
	unsigned int count;
	uint64_t lost; /* told with the first batch */
	uint64_t produced_more;
	bool some_tasks_only;
	struct fpt_cpu_record cpu[2];
	unsigned int cpus;
	bool two_runs, odd_record;
} run;

static void record(struct fpt_header *event)
{
	assert_true(run.count < EVENTS);
	memcpy(&run.event[run.count++], event, event->size);
}

static void number_events(void)
{
	unsigned int i;

	for (i = 0; i < run.count; i++)
		run.event[i].h.seq = i;
}

static void make_run(void)
{
	struct stream s;

	memset(&run, 0, sizeof(run));
	stream_options(&s, ALL_EVENTS, false);
	s.falsify = record;
	connection(&s);
	open_passthrough(&s, 1, &first_backing);
	io_release(&s, 1, FPT_IOM_UNCACHED);
	open_plain(&s, 2, DIRECT_IO | PARALLEL, 0);
	cached_open(&s, 2, FPT_IOM_NONE, 0);
	io_release(&s, 2, FPT_IOM_CACHED);
	uncached_start(&s, NULL, 0);
	uncached_end(&s);
	open_cached(&s, 3);
	io_release(&s, 3, FPT_IOM_CACHED);
	evict(&s);
	assert_int_equal(s.findings, 0);
	stream_free(&s);
	number_events();
}

/* The first event of this kind; of OP_BEGIN, that of this operation. */
static struct fpt_header *first(enum fpt_kind kind, enum fpt_op op)
{
	const struct fpt_op_begin *begin;
	unsigned int i;

	for (i = 0; i < run.count; i++) {
		begin = (const void *)&run.event[i];
		if (begin->h.kind == kind && (!op || begin->op == op))
			return &run.event[i].h;
	}
	fail();
	return NULL;
}

#define FIRST(KIND, name) ((struct fpt_##name *)first(FPT_##KIND, 0))

static unsigned int place(const struct fpt_header *event)
{
	return (unsigned int)((const struct recorded *)event - run.event);
}

static void drop(const struct fpt_header *event)
{
	unsigned int at = place(event);

	memmove(&run.event[at], &run.event[at + 1], (--run.count - at) * sizeof(run.event[0]));
}

static void repeat(const struct fpt_header *event)
{
	unsigned int at = place(event);

	assert_true(run.count < EVENTS);
	memmove(&run.event[at + 1], &run.event[at], (run.count++ - at) * sizeof(run.event[0]));
}

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

static void thread_goes_back(void)
{
	first(FPT_OPEN, 0)->ts_ns -= 10000000;
}

static void all_time_goes_back(void)
{
	struct fpt_header *open = first(FPT_OPEN, 0);

	open->tid = 11;
	open->ts_ns -= 61 * SECOND;
}

static void begins_after_its_end(void)
{
	FIRST(UNCACHED_END, uncached_end)->begin_ns += SECOND;
}

static void inode_never_told(void)
{
	drop(first(FPT_ATTR, 0));
	number_events();
}

static void number_again(void)
{
	first(FPT_OPEN, 0)->seq--;
}

static void number_and_time_back(void)
{
	struct recorded moved = run.event[8];

	run.event[8] = run.event[9];
	run.event[9] = moved;
}

static void no_such_cpu(void)
{
	first(FPT_OPEN, 0)->cpu = FPT_MAX_CPUS;
}

static void no_such_operation(void)
{
	((struct fpt_op_begin *)first(FPT_OP_BEGIN, FPT_OP_IO_OPEN))->op = 9;
}

static void no_such_mode(void)
{
	FIRST(OPEN, open)->file_mode = 3;
}

static void no_such_errno(void)
{
	FIRST(IO_OPEN, io_open)->ret = -5000;
}

static void huge_counter(void)
{
	FIRST(UNCACHED_END, uncached_end)->after_ctr = 1 << 30;
}

static void very_negative_counter(void)
{
	FIRST(EVICT, evict)->before_ctr = -(1 << 30);
}

static void no_inode(void)
{
	FIRST(CACHED_OPEN, cached_open)->inode = 0;
}

/* All that is told of the last file's release. */
static void evicted_while_open(void)
{
	struct fpt_evict *evict = FIRST(EVICT, evict);
	unsigned int at = place(&evict->h);

	assert_int_equal(run.event[at - 1].h.kind, FPT_IO_RELEASE);
	assert_int_equal(run.event[at - 2].h.kind, FPT_OP_BEGIN);
	drop(&run.event[at - 1].h);
	drop(&run.event[at - 2].h);
	number_events();
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
	run.produced_more = -1;
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

/* A program was preempted after it took its number. */
static void preempted_before_its_place(void)
{
	struct fpt_header *open = first(FPT_OPEN, 0);
	uint64_t seq = open->seq;

	open->seq = open[0].seq + 1;
	run.event[place(open) + 1].h.seq = seq;
}

/* After it took its place: another thread's event has an earlier time. */
static void preempted_before_its_time(void)
{
	struct fpt_header *open = first(FPT_OPEN, 0);

	open->tid = 11;
	open->ts_ns += 5 * SECOND;
}

/* ---- what can be, and yet is no pass ---- */

static void event_missing(void)
{
	drop(first(FPT_OPEN, 0));
	run.produced_more = 1;
}

static void unknown_kind(void)
{
	first(FPT_OPEN, 0)->kind = 63;
}

static void unknown_big_kind(void)
{
	first(FPT_OPEN, 0)->kind = 777;
}

static void unknown_record(void)
{
	run.odd_record = true;
}

/* ---- the run, judged ---- */

static struct fpt_session session;
static char *text;
static size_t text_size;

static void hand_over(void *events, size_t bytes, uint64_t lost)
{
	struct fpt_batch batch = { .events = events, .bytes = bytes, .count = 1, .lost = lost };

	assert_int_equal(fpt_session__batch(&session, &batch), 0);
}

static void hand_over_records(void)
{
	struct fpt_cpu_record odd = { .h = { sizeof(odd), 1999, 0, 0, 1, 1, 1 } };
	struct fpt_run_record start = { .h = { sizeof(start), FPT_RUN, 0, 0, 1, 1, 1 },
					.events = ALL_EVENTS };
	unsigned int i;

	if (run.two_runs)
		hand_over(&start, sizeof(start), 0);
	if (run.odd_record)
		hand_over(&odd, sizeof(odd), 0);
	for (i = 0; i < run.cpus; i++)
		hand_over(&run.cpu[i], sizeof(run.cpu[i]), 0);
}

static const struct fpt_summary *judge(const struct fpt_output *output)
{
	struct fpt_session_options options = { .output = output };
	struct fpt_run_record start = { .h = { sizeof(start), FPT_RUN, 0, 0, 1, 1, 1 },
					.events = ALL_EVENTS,
					.some_tasks_only = run.some_tasks_only };
	struct fpt_batch end = { .end = true, .lost = run.lost };
	unsigned int i;

	options.out = open_memstream(&text, &text_size);
	assert_non_null(options.out);
	fpt_session__init(&session, &options);
	hand_over(&start, sizeof(start), 0);
	for (i = 0; i < run.count; i++)
		hand_over(&run.event[i], run.event[i].h.size, i ? 0 : run.lost);
	hand_over_records();
	end.produced = run.count + run.produced_more;
	assert_int_equal(fpt_session__batch(&session, &end), 0);
	output->summary(&session, NULL, NULL);
	return fpt_session__summary(&session);
}

static void done(void)
{
	fclose(session.options.out);
	fpt_session__free(&session);
	free(text);
	text = NULL;
}

static void prepare(void (*spoil)(void))
{
	unsigned int i;

	make_run();
	for (i = 0; i < 2; i++)
		run.cpu[i] = (struct fpt_cpu_record){ .h = { sizeof(run.cpu[i]), FPT_CPU, 0, 0, 1,
							     1, 1 },
						      .produced = run.count,
						      .recorded = run.count };
	spoil();
}

#define CASE(name, said) \
	{ \
#name, name, said \
	}
struct spoilt {
	const char *name;
	void (*spoil)(void);
	const char *said;
};

static const struct spoilt impossible[] = {
	CASE(end_without_begin, "cached_open ends, which has not begun"),
	CASE(io_open_without_begin, "io_open ends, which has not begun"),
	CASE(release_without_begin, "io_release ends, which has not begun"),
	CASE(write_begins_twice, "uncached_start begins, and its thread is inside it already"),
	CASE(open_begins_twice, "io_open begins, and its thread is inside it already"),
	CASE(release_begins_twice, "io_release begins, and its thread is inside it already"),
	CASE(thread_goes_back, "its thread goes back 9000 us in time"),
	CASE(all_time_goes_back, "time goes back 61 s"),
	CASE(begins_after_its_end, "its begin_ns is later than its end"),
	CASE(inode_never_told, "no reply has told of its inode"),
	CASE(number_again, "its number on this cpu comes again"),
	CASE(number_and_time_back, "its number and its time are before those of number 9"),
	CASE(no_such_cpu, "there is no such cpu"),
	CASE(no_such_operation, "its op is no operation"),
	CASE(no_such_mode, "its file_mode is no io mode"),
	CASE(no_such_errno, "its ret is no errno"),
	CASE(huge_counter, "its after_ctr is no count of files"),
	CASE(very_negative_counter, "its before_ctr is no count of files"),
	CASE(no_inode, "its inode is nothing to be about"),
	CASE(evicted_while_open,
	     "its inode is evicted, and \"file3\" opened by cat (pid 10) is open"),
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
		fflush(session.options.out);
		assert_non_null(strstr(text, "the recording is not to be trusted"));
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
	CASE(preempted_before_its_place, NULL),
	CASE(preempted_before_its_time, NULL),
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

static const struct spoilt incomplete[] = {
	CASE(event_missing, "\"lost\":1,"),
	CASE(unknown_kind, "\"skipped\":1,"),
	CASE(unknown_big_kind, "\"skipped\":1,"),
	CASE(unknown_record, "\"skipped\":1,"),
};

static void test_incomplete(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(incomplete) / sizeof(incomplete[0]); i++) {
		prepare(incomplete[i].spoil);
		assert_int_equal(fpt_summary__verdict(judge(&fpt_out_json)),
				 FPT_VERDICT_INCONCLUSIVE);
		fflush(session.options.out);
		if (!strstr(text, incomplete[i].said) || !strstr(text, "\"impossible\":0,"))
			fail_msg("%s: %s", incomplete[i].name, text);
		done();
	}
}

/* The first is told, with where it is; an event that is wrong twice counts once. */
static void test_first_and_count(void **state)
{
	const struct fpt_summary *summary;

	(void)state;
	prepare(no_such_errno);
	FIRST(IO_OPEN, io_open)->file_mode = 7;
	huge_counter();
	summary = judge(&fpt_out_json);
	assert_int_equal(summary->impossible, 2);
	assert_string_equal(summary->first_impossible,
			    "event 8 (io_open, cpu 0, seq 7) at 100.008000000 s of thread 10, "
			    "nodeid 3: its file_mode is no io mode");
	fflush(session.options.out);
	assert_non_null(strstr(text, "\"impossible\":2,\"first_impossible\":\"event 8 (io_open,"));
	done();
}

/* What a kernel did wrong is no violation any more where the recording is wrong too. */
static void test_not_to_be_trusted(void **state)
{
	const struct fpt_summary *summary;

	(void)state;
	prepare(nothing);
	FIRST(UNCACHED_END, uncached_end)->after_ctr = -7;
	summary = judge(&fpt_out_text);
	assert_int_equal(fpt_summary__verdict(summary), FPT_VERDICT_VIOLATION);
	done();
	prepare(no_such_errno);
	FIRST(UNCACHED_END, uncached_end)->after_ctr = -7;
	summary = judge(&fpt_out_text);
	assert_int_equal(fpt_summary__verdict(summary), FPT_VERDICT_INCONCLUSIVE);
	assert_int_equal(fpt_verdict_exit(FPT_VERDICT_INCONCLUSIVE), 3);
	done();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_impossible),	  cmocka_unit_test(test_possible),
		cmocka_unit_test(test_incomplete),	  cmocka_unit_test(test_first_and_count),
		cmocka_unit_test(test_not_to_be_trusted),
	};

	return cmocka_run_group_tests_name("impossible", tests, NULL, NULL);
}
