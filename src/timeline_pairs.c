// SPDX-License-Identifier: GPL-2.0-only
#include "timeline_pairs.h"

#include <stdlib.h>
#include <string.h>

/* What a finding contradicts. */
enum other {
	OTHER_NONE, /* one event shows it alone, or a sum of many */
	OTHER_PASSTHROUGH, /* a file that is open in passthrough */
	OTHER_CACHED, /* one that is open cached, or was mapped */
	OTHER_FILE, /* the open of the same file */
	OTHER_WAITER, /* the cached open that waits */
	OTHER_MODE, /* what changed the io mode last */
	OTHER_FAILURE, /* the call that failed inside an open */
	OTHER_BACKING, /* the backing file that was looked up for it */
	OTHER_BACKING_BEFORE, /* and that before this */
	OTHER_NUMBER, /* the reply that told a number, or an identity */
	OTHER_REGISTRATION, /* of the backing id, or the closing of it */
	OTHER_INODE, /* another inode that the backing file is attached to */
	OTHER_INIT, /* the negotiation of the connection */
	OTHER_REQUEST, /* that a reply is missing to */
};

static const enum other others[FPT_CHECK_MAX] = {
	[FPT_CHECK_MODE_CACHED_UNDER_PASSTHROUGH] = OTHER_PASSTHROUGH,
	[FPT_CHECK_MODE_CACHED_WHILE_PASSTHROUGH] = OTHER_PASSTHROUGH,
	[FPT_CHECK_MODE_DIRECT_UNDER_PASSTHROUGH] = OTHER_PASSTHROUGH,
	[FPT_CHECK_BACKING_SECOND_FILE] = OTHER_PASSTHROUGH,
	[FPT_CHECK_BACKING_SECOND_ID] = OTHER_PASSTHROUGH,
	[FPT_CHECK_MODE_SECOND_BACKING] = OTHER_PASSTHROUGH,
	[FPT_CHECK_MODE_CACHED_LOST_RACE] = OTHER_PASSTHROUGH,
	[FPT_CHECK_OPEN_MODE_ACCEPTED] = OTHER_PASSTHROUGH,
	[FPT_CHECK_PAGE_CACHE_IO] = OTHER_PASSTHROUGH,
	[FPT_CHECK_PAGE_CACHE_SPLICE] = OTHER_PASSTHROUGH,
	[FPT_CHECK_MMAP_UNDER_PASSTHROUGH] = OTHER_PASSTHROUGH,
	[FPT_CHECK_BACKING_FREED_IN_USE] = OTHER_PASSTHROUGH,
	[FPT_CHECK_MODE_PASSTHROUGH_UNDER_CACHED] = OTHER_CACHED,
	[FPT_CHECK_MODE_UNCACHED_WHILE_CACHED] = OTHER_CACHED,
	[FPT_CHECK_MMAP_MODE_MISSING] = OTHER_FILE,
	[FPT_CHECK_RELEASE_EARLY] = OTHER_FILE,
	[FPT_CHECK_MODE_WRITE_OVER_WAITER] = OTHER_WAITER,
	[FPT_CHECK_MODE_WAIT_STUCK] = OTHER_MODE,
	[FPT_CHECK_MODE_NO_ORDER] = OTHER_MODE,
	[FPT_CHECK_MODE_DRIFT] = OTHER_MODE,
	[FPT_CHECK_MMAP_MODE_UNASKED] = OTHER_MODE,
	[FPT_CHECK_OPEN_ERROR_LOST] = OTHER_FAILURE,
	[FPT_CHECK_INO_BACKING_MISMATCH] = OTHER_BACKING,
	[FPT_CHECK_INO_ATTACH_UNEQUAL] = OTHER_BACKING,
	[FPT_CHECK_INO_REOPEN_UNEQUAL] = OTHER_BACKING,
	[FPT_CHECK_INO_ERRNO_WRONG] = OTHER_BACKING,
	[FPT_CHECK_INO_DRIFT_ATTACHED] = OTHER_BACKING,
	[FPT_CHECK_OPEN_WRONG_FILE] = OTHER_BACKING,
	[FPT_CHECK_INO_BACKING_CHANGED] = OTHER_BACKING_BEFORE,
	[FPT_CHECK_INO_DRIFT] = OTHER_NUMBER,
	[FPT_CHECK_STAT_INO_WRONG] = OTHER_NUMBER,
	[FPT_CHECK_INO_SQUASH_WRONG] = OTHER_NUMBER,
	[FPT_CHECK_IDENTITY_CHANGED] = OTHER_NUMBER,
	[FPT_CHECK_IDENTITY_MIXED] = OTHER_NUMBER,
	[FPT_CHECK_NODEID_TWO_INODES] = OTHER_NUMBER,
	[FPT_CHECK_BACKING_ID_UNKNOWN] = OTHER_REGISTRATION,
	[FPT_CHECK_BACKING_LOOKUP_WRONG] = OTHER_REGISTRATION,
	[FPT_CHECK_INO_SHARED_BACKING] = OTHER_INODE,
	[FPT_CHECK_OPEN_NOT_NEGOTIATED] = OTHER_INIT,
	[FPT_CHECK_REQUEST_UNANSWERED] = OTHER_REQUEST,
};

