// SPDX-License-Identifier: GPL-2.0-only
/* Gathers the life of an inode, and finds out what a finding contradicts. */
#include "timeline.h"

#include <stdlib.h>
#include <string.h>

struct fpt_timeline *fpt_timeline__new(uint64_t ino)
{
	static const char *const names[FPT_TIMELINE_FIELDS] = {
		"nodeid", "dev", "file", "attr_ino", "ino", "stat_ino", "after_ino", "before_ino"
	};
	struct fpt_timeline *timeline = calloc(1, sizeof(*timeline));
	const struct fpt_kind_info *info;
	size_t kind = 0, i;

	if (!timeline)
		return NULL;
	timeline->ino = ino;
	while ((info = fpt_kinds(&kind)))
		for (i = 0; i < FPT_TIMELINE_FIELDS && info->kind < 64; i++)
			timeline->field[info->kind][i] = fpt_field__find(info, names[i]);
	return timeline;
}

void fpt_timeline__free(struct fpt_timeline *timeline)
{
	if (!timeline)
		return;
	free(timeline->inode);
	free(timeline->row);
	free(timeline->finding);
	free(timeline);
}

/* ---- whose event it is ---- */

static uint64_t value(const struct fpt_timeline *timeline, const struct fpt_header *event,
		      unsigned int which)
{
	const struct fpt_field *field =
		event->kind < 64 ? timeline->field[event->kind][which] : NULL;

	return field ? fpt_field__get(field, event) : 0;
}

/* What an inode's number is by this event; 0: it does not tell. */
static uint64_t number_of(const struct fpt_timeline *timeline, const struct fpt_header *event)
{
	uint64_t number = 0;
	unsigned int i;

	for (i = FPT_TIMELINE_NUMBER; i < FPT_TIMELINE_FIELDS && !number; i++)
		number = value(timeline, event, i);
	return number;
}

/* Its place in the list, where it is added if it is what is looked for; -1: it is not. */
static int find_inode(struct fpt_timeline *timeline, const struct fpt_header *event)
{
	const struct fpt_inode_key key = { .nodeid = value(timeline, event, FPT_TIMELINE_NODEID),
					   .dev = value(timeline, event, FPT_TIMELINE_DEV) };
	struct fpt_timeline_inode *grown;
	unsigned int i;

	if (!key.nodeid || !key.dev)
		return -1;
	for (i = 0; i < timeline->inodes; i++)
		if (!timeline->inode[i].over && timeline->inode[i].key.nodeid == key.nodeid &&
		    timeline->inode[i].key.dev == key.dev)
			return (int)i;
	if (key.nodeid != timeline->ino && number_of(timeline, event) != timeline->ino)
		return -1;
	grown = realloc(timeline->inode, (i + 1) * sizeof(*grown));
	timeline->failed |= !grown;
	if (!grown)
		return -1;
	timeline->inode = grown;
	grown[timeline->inodes++] = (struct fpt_timeline_inode){ .key = key };
	return (int)i;
}

/* ---- rows ---- */

/* Whether people want to see it: the others are seen in what they change. */
static bool is_shown(const struct fpt_header *event)
{
	switch (event->kind) {
	case FPT_OP_BEGIN:
	case FPT_IO_OPEN:
	case FPT_LOOKUP:
	case FPT_READDIRPLUS:
	case FPT_CACHED_OPEN:
	case FPT_UNCACHED_START:
	case FPT_UNCACHED_END:
	case FPT_IO_RELEASE:
	case FPT_RELEASE_SENT:
	case FPT_FORGET:
		return false;
	}
	return true;
}

