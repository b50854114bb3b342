// SPDX-License-Identifier: GPL-2.0-only
/* Gathers the life of an inode, and finds out what a finding contradicts. */
#include "timeline_pairs.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define NO_INODE UINT_MAX /* a row of a connection */

struct fpt_timeline *fpt_timeline__new(uint64_t ino)
{
	static const char *const names[FPT_TIMELINE_FIELDS] = {
		"nodeid", "dev",      "file",	   "unique",	"attr_ino",
		"ino",	  "stat_ino", "after_ino", "before_ino"
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
	free(timeline->around.row);
	free(timeline);
}

/* ---- whose event it is ---- */

uint64_t fpt_timeline__value(const struct fpt_timeline *timeline, const struct fpt_header *event,
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
		number = fpt_timeline__value(timeline, event, i);
	return number;
}

/* Its place in the list, where it is added if @wanted; -1: it is not there. */
static int find_key(struct fpt_timeline *timeline, struct fpt_inode_key key, bool wanted)
{
	struct fpt_timeline_inode *grown;
	unsigned int i;

	for (i = 0; i < timeline->inodes; i++)
		if (!timeline->inode[i].over && timeline->inode[i].key.nodeid == key.nodeid &&
		    timeline->inode[i].key.dev == key.dev)
			return (int)i;
	if (!wanted)
		return -1;
	grown = realloc(timeline->inode, (i + 1) * sizeof(*grown));
	timeline->failed |= !grown;
	if (!grown)
		return -1;
	timeline->inode = grown;
	grown[timeline->inodes++] = (struct fpt_timeline_inode){ .key = key };
	return (int)i;
}

/* The inode that an event is of, if it is what is looked for; else -1. */
static int find_inode(struct fpt_timeline *timeline, const struct fpt_header *event)
{
	const struct fpt_inode_key key = {
		.nodeid = fpt_timeline__value(timeline, event, FPT_TIMELINE_NODEID),
		.dev = fpt_timeline__value(timeline, event, FPT_TIMELINE_DEV)
	};

	/* The debug log of a server knows no devices. */
	if (!key.nodeid ||
	    (!key.dev && !(event->kind < 64 && FPT_SERVER_LOG_EVENTS >> event->kind & 1)))
		return -1;
	return find_key(timeline, key,
			key.nodeid == timeline->ino || number_of(timeline, event) == timeline->ino);
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

/* What is not worth a line of its own, but may be what a later finding contradicts. */
static bool is_kept(const struct fpt_header *event)
{
	const struct fpt_op_begin *begin = (const void *)event;

	switch (event->kind) {
	case FPT_OP_BEGIN:
		return begin->op == FPT_OP_CACHED_OPEN;
	case FPT_CACHED_OPEN:
		return ((const struct fpt_cached_open *)event)->ret;
	case FPT_UNCACHED_START:
		return ((const struct fpt_uncached_start *)event)->ret;
	case FPT_UNCACHED_END:
	case FPT_INIT:
		return true;
	}
	return false;
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
	*row = (struct fpt_timeline_row){ .inode = inode };
	if (inode != NO_INODE)
		row->mode = timeline->inode[inode].mode;
	memcpy(row->bytes, event, event->size);
	return row;
}

bool fpt_timeline__insert(struct fpt_timeline *timeline, unsigned int inode,
			  const struct fpt_header *event, size_t *row)
{
	struct fpt_timeline_row *added = add_row(timeline, inode, event), moved;
	size_t at = timeline->rows - 1;
	unsigned int i;

	if (!added)
		return false;
	moved = *added;
	for (; at > 0 && timeline->row[at - 1].event.ts_ns > event->ts_ns; at--)
		timeline->row[at] = timeline->row[at - 1];
	/* The mode was that after the step before. */
	moved.mode = FPT_INODE_NONE;
	for (*row = at; (*row)-- > 0 && timeline->row[*row].inode != inode;)
		;
	if (*row != SIZE_MAX)
		moved.mode = timeline->row[*row].mode;
	timeline->row[at] = moved;
	*row = at;
	for (i = 0; i < timeline->findings; i++) {
		timeline->finding[i].row += timeline->finding[i].row >= at;
		timeline->finding[i].other += timeline->finding[i].other >= at;
	}
	return true;
}

/* The open of a file that is not closed; NULL: none was seen. */
static struct fpt_timeline_row *open_of(struct fpt_timeline *timeline, unsigned int inode,
					uint64_t file)
{
	size_t i;

	for (i = timeline->rows; i-- > 0;) {
		struct fpt_timeline_row *row = &timeline->row[i];

		if (row->inode == inode && row->event.kind == FPT_OPEN && !row->released &&
		    fpt_timeline__value(timeline, &row->event, FPT_TIMELINE_FILE) == file)
			return row;
	}
	return NULL;
}

/* What an open holds can change: it contradicts nothing any more, or something else. */
static void follow_file(struct fpt_timeline *timeline, unsigned int inode,
			const struct fpt_header *event)
{
	const struct fpt_cached_open *cached = (const void *)event;
	struct fpt_timeline_row *open;

	if (event->kind != FPT_RELEASE && event->kind != FPT_CACHED_OPEN)
		return;
	open = open_of(timeline, inode, fpt_timeline__value(timeline, event, FPT_TIMELINE_FILE));
	if (open && event->kind == FPT_RELEASE)
		open->released = true;
	else if (open && !cached->ret)
		open->cached = true;
}

/* A new connection: what was seen on its device was another's. */
static void begin_mount(struct fpt_timeline *timeline, const struct fpt_init *init)
{
	unsigned int i;

	for (i = 0; i < timeline->inodes; i++)
		timeline->inode[i].over |= timeline->inode[i].key.dev == init->dev;
}

static void add_hidden(struct fpt_timeline *timeline, unsigned int inode,
		       const struct fpt_header *event)
{
	struct fpt_timeline_row *row = add_row(timeline, inode, event);

	if (row)
		row->hidden = true;
}

void fpt_timeline__event(struct fpt_timeline *timeline, const struct fpt_header *event)
{
	int which = find_inode(timeline, event);
	struct fpt_timeline_inode *inode;
	struct fpt_inode_key key;
	enum fpt_inode_mode mode;
	uint64_t number;
	bool news;

	fpt_timeline__around(timeline, event);
	if (event->kind == FPT_INIT) {
		begin_mount(timeline, (const void *)event);
		add_hidden(timeline, NO_INODE, event);
	}
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
	follow_file(timeline, (unsigned int)which, event);
	if (news)
		add_row(timeline, (unsigned int)which, event);
	else if (is_kept(event))
		add_hidden(timeline, (unsigned int)which, event);
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

void fpt_timeline__finding(struct fpt_timeline *timeline, const struct fpt_finding *finding)
{
	const struct fpt_inode_key key = { .nodeid = finding->nodeid, .dev = finding->dev };
	int inode = key.nodeid ? find_key(timeline, key, key.nodeid == timeline->ino) : -1;
	struct fpt_timeline_finding *grown;
	size_t row = row_of(timeline, finding->event);

	if (inode < 0 || timeline->findings == FPT_TIMELINE_FINDINGS)
		return;
	if (row == timeline->rows && !add_row(timeline, (unsigned int)inode, finding->event))
		return;
	grown = realloc(timeline->finding, (timeline->findings + 1) * sizeof(*grown));
	timeline->failed |= !grown;
	if (!grown)
		return;
	timeline->finding = grown;
	grown[timeline->findings] =
		(struct fpt_timeline_finding){ .finding = *finding, .row = row };
	fpt_timeline__mark(timeline, &grown[timeline->findings++]);
}
