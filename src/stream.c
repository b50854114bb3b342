// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of one processor can change places: a program can be preempted, by others
 * too, between taking a number, a place in the ring and the time.  So a number may
 * be missing for a while, and times go back from one thread to another by as long
 * as the first was kept from running; but no number comes twice, no thread goes
 * back in number or time, and what is missing at the end was counted as lost.
 */
#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HOLES 64 /* ranges of missing numbers that are remembered */

struct hole {
	uint64_t first, end;
};

struct fpt_stream_cpu {
	uint64_t next; /* number after the highest that was seen */
	uint64_t seen;
	uint64_t forgotten; /* which numbers below are missing is not remembered */
	bool told; /* its totals */
	unsigned int holes;
	struct hole hole[HOLES]; /* in their order */
};

static struct fpt_stream_cpu *add_cpu(struct fpt_stream *stream, uint32_t number)
{
	stream->cpu[number] = calloc(1, sizeof(*stream->cpu[number]));
	return stream->cpu[number];
}

static void drop_hole(struct fpt_stream_cpu *cpu, unsigned int at)
{
	cpu->holes--;
	memmove(&cpu->hole[at], &cpu->hole[at + 1], (cpu->holes - at) * sizeof(cpu->hole[at]));
}

static void add_hole(struct fpt_stream_cpu *cpu, unsigned int at, uint64_t first, uint64_t end)
{
	if (first == end)
		return;
	if (cpu->holes == HOLES) {
		cpu->forgotten = cpu->hole[0].end;
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
	unsigned int at = 0;

	if (seq < cpu->forgotten)
		return true;
	while (at < cpu->holes && cpu->hole[at].end <= seq)
		at++;
	if (at == cpu->holes || cpu->hole[at].first > seq)
		return false;
	hole = cpu->hole[at];
	drop_hole(cpu, at);
	add_hole(cpu, at, seq + 1, hole.end);
	add_hole(cpu, at, hole.first, seq);
	return true;
}

/* Another number than the next.  Seldom, so it is kept off the way of the others. */
static __attribute__((noinline)) void check_number(struct fpt_checker *checker,
						   struct fpt_stream_cpu *cpu,
						   const struct fpt_header *event)
{
	if (event->seq >= cpu->next) {
		add_hole(cpu, cpu->holes, cpu->next, event->seq);
		cpu->next = event->seq + 1;
	} else if (!fill_hole(cpu, event->seq)) {
		fpt_checker__impossible(checker, event, "its number on this cpu comes again");
	}
}

/* A thread seems to go back.  As seldom. */
static __attribute__((noinline)) void check_thread(struct fpt_checker *checker,
						   const struct fpt_stream_thread *last,
						   const struct fpt_header *event)
{
	/* Each processor has its own idle thread 0. */
	if (!event->tid)
		return;
	if (last->cpu == event->cpu && last->seq > event->seq)
		fpt_checker__impossible(checker, event,
					"its thread is at number %" PRIu64 " already", last->seq);
	if (last->ts_ns > event->ts_ns && last->ts_ns - event->ts_ns > FPT_CLOCK_SLACK_NS)
		fpt_checker__impossible(checker, event,
					"its thread goes back %" PRIu64 " ms in time",
					(uint64_t)(last->ts_ns - event->ts_ns) / 1000000);
}

int fpt_stream__event(struct fpt_stream *stream, struct fpt_checker *checker,
		      const struct fpt_header *event)
{
	struct fpt_stream_thread *last = &stream->last[event->tid % FPT_STREAM_THREADS];
	struct fpt_stream_cpu *cpu;

	/* The checker has told that there is none such. */
	if (event->cpu >= FPT_MAX_CPUS)
		return 0;
	cpu = stream->cpu[event->cpu] ?: add_cpu(stream, event->cpu);
	if (!cpu)
		return -ENOMEM;
	cpu->seen++;
	if (event->seq == cpu->next)
		cpu->next++;
	else
		check_number(checker, cpu, event);
	if (last->tid == event->tid && (last->seq > event->seq || last->ts_ns > event->ts_ns))
		check_thread(checker, last, event);
	*last = (struct fpt_stream_thread){ event->tid, event->cpu, event->seq, event->ts_ns };
	return 0;
}

void fpt_stream__cpu(struct fpt_stream *stream, struct fpt_checker *checker,
		     const struct fpt_cpu_record *record)
{
	struct fpt_stream_cpu *cpu;

	cpu = record->number < FPT_MAX_CPUS ? stream->cpu[record->number] : NULL;
	if (!cpu && record->number < FPT_MAX_CPUS)
		cpu = add_cpu(stream, record->number);
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

/* " (the first on cpu 0 is number 8)"; empty where only the last ones are missing */
static const char *first_hole(char *out, size_t size, const struct fpt_stream *stream)
{
	unsigned int number;

	out[0] = '\0';
	for (number = 0; number < FPT_MAX_CPUS && !out[0]; number++)
		if (stream->cpu[number] && stream->cpu[number]->holes)
			snprintf(out, size, " (the first on cpu %u is number %" PRIu64 ")", number,
				 stream->cpu[number]->hole[0].first);
	return out;
}

void fpt_stream__end(const struct fpt_stream *stream, struct fpt_checker *checker,
		     const struct fpt_batch *end)
{
	const struct fpt_summary *summary = fpt_checker__summary(checker);
	uint64_t known = summary->seen + summary->lost;
	char where[80];

	if (stream->gap)
		return;
	if (known < end->produced)
		fpt_checker__impossible(
			checker, NULL, "events are missing that nobody lost: %" PRIu64 "%s",
			end->produced - known, first_hole(where, sizeof(where), stream));
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
