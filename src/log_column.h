/* SPDX-License-Identifier: GPL-2.0-only */
/* One column of a block as it is read: its description, and how far it is used up. */
#ifndef FPT_LOG_COLUMN_H
#define FPT_LOG_COLUMN_H

#include "log_code.h"

#define FPT_COLUMN_WINDOW 1024 /* values at a time, at the most */

struct fpt_column {
	uint8_t codec; /* enum fpt_codec; END: there was none */
	uint16_t offset, size; /* where in each event its bytes belong */
	uint16_t near; /* offset of another number of the event */
	uint32_t from; /* CHOICE: its first value; LISTED: the list */
	uint32_t rows; /* CHOICE: how many values */
	uint64_t last; /* DELTA */
	struct fpt_packed packed;
	const uint8_t *bytes; /* SAME: those; TEXT: all texts */
};

/* What columns share. */
struct fpt_column_lists {
	struct fpt_buffer choices; /* uint64_t */
	/*
	 * All rows, and where in them those of a list begin.  One buffer, which blocks use
	 * again: lists that come and go at their own sizes would leave holes in the heap.
	 */
	struct fpt_buffer rows;
	struct {
		uint16_t size;
		uint32_t count, first;
	} list[FPT_LOG_LISTS_MAX];
	uint32_t lists;
	uint64_t next[FPT_LOG_CONTEXTS];
};

/**
 * fpt_column__open - read the description of a column, and pass over its data.
 * @first, @end: the bytes of an event that it may fill in.
 * @count: events.
 *
 * The cursor goes bad if there is anything wrong with it.
 */
void fpt_column__open(struct fpt_column *column, struct fpt_cursor *cursor,
		      struct fpt_column_lists *lists, uint16_t first, uint16_t end, uint32_t count);

/**
 * fpt_column__fill - fill in the bytes of the next events.
 * @at: where each begins, from @events on.
 *
 * False if a row does not exist: nothing is filled in then.
 */
bool fpt_column__fill(struct fpt_column *column, struct fpt_column_lists *lists, char *events,
		      const uint32_t *at, uint32_t count);

/* Fills in the same bytes in events that begin at @at. */
void fpt_column__same(char *events, const uint32_t *at, uint32_t count, const uint8_t *bytes,
		      uint32_t size);

#endif