/* ---- what is around the inode ---- */

void fpt_timeline__around(struct fpt_timeline *timeline, const struct fpt_header *event)
{
	const struct fpt_uncached_start *start = (const void *)event;
	struct fpt_timeline_around *around = &timeline->around;

	if (event->kind != FPT_BACKING_OPEN && event->kind != FPT_BACKING_CLOSE &&
	    !(event->kind == FPT_UNCACHED_START && !start->ret && start->backing))
		return;
	if (!around->row)
		around->row = calloc(FPT_TIMELINE_AROUND, sizeof(*around->row));
	timeline->failed |= !around->row;
	if (!around->row || event->size > FPT_EVENT_MAX)
		return;
	memcpy(around->row[around->count++ % FPT_TIMELINE_AROUND].bytes, event, event->size);
}

/* The backing id that the inode's last lookup was for. */
static int32_t looked_up(const struct fpt_timeline *timeline, unsigned int inode)
{
	size_t i;

	for (i = timeline->rows; i-- > 0;) {
		const struct fpt_timeline_row *row = &timeline->row[i];

		if (row->inode == inode && row->event.kind == FPT_PASSTHROUGH_OPEN)
			return ((const struct fpt_passthrough_open *)&row->event)->backing_id;
	}
	return 0;
}

static bool is_registration(const struct fpt_header *event, uint32_t dev, int32_t id)
{
	const struct fpt_backing_close *closed = (const void *)event;
	const struct fpt_backing_open *opened = (const void *)event;

	if (event->kind == FPT_BACKING_CLOSE)
		return closed->dev == dev && closed->backing_id == id && !closed->ret;
	return event->kind == FPT_BACKING_OPEN && opened->dev == dev && opened->ret == id;
}

/* The same backing file, or another of the same number. */
static bool is_other_inode(const struct fpt_header *event, const struct fpt_finding *finding)
{
	const struct fpt_uncached_start *mine = (const void *)finding->event;
	const struct fpt_uncached_start *start = (const void *)event;

	return event->kind == FPT_UNCACHED_START && mine->h.kind == FPT_UNCACHED_START &&
	       start->dev == finding->dev && start->nodeid != finding->nodeid &&
	       start->backing_ino == mine->backing_ino;
}

/* Looks for it outside of the inode's rows, and makes it one.  False if there is none. */
static bool find_around(struct fpt_timeline *timeline, struct fpt_timeline_finding *finding,
			enum other other, size_t *found)
{
	const struct fpt_timeline_around *around = &timeline->around;
	const unsigned int inode = timeline->row[finding->row].inode;
	const int32_t id = looked_up(timeline, inode);
	uint64_t i, last = around->count;

	for (i = last; i-- > 0 && last - i <= FPT_TIMELINE_AROUND;) {
		const struct fpt_header *event = &around->row[i % FPT_TIMELINE_AROUND].event;

		if ((other == OTHER_REGISTRATION &&
		     is_registration(event, finding->finding.dev, id)) ||
		    (other == OTHER_INODE && is_other_inode(event, &finding->finding)))
			return fpt_timeline__insert(timeline, inode, event, found);
	}
	return false;
}

/* ---- rows of the inode ---- */

