/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A healthy run of one thread on one CPU, recorded so that a test can spoil it
 * before a session gets it, with the records and totals around it.
 */
#ifndef SPOILT_RUN_H
#define SPOILT_RUN_H

#include "event_stream.h"
#include "report.h"
#include "session.h"
#include "table.h"

#define EVENTS 100

struct recorded {
	union {
		struct fpt_header h;
		uint64_t bytes[FPT_EVENT_MAX / 8];
	};
};

static struct {
	struct recorded event[EVENTS];
	unsigned int count;
	uint64_t lost; /* told with the first batch */
	uint64_t produced_more;
	uint64_t no_events, only_ino;
	bool some_tasks_only, gap;
	struct fpt_cpu_record cpu[2];
	unsigned int cpus;
	bool two_runs, odd_record;
} run;

static inline void record(struct fpt_header *event)
{
	assert_true(run.count < EVENTS);
	memcpy(&run.event[run.count++], event, event->size);
}

static inline void number_events(void)
{
	unsigned int i;

	for (i = 0; i < run.count; i++)
		run.event[i].h.seq = i;
}

static inline void make_run(void)
{
	struct stream s;

	memset(&run, 0, sizeof(run));
	stream_options(&s, ALL_EVENTS, false);
	s.falsify = record;
	connection(&s);
	open_passthrough(&s, 1, &first_backing);
	user_release(&s, 1);
	io_release(&s, 1, FPT_IOM_UNCACHED);
	open_plain(&s, 2, DIRECT_IO | PARALLEL, 0);
	cached_open(&s, 2, FPT_IOM_NONE, 0);
	user_release(&s, 2);
	io_release(&s, 2, FPT_IOM_CACHED);
	uncached_start(&s, NULL, 0);
	uncached_end(&s);
	open_cached(&s, 3);
	user_release(&s, 3);
	io_release(&s, 3, FPT_IOM_CACHED);
	evict(&s);
	assert_int_equal(s.findings, 0);
	stream_free(&s);
	number_events();
}

/* The first event of this kind; of OP_BEGIN, that of this operation. */
static inline struct fpt_header *first(enum fpt_kind kind, enum fpt_op op)
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

static inline unsigned int place(const struct fpt_header *event)
{
	return (unsigned int)((const struct recorded *)event - run.event);
}

static inline void drop(const struct fpt_header *event)
{
	unsigned int at = place(event);

	memmove(&run.event[at], &run.event[at + 1], (--run.count - at) * sizeof(run.event[0]));
}

static inline void repeat(const struct fpt_header *event)
{
	unsigned int at = place(event);

	assert_true(run.count < EVENTS);
	memmove(&run.event[at + 1], &run.event[at], (run.count++ - at) * sizeof(run.event[0]));
}

/* ---- the run, judged ---- */

static struct fpt_session session;
static char *text;
static FILE *written;
static size_t text_size;

static inline void hand_over(void *events, size_t bytes, uint64_t lost)
{
	struct fpt_batch batch = { .events = events, .bytes = bytes, .count = 1, .lost = lost };

	assert_int_equal(fpt_session__batch(&session, &batch), 0);
}

static inline void hand_over_records(void)
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

static inline const struct fpt_summary *judge(const struct fpt_output *output)
{
	static const struct fpt_ending ending;
	struct fpt_session_options options = { .sinks.count = 1 };
	struct fpt_run_record start = { .h = { sizeof(start), FPT_RUN, 0, 0, 1, 1, 1 },
					.events = ALL_EVENTS & ~run.no_events,
					.only_ino = run.only_ino,
					.some_tasks_only = run.some_tasks_only };
	struct fpt_batch end = { .end = true, .lost = run.lost };
	unsigned int i;

	written = open_memstream(&text, &text_size);
	assert_non_null(written);
	options.sinks.sink[0] = (struct fpt_sink){ .form = output, .out = written };
	fpt_session__init(&session, &options);
	hand_over(&start, sizeof(start), 0);
	for (i = 0; i < run.count; i++)
		hand_over(&run.event[i], run.event[i].h.size, i ? 0 : run.lost);
	hand_over_records();
	if (run.gap)
		fpt_session__gap(&session);
	end.produced = run.count + run.produced_more;
	assert_int_equal(fpt_session__batch(&session, &end), 0);
	fpt_session__end(&session, &ending);
	return fpt_session__summary(&session);
}

static inline void done(void)
{
	fpt_session__free(&session);
	fclose(written);
	free(text);
	text = NULL;
}

static inline void prepare(void (*spoil)(void))
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

struct spoilt {
	const char *name;
	void (*spoil)(void);
	const char *said;
};

#define CASE(name, said) \
	{ \
#name, name, said \
	}

#endif
