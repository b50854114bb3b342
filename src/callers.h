/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the events of a stream were called from, as far as it tells: puts together
 * the records of frames and the events that refer to them.
 */
#ifndef FPT_CALLERS_H
#define FPT_CALLERS_H

#include "map.h"
#include "record.h"

/* Empty when all is 0. */
struct fpt_callers {
	struct fpt_map frame; /* by number */
	struct fpt_map due; /* stacks whose event has not come, by its cpu and number */
	uint64_t told, not_taken; /* stacks, and those of them that could not be taken */
};

/* 0; 1: it is known already; -ENOMEM. */
int fpt_callers__frame(struct fpt_callers *callers, const struct fpt_frame_record *record);

/* The stack of an event that comes.  0 or -ENOMEM. */
int fpt_callers__take(struct fpt_callers *callers, const struct fpt_called_from *from);

/*
 * Where this event was called from: the names of functions, the innermost first, with
 * a new line between them; printable.  "?" and why, if that is not to be had.  NULL: the
 * stream does not tell.  Valid as long as @callers.
 */
const char *fpt_callers__of(struct fpt_callers *callers, const struct fpt_header *event);

/* "a < b < c" of that: all, or for people the names of the first few.  Returns @out. */
const char *fpt_callers__words(char *out, size_t size, const char *called_from, bool all);
#define FPT_CALLERS_WORDS 8192 /* hold any of them */

void fpt_callers__free(struct fpt_callers *callers);

#endif
