/* SPDX-License-Identifier: GPL-2.0-only */
/* The content of a block as it is read: what log_layout.c made of its description. */
#ifndef FPT_LOG_LAYOUT_H
#define FPT_LOG_LAYOUT_H

#include "log_column.h"
#include "table.h"

/* Events of one kind and size, or the rows of a list. */
struct fpt_log_group {
	const struct fpt_kind_info *info; /* NULL: unknown here */
	uint16_t kind, size; /* as the log has it */
	uint16_t full; /* size here */
	uint32_t count, taken;
	uint32_t form; /* where in forms: an event with what is the same in all */
	uint32_t range, ranges; /* which bytes of that are in no column */
	uint32_t column, columns; /* where in the decoder's, and how many */
	uint32_t here; /* how many of them are in the window */
	uint32_t first; /* and where in sorted their places are, later where they end */
};

struct fpt_log_range {
	uint16_t offset, size;
};

struct fpt_log_decoder {
	struct fpt_buffer cpus, parts, groups, columns, forms, ranges; /* arrays */
	struct fpt_column_lists lists;
	uint32_t kinds;
	struct fpt_log_group header; /* the columns of all events */
	struct fpt_packed kind_of; /* for each event its group */
	uint32_t count, part; /* events; the part to be had next */
	uint32_t part_taken; /* of its events */

	char *events; /* the window */
	size_t events_room;
	uint32_t at[FPT_COLUMN_WINDOW + 1]; /* where they begin; and the end */
	uint32_t window, window_taken; /* how many there are, and were handed over */
	uint32_t sorted[FPT_COLUMN_WINDOW]; /* the places, by group */
};

#define FPT_ITEM(array, type, i) (&((type *)(array).at)[i])
#define FPT_ITEMS(array, type) ((uint32_t)((array).size / sizeof(type)))

#endif
