/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How an event of a kind is taken apart for the log: made from the tables, for
 * the writer alone.  The log says for itself where each part belongs, so that a
 * reader needs no tables, and may have others.
 */
#ifndef FPT_LOG_PLAN_H
#define FPT_LOG_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "table.h"

#define FPT_PLAN_ITEMS 512 /* an event of the largest size, in words */

/*
 * Parts that come again and again are in lists, of which the events tell the row.
 * First those of the groups of fpt_group_fields(), in their order.
 */
enum fpt_plan_list {
	FPT_PLAN_TEXT = FPT_GROUPS, /* one list for each size */
	FPT_PLAN_FEW, /* fields side by side that have few values; one list for each place */
	FPT_PLAN_NONE, /* a number of its own */
};

struct fpt_plan_item {
	uint16_t offset, size; /* in the event */
	uint16_t near; /* offset of a number that is often near; 0: none */
	uint8_t list; /* enum fpt_plan_list */
	bool is_signed;
};

struct fpt_plan {
	uint16_t kind, size;
	uint16_t items;
	struct fpt_plan_item item[]; /* the header is not among them */
};

/**
 * fpt_plan__new - for events of this kind and size.
 *
 * Every byte after the header is in one item, be the kind unknown or the size
 * another than that of its kind.  NULL without memory.
 */
struct fpt_plan *fpt_plan__new(uint16_t kind, uint16_t size);

/* For the rows of the list that an item of a kind refers to; their size is the item's. */
struct fpt_plan *fpt_plan__of_list(uint16_t kind, const struct fpt_plan_item *item);

#endif