/* NULL if it cannot be kept. */
static struct fpt_timeline_row *add_row(struct fpt_timeline *timeline, unsigned int inode,
					const struct fpt_header *event)
{
	size_t room = timeline->rows_room ? 2 * timeline->rows_room : 64;
	struct fpt_timeline_row *row;

	if (timeline->rows == FPT_TIMELINE_ROWS || event->size > sizeof(row->bytes)) {
		timeline->left_out++;
		return NULL;
	}
	if (timeline->rows == timeline->rows_room) {
		row = realloc(timeline->row, room * sizeof(*row));
		timeline->failed |= !row;
		if (!row)
			return NULL;
		timeline->row = row;
		timeline->rows_room = room;
	}
	row = &timeline->row[timeline->rows++];
	*row = (struct fpt_timeline_row){ .inode = inode, .mode = timeline->inode[inode].mode };
	memcpy(row->bytes, event, event->size);
	return row;
}

/* The opens of its file: one that was released contradicts nothing any more. */
static void mark_released(struct fpt_timeline *timeline, unsigned int inode, uint64_t file)
{
	size_t i;

	for (i = timeline->rows; i-- > 0;) {
		struct fpt_timeline_row *row = &timeline->row[i];

		if (row->inode != inode || row->event.kind != FPT_OPEN ||
		    value(timeline, &row->event, FPT_TIMELINE_FILE) != file)
			continue;
		row->released = true;
		return;
	}
}

/* A new connection: what was seen on its device was another's. */
static void begin_mount(struct fpt_timeline *timeline, const struct fpt_init *init)
{
	unsigned int i;

	for (i = 0; i < timeline->inodes; i++)
		timeline->inode[i].over |= timeline->inode[i].key.dev == init->dev;
}

void fpt_timeline__event(struct fpt_timeline *timeline, const struct fpt_header *event)
{
	int which = find_inode(timeline, event);
	struct fpt_timeline_inode *inode;
	struct fpt_inode_key key;
	enum fpt_inode_mode mode;
	uint64_t number;
	bool news;

	if (event->kind == FPT_INIT)
		begin_mount(timeline, (const void *)event);
	if (which < 0)
		return;
	inode = &timeline->inode[which];
	mode = inode->mode;
	fpt_follow__mode(event, &key, &mode);
	news = is_shown(event) || mode != inode->mode;
	inode->mode = mode;
	number = event->kind == FPT_LOOKUP || event->kind == FPT_READDIRPLUS ||
				 event->kind == FPT_ATTR
			 ? number_of(timeline, event)
			 : 0;
	news |= number && number != inode->number;
	if (number)
		inode->number = number;
	if (event->kind == FPT_RELEASE)
		mark_released(timeline, (unsigned int)which,
			      value(timeline, event, FPT_TIMELINE_FILE));
	if (news)
		add_row(timeline, (unsigned int)which, event);
}

/* ---- pairs ---- */

/* What a finding contradicts. */
enum other {
	OTHER_NONE,
	OTHER_PASSTHROUGH, /* a file that is open in passthrough */
	OTHER_CACHED, /* one that is open cached */
	OTHER_BACKING, /* the backing file that was looked up for it */
	OTHER_BACKING_BEFORE, /* and that before this */
	OTHER_NUMBER, /* the reply that told a number */
};

static enum other other_of(enum fpt_check_id check)
{
	switch (check) {
	case FPT_CHECK_MODE_CACHED_UNDER_PASSTHROUGH:
	case FPT_CHECK_MODE_CACHED_WHILE_PASSTHROUGH:
	case FPT_CHECK_MODE_DIRECT_UNDER_PASSTHROUGH:
	case FPT_CHECK_BACKING_SECOND_FILE:
	case FPT_CHECK_BACKING_SECOND_ID:
	case FPT_CHECK_MODE_SECOND_BACKING:
	case FPT_CHECK_MODE_CACHED_LOST_RACE:
	case FPT_CHECK_PAGE_CACHE_IO:
	case FPT_CHECK_PAGE_CACHE_SPLICE:
	case FPT_CHECK_MMAP_UNDER_PASSTHROUGH:
		return OTHER_PASSTHROUGH;
	case FPT_CHECK_MODE_PASSTHROUGH_UNDER_CACHED:
	case FPT_CHECK_MODE_UNCACHED_WHILE_CACHED:
		return OTHER_CACHED;
	case FPT_CHECK_INO_BACKING_MISMATCH:
	case FPT_CHECK_INO_ATTACH_UNEQUAL:
	case FPT_CHECK_INO_REOPEN_UNEQUAL:
	case FPT_CHECK_INO_DRIFT_ATTACHED:
		return OTHER_BACKING;
	case FPT_CHECK_INO_BACKING_CHANGED:
		return OTHER_BACKING_BEFORE;
	case FPT_CHECK_INO_DRIFT:
	case FPT_CHECK_INO_DIRENT_MISMATCH:
	case FPT_CHECK_STAT_INO_WRONG:
	case FPT_CHECK_INO_SQUASH_WRONG:
		return OTHER_NUMBER;
	default:
		return OTHER_NONE;
	}
}