static bool failed_inside(const struct fpt_header *event)
{
	switch (event->kind) {
	case FPT_PASSTHROUGH_OPEN:
		return ((const struct fpt_passthrough_open *)event)->ret;
	case FPT_CACHED_OPEN:
		return ((const struct fpt_cached_open *)event)->ret;
	case FPT_UNCACHED_START:
		return ((const struct fpt_uncached_start *)event)->ret;
	}
	return false;
}

static bool is_open(const struct fpt_timeline_row *row, enum fpt_iomode mode)
{
	const struct fpt_open *open = (const void *)&row->event;

	return row->event.kind == FPT_OPEN && !open->ret && !row->released &&
	       (open->file_mode == mode || (row->cached && mode == FPT_IOM_CACHED));
}

static bool is_other(const struct fpt_timeline *timeline, const struct fpt_timeline_row *row,
		     enum other other, const struct fpt_finding *finding)
{
	const struct fpt_op_begin *begin = (const void *)&row->event;
	const uint16_t kind = row->event.kind;

	switch (other) {
	case OTHER_PASSTHROUGH:
		return is_open(row, FPT_IOM_UNCACHED);
	case OTHER_CACHED:
		return is_open(row, FPT_IOM_CACHED);
	case OTHER_FILE:
		return kind == FPT_OPEN &&
		       fpt_timeline__value(timeline, &row->event, FPT_TIMELINE_FILE) ==
			       fpt_timeline__value(timeline, finding->event, FPT_TIMELINE_FILE);
	case OTHER_WAITER:
		return kind == FPT_OP_BEGIN && begin->op == FPT_OP_CACHED_OPEN;
	case OTHER_MODE:
		return kind == FPT_CACHED_OPEN || kind == FPT_UNCACHED_START ||
		       kind == FPT_UNCACHED_END || kind == FPT_IO_RELEASE;
	case OTHER_FAILURE:
		return failed_inside(&row->event);
	case OTHER_BACKING:
	case OTHER_BACKING_BEFORE:
		return kind == FPT_PASSTHROUGH_OPEN;
	case OTHER_NUMBER:
		return kind == FPT_LOOKUP || kind == FPT_READDIRPLUS || kind == FPT_ATTR;
	case OTHER_REQUEST:
		return kind == FPT_REQUEST &&
		       fpt_timeline__value(timeline, &row->event, FPT_TIMELINE_UNIQUE) ==
			       fpt_timeline__value(timeline, finding->event, FPT_TIMELINE_UNIQUE);
	default:
		return false;
	}
}

/* The inode's last row of that kind, or the connection's; false if there is none. */
static bool find_row(struct fpt_timeline *timeline, const struct fpt_timeline_finding *finding,
		     enum other other, size_t *found)
{
	const unsigned int inode = timeline->row[finding->row].inode;
	bool skip = other == OTHER_BACKING_BEFORE;
	size_t i;

	for (i = timeline->rows; i-- > 0;) {
		struct fpt_timeline_row *row = &timeline->row[i];
		const struct fpt_init *init = (const void *)&row->event;

		if (i == finding->row)
			continue;
		*found = i;
		if (other == OTHER_INIT && row->event.kind == FPT_INIT &&
		    init->dev == finding->finding.dev) {
			row->inode = inode;
			return true;
		}
		if (row->inode != inode || !is_other(timeline, row, other, &finding->finding))
			continue;
		if (!skip)
			return true;
		skip = false;
	}
	return false;
}

void fpt_timeline__mark(struct fpt_timeline *timeline, struct fpt_timeline_finding *finding)
{
	const enum other other = others[finding->finding.check];
	struct fpt_timeline_row *row, *its;
	size_t found;

	if (!timeline->row[finding->row].pair)
		timeline->row[finding->row].pair = timeline->findings;
	if (other == OTHER_NONE || (!find_row(timeline, finding, other, &found) &&
				    !find_around(timeline, finding, other, &found)))
		return;
	finding->has_other = true;
	finding->other = found;
	row = &timeline->row[finding->row];
	its = &timeline->row[found];
	/* What several findings contradict, and all of them, have one mark. */
	if (its->pair)
		row->pair = its->pair;
	its->pair = row->pair;
}
