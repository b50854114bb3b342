// SPDX-License-Identifier: GPL-2.0-only
/* Gives the stacks of events that come from the kernel their names. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "live.h"

/* At the first stack, as it takes a while, and by then all that is traced has its trampolines. */
static void read_names(struct fpt_live *live)
{
	int err = live->named ? 0 : fpt_kallsyms__read(&live->frames.kallsyms, FPT_KALLSYMS);

	if (err)
		fprintf(stderr, "fusept-trace: call stacks have no names: cannot read %s: %s\n",
			FPT_KALLSYMS, strerror(-err));
	live->named = true;
}

/* The number of the innermost frame of a stack that the kernel has kept; or -errno. */
static int64_t frame_of(struct fpt_live *live, const struct fpt_called_from *from)
{
	const uint32_t stack = from->frame;
	uint64_t address[FPT_STACK_DEPTH];
	int64_t number;
	int count;

	if (stack >= FPT_MAX_STACKS)
		return -EINVAL;
	if (live->stack[stack].frame && live->stack[stack].function == from->function)
		return live->stack[stack].frame;
	count = fpt_ring__stack(live->ring, stack, address);
	if (count < 0)
		return count;
	read_names(live);
	number = fpt_frames__add(&live->frames, from->function, address, (size_t)count);
	if (number > 0) {
		live->stack[stack].function = from->function;
		live->stack[stack].frame = (uint32_t)number;
	}
	return number;
}

int fpt_live__name_stacks(struct fpt_live *live, const struct fpt_batch *batch,
			  struct fpt_batch *news)
{
	const struct fpt_header *event, *first = fpt_batch__next(batch, NULL);
	struct fpt_frame_record *record;
	uint32_t i;

	for (event = first; event; event = fpt_batch__next(batch, event)) {
		struct fpt_called_from *from = (void *)event; /* the ring's copy, to be changed */
		int64_t number;

		if (event->kind != FPT_CALLED_FROM)
			continue;
		number = from->ret ?: frame_of(live, from);
		fpt_frames__name(from, number);
	}
	/* Time passes with records: no further than to what comes next. */
	record = (struct fpt_frame_record *)live->frames.news.at;
	for (i = 0; i < live->frames.news_count; i++) {
		record[i].h.ts_ns = first->ts_ns;
		record[i].h.tgid = (uint32_t)getpid();
	}
	*news = (struct fpt_batch){ .events = record,
				    .bytes = live->frames.news.size,
				    .count = live->frames.news_count };
	return live->frames.news.failed ? -ENOMEM : 0;
}