static bool is_other(const struct fpt_timeline_row *row, enum other other)
{
	const struct fpt_open *open = (const void *)&row->event;
	const uint16_t kind = row->event.kind;

	switch (other) {
	case OTHER_PASSTHROUGH:
		return kind == FPT_OPEN && !open->ret && !row->released &&
		       open->file_mode == FPT_IOM_UNCACHED;
	case OTHER_CACHED:
		return kind == FPT_OPEN && !open->ret && !row->released &&
		       open->file_mode == FPT_IOM_CACHED;
	case OTHER_BACKING:
	case OTHER_BACKING_BEFORE:
		return kind == FPT_PASSTHROUGH_OPEN;
	case OTHER_NUMBER:
		return kind == FPT_LOOKUP || kind == FPT_READDIRPLUS || kind == FPT_ATTR;
	default:
		return false;
	}
}

/* The row of an event; rows if there is none. */
static size_t row_of(const struct fpt_timeline *timeline, const struct fpt_header *event)
{
	size_t i;

	for (i = timeline->rows; i-- > 0;) {
		const struct fpt_header *other = &timeline->row[i].event;

		if (other->kind == event->kind && other->cpu == event->cpu &&
		    other->seq == event->seq && other->ts_ns == event->ts_ns)
			return i;
	}
	return timeline->rows;
}

static void mark_pair(struct fpt_timeline *timeline, struct fpt_timeline_finding *finding)
{
	const enum other other = other_of(finding->finding.check);
	struct fpt_timeline_row *row = &timeline->row[finding->row];
	bool skip = other == OTHER_BACKING_BEFORE;
	size_t i;

	if (!row->pair)
		row->pair = timeline->findings;
	for (i = finding->row; i-- > 0;) {
		if (timeline->row[i].inode != row->inode || !is_other(&timeline->row[i], other))
			continue;
		if (skip) {
			skip = false;
			continue;
		}
		finding->has_other = true;
		finding->other = i;
		/* What several findings contradict, and all of them, have one mark. */
		if (timeline->row[i].pair)
			row->pair = timeline->row[i].pair;
		timeline->row[i].pair = row->pair;
		return;
	}
}

void fpt_timeline__finding(struct fpt_timeline *timeline, const struct fpt_finding *finding)
{
	struct fpt_timeline_finding *grown;
	size_t row = row_of(timeline, finding->event);
	unsigned int i;

	for (i = 0; i < timeline->inodes; i++)
		if (!timeline->inode[i].over && timeline->inode[i].key.nodeid == finding->nodeid &&
		    timeline->inode[i].key.dev == finding->dev)
			break;
	if (i == timeline->inodes || timeline->findings == FPT_TIMELINE_FINDINGS)
		return;
	if (row == timeline->rows && !add_row(timeline, i, finding->event))
		return;
	grown = realloc(timeline->finding, (timeline->findings + 1) * sizeof(*grown));
	timeline->failed |= !grown;
	if (!grown)
		return;
	timeline->finding = grown;
	grown[timeline->findings] =
		(struct fpt_timeline_finding){ .finding = *finding, .row = row };
	mark_pair(timeline, &grown[timeline->findings++]);
}
