/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a stream is whole: the numbers that each processor gave its events, the
 * times, and the totals.  Knows nothing of what events mean.
 */
#ifndef FPT_STREAM_H
#define FPT_STREAM_H

#include "check.h"
#include "record.h"

#define FPT_STREAM_THREADS 1024 /* whose last events are remembered */

struct fpt_stream_cpu;

/* A thread's last event. */
struct fpt_stream_thread {
	uint32_t tid, cpu;
	uint64_t seq, ts_ns;
};

struct fpt_stream {
	struct fpt_stream_cpu *cpu[FPT_MAX_CPUS]; /* NULL: none of its events was seen */
	struct fpt_stream_thread last[FPT_STREAM_THREADS]; /* event of each */
	bool gap; /* damaged: what is missing is not known */
};

/* What is impossible is told to the checker.  -ENOMEM, or 0. */
int fpt_stream__event(struct fpt_stream *stream, struct fpt_checker *checker,
		      const struct fpt_header *event);
/* What a processor says of its events at the end. */
void fpt_stream__cpu(struct fpt_stream *stream, struct fpt_checker *checker,
		     const struct fpt_cpu_record *record);
/* The totals. */
void fpt_stream__end(const struct fpt_stream *stream, struct fpt_checker *checker,
		     const struct fpt_batch *end);
void fpt_stream__free(struct fpt_stream *stream);

#endif
