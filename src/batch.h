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

#include "event.h"

struct fpt_cpu_loss {
	uint32_t cpu;
	uint64_t lost;
};

struct fpt_batch {
	const void *events; /* struct fpt_header and body, back to back, aligned to 8 */
	size_t bytes;
	uint32_t count;
	uint64_t lost; /* events lost since the batch before; end: in all */
	uint64_t produced; /* events produced so far, recorded or lost */
	bool end; /* no events: the totals, after tracing stopped in good order */
	uint64_t missed; /* as lost: program runs that the kernel skipped */
	bool rest; /* it goes on with the batch before, which told what was lost */
	bool more; /* the next one goes on with it */
	uint64_t until_ns; /* with more, and without rest: the latest event of all parts */
	const struct fpt_cpu_loss *cpu; /* of each processor that lost events: so far */
	unsigned int cpus;
};

typedef int (*fpt_batch_fn)(void *context, const struct fpt_batch *batch);

/* The event after @event in a batch, the first for NULL; NULL after the last. */
static inline const struct fpt_header *fpt_batch__next(const struct fpt_batch *batch,
						       const struct fpt_header *event)
{
	const char *at = event ? (const char *)event + event->size : batch->events;

	if (!batch->bytes || at == (const char *)batch->events + batch->bytes)
		return NULL;
	return (const struct fpt_header *)at;
}

#endif
