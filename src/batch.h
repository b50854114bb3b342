/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What travels from a source to the checker and into a log: a run of events in
 * the order in which they happened, and what is known to be missing from it.
 */
#ifndef FPT_BATCH_H
#define FPT_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fpt_batch {
	const void *events; /* struct fpt_header and body, back to back */
	size_t bytes;
	uint32_t count;
	uint64_t lost; /* events lost since the batch before */
	uint64_t produced; /* events produced so far, this batch included */
	bool end; /* the last one: tracing stopped in good order */
	uint64_t missed; /* end only: program runs the kernel skipped */
};

typedef int (*fpt_batch_fn)(void *context, const struct fpt_batch *batch);

#endif
