/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of a timeline that finds out what a finding contradicts. */
#ifndef FPT_TIMELINE_PAIRS_H
#define FPT_TIMELINE_PAIRS_H

#include "timeline.h"

/* Keeps an event that is no row of the inode, as a later finding may be about it. */
void fpt_timeline__around(struct fpt_timeline *timeline, const struct fpt_header *event);

/* Marks the row of a finding and what it contradicts with the same number. */
void fpt_timeline__mark(struct fpt_timeline *timeline, struct fpt_timeline_finding *finding);

/* Puts a row where it belongs by its time, before those after it; false without room. */
bool fpt_timeline__insert(struct fpt_timeline *timeline, unsigned int inode,
			  const struct fpt_header *event, size_t *row);

/* A field of an event, one of enum fpt_timeline_field; 0: its kind has none. */
uint64_t fpt_timeline__value(const struct fpt_timeline *timeline, const struct fpt_header *event,
			     unsigned int which);

#endif
