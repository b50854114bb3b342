/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The live side of a run: finds what can be traced, opens ring and log, adds the
 * records that say what was looked at, and feeds the session.
 */
#ifndef FPT_LIVE_H
#define FPT_LIVE_H

#include "frames.h"
#include "report.h"
#include "trace_options.h"

#define FPT_EXIT_UNSUPPORTED 77

struct fpt_live {
	const struct fpt_trace_options *options;
	struct fpt_target target[2];
	struct fpt_ring *ring;
	struct fpt_log_writer *log;
	struct fpt_session session;
	struct fpt_mounts mounts; /* of the machine, as last read */
	int log_err; /* first failure to write the log */
	uint64_t time_told_ns; /* by the last record of the time */
	uint64_t bytes_told_ns; /* when that was last looked at */
	bool counts_bytes;
	struct fpt_frames frames; /* of the stacks seen so far */
	bool named; /* the names of functions were read, if they can be */
	struct {
		uint64_t function;
		uint32_t frame; /* the innermost; 0: not seen yet */
	} stack[FPT_MAX_STACKS];
};

/**
 * fpt_live__probe - find the targets, and check filters against the machine.
 *
 * Returns 0, or the exit code after a line on standard error said why not.
 */
int fpt_live__probe(struct fpt_live *live, const struct fpt_trace_options *options);

/* Opens everything and starts observing.  As above. */
int fpt_live__start(struct fpt_live *live);

/* Waits up to @timeout_ms for events.  0 or -errno. */
int fpt_live__poll(struct fpt_live *live, int timeout_ms);

/* Stops observing and takes what is left.  0 or -errno. */
int fpt_live__finish(struct fpt_live *live);

void fpt_live__close(struct fpt_live *live);

/* The meta text of the log, as things are now; to be freed.  NULL without memory. */
char *fpt_live__meta(const struct fpt_live *live);

/**
 * fpt_live__name_stacks - make stacks that only the kernel knows known to all.
 * @batch: from the ring; its stacks become numbers of frames.
 * @news: gets the records of frames that were not seen before, to go before @batch.
 *
 * A stack that cannot be had any more is told as one that could not be taken.
 * Returns 0 or -ENOMEM.
 */
int fpt_live__name_stacks(struct fpt_live *live, const struct fpt_batch *batch,
			  struct fpt_batch *news);

/* Prints hooks and checks, for --features.  0, or 77 with nothing to trace. */
int fpt_live__print_features(const struct fpt_live *live, FILE *out);

#endif
