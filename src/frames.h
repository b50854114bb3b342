/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Call stacks as they come from the kernel, made into records: each function that
 * others were called from is told once, with what called it, so that stacks share
 * what they have in common.  No address of the kernel is told.
 */
#ifndef FPT_FRAMES_H
#define FPT_FRAMES_H

#include "kallsyms.h"
#include "log_bytes.h"
#include "map.h"
#include "record.h"

/* Empty when all is 0. */
struct fpt_frames {
	struct fpt_kallsyms kallsyms;
	struct fpt_map place; /* by address: what it is called */
	struct fpt_map frame; /* by caller and place: its record */
	uint32_t places, frames; /* numbers given so far */
	struct fpt_buffer news; /* struct fpt_frame_record that were not told yet */
	uint32_t news_count;
};

/**
 * fpt_frames__add - a stack.
 * @function: the function that is traced; whether it is in the stack depends on the
 *	kernel, and on how it is traced.
 * @address: where calls return to, the innermost first.
 *
 * The program that took it, and trampolines, are left out.  News are added to.
 * Returns the number of the innermost frame, or -ENOMEM.
 */
int64_t fpt_frames__add(struct fpt_frames *frames, uint64_t function, const uint64_t *address,
			size_t count);

/*
 * Makes an event as the kernel sends it one for all: @number is that of the innermost
 * frame, or -errno.  What only this kernel knows goes no further.
 */
void fpt_frames__name(struct fpt_called_from *from, int64_t number);

/* What was new has been told. */
void fpt_frames__told(struct fpt_frames *frames);

void fpt_frames__free(struct fpt_frames *frames);

#endif
