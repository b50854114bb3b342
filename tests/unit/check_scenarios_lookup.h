/* SPDX-License-Identifier: GPL-2.0-only */
/* Streams like those of check_scenarios.h: who an inode is, and its lookups. */
#ifndef CHECK_SCENARIOS_LOOKUP_H
#define CHECK_SCENARIOS_LOOKUP_H

#include "lookup_stream.h"

static void identity_changed(struct stream *s)
{
	born(s);
	s->id.generation = 2;
	evict(s);
}

static void identity_mixed(struct stream *s)
{
	struct fpt_identity e = {
		.told_nodeid = 3, .told_generation = 1, .told_mode = 0040755, .opcode = 44
	};

	PUT(e, inode, s->id);
	FEED(s, IDENTITY, e);
}

/* The nodeid goes to an inode of another generation; the old one stays as good as it was. */
static void two_inodes(struct stream *s)
{
	struct fpt_id old = s->id;

	born(s);
	s->id.inode = 0x1100;
	s->id.generation = 2;
	born(s);
	s->id = old;
	evict(s);
}

static void lookup_count_wrong(struct stream *s)
{
	born(s);
	counted(s);
	linked(s);
	s->nlookup++;
	evict(s);
}

static void forget_wrong(struct stream *s)
{
	struct fpt_init init = healthy_init(s);
	struct fpt_forgotten e = {
		.conn = s->id.conn, .nodeid = s->id.nodeid, .due = 2, .forgotten = 4
	};

	FEED(s, INIT, init);
	FEED(s, FORGOTTEN, e);
}

static void ino_squash_wrong(struct stream *s)
{
	struct fpt_number e = { .ino = 104, .orig_ino = 103, .told_ino = 103 };

	PUT(e, inode, s->id);
	FEED(s, NUMBER, e);
}

#endif
