// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of one processor can change places: a program can be preempted, or
 * interrupted, between taking a number, a place in the ring and the time.  So a
 * number may be missing for a while, and times go back from one thread to
 * another; but no number comes twice, and no thread goes back in time.
 */
#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HOLES 64 /* ranges of missing numbers that are remembered */
#define CLOCK_SLACK_NS 1000000ULL /* what bpf_ktime_get_ns() may go back */
#define PREEMPTED_NS 60000000000ULL /* nobody is kept from running for longer */

struct hole {
	uint64_t first, end;
};

struct fpt_stream_cpu {
	uint64_t next; /* number after the highest that was seen */
	uint64_t next_ns; /* time of that */
	uint64_t seen;
	bool told; /* its totals */
	unsigned int holes;
	struct hole hole[HOLES]; /* in their order */
};

static struct fpt_stream_cpu *cpu_of(struct fpt_stream *stream, uint32_t number)
{
	if (!stream->cpu[number])
		stream->cpu[number] = calloc(1, sizeof(*stream->cpu[number]));
	return stream->cpu[number];
}

static void drop_hole(struct fpt_stream_cpu *cpu, unsigned int i)
{
	cpu->holes--;
	memmove(&cpu->hole[i], &cpu->hole[i + 1], (cpu->holes - i) * sizeof(cpu->hole[i]));
}

static void add_hole(struct fpt_stream_cpu *cpu, unsigned int at, uint64_t first, uint64_t end)
{
	if (first == end)
		return;
	/* The oldest are lost for good, most likely. */
	if (cpu->holes == HOLES) {
		drop_hole(cpu, 0);
		at -= at > 0;
	}
	memmove(&cpu->hole[at + 1], &cpu->hole[at], (cpu->holes - at) * sizeof(cpu->hole[at]));
	cpu->hole[at] = (struct hole){ first, end };
	cpu->holes++;
}

/* A number below the highest: whether it was missing until now, or may have been. */
static bool fill_hole(struct fpt_stream_cpu *cpu, uint64_t seq)
{
	struct hole hole;
	unsigned int i;

	for (i = cpu->holes; i-- > 0 && cpu->hole[i].first > seq;)
		;
	if (i == (unsigned int)-1)
		return cpu->holes == HOLES;
	hole = cpu->hole[i];
	if (seq >= hole.end)
		return false;
	drop_hole(cpu, i);
	add_hole(cpu, i, seq + 1, hole.end);
	add_hole(cpu, i, hole.first, seq);
	return true;
}

static void check_number(struct fpt_checker *checker, struct fpt_stream_cpu *cpu,
			 const struct fpt_header *event)
{
	if (event->seq >= cpu->next) {
		add_hole(cpu, cpu->holes, cpu->next, event->seq);
		cpu->next = event->seq + 1;
		cpu->next_ns = event->ts_ns;
	} else if (!fill_hole(cpu, event->seq)) {
		fpt_checker__impossible(checker, event, "its number on this cpu comes again");
	} else if (event->ts_ns < cpu->next_ns) {
		/* Who took its number first and its place later took the time later still. */
		fpt_checker__impossible(
			checker, event,
			"its number and its time are before those of number %" PRIu64,
			cpu->next - 1);
	}
}

static void check_time(struct fpt_stream *stream, struct fpt_checker *checker,
		       const struct fpt_header *event)
{
	unsigned int slot = event->tid % FPT_STREAM_THREADS;
	uint64_t then = stream->last[slot].tid == event->tid ? stream->last[slot].ts_ns : 0;

	/* Each processor has its own idle thread 0. */
	if (event->tid && event->ts_ns + CLOCK_SLACK_NS < then)
		fpt_checker__impossible(checker, event,
					"its thread goes back %" PRIu64 " us in time",
					(uint64_t)(then - event->ts_ns) / 1000);
	else if (event->ts_ns + PREEMPTED_NS < stream->latest_ns)
		fpt_checker__impossible(checker, event, "time goes back %" PRIu64 " s",
					(uint64_t)(stream->latest_ns - event->ts_ns) / 1000000000);
	stream->last[slot].tid = event->tid;
	stream->last[slot].ts_ns = event->ts_ns;
	if (stream->latest_ns < event->ts_ns)
		stream->latest_ns = event->ts_ns;
}

int fpt_stream__event(struct fpt_stream *stream, struct fpt_checker *checker,
		      const struct fpt_header *event)
{
	struct fpt_stream_cpu *cpu;

	/* The checker has told that there is none such. */
	if (event->cpu >= FPT_MAX_CPUS)
		return 0;
	cpu = cpu_of(stream, event->cpu);
	if (!cpu)
		return -ENOMEM;
	cpu->seen++;
	check_number(checker, cpu, event);
	check_time(stream, checker, event);
	return 0;
}

void fpt_stream__cpu(struct fpt_stream *stream, struct fpt_checker *checker,
		     const struct fpt_cpu_record *record)
{
	struct fpt_stream_cpu *cpu;

	cpu = record->number < FPT_MAX_CPUS ? cpu_of(stream, record->number) : NULL;
	if (!cpu || cpu->told)
		fpt_checker__impossible(checker, NULL, "cpu %" PRIu64 " has totals %s",
					(uint64_t)record->number, cpu ? "twice" : "and cannot be");
	else if (record->recorded < cpu->seen || record->recorded > record->produced ||
		 record->lost > record->produced - record->recorded)
		fpt_checker__impossible(
			checker, NULL,
			"cpu %" PRIu64 " has %" PRIu64 " events, and says that it recorded %" PRIu64
			" and lost %" PRIu64 " of %" PRIu64,
			(uint64_t)record->number, cpu->seen, (uint64_t)record->recorded,
			(uint64_t)record->lost, (uint64_t)record->produced);
	if (cpu)
		cpu->told = true;
}

void fpt_stream__end(const struct fpt_stream *stream, struct fpt_checker *checker,
		     const struct fpt_batch *end)
{
	const struct fpt_summary *summary = fpt_checker__summary(checker);
	uint64_t known = summary->seen + summary->lost;

	if (stream->gap)
		return;
	if (known < end->produced)
		fpt_checker__missing(checker, end->produced - known);
	else if (known > end->produced)
		fpt_checker__impossible(checker, NULL,
					"%" PRIu64 " events and %" PRIu64
					" lost are more than the %" PRIu64 " that were produced",
					summary->seen, summary->lost, end->produced);
}

void fpt_stream__free(struct fpt_stream *stream)
{
	unsigned int number;

	for (number = 0; number < FPT_MAX_CPUS; number++)
		free(stream->cpu[number]);
}
