/* SPDX-License-Identifier: GPL-2.0-only */
/* More events of event_stream.h's inode: replies that are counted as its lookups. */
#ifndef LOOKUP_STREAM_H
#define LOOKUP_STREAM_H

#include "event_stream.h"

/* A reply to LOOKUP. */
static inline void counted(struct stream *s)
{
	struct fpt_counted e = {
		.inode = s->id.inode, .nodeid = s->id.nodeid, .nlookup = ++s->nlookup, .opcode = 1
	};

	FEED(s, COUNTED, e);
}

static inline void linked(struct stream *s)
{
	struct fpt_readdirplus e = { .parent = 1, .attr_ino = 103, .dirent_ino = 103, .name = "f" };

	s->nlookup++;
	PUT(e, inode, s->id);
	FEED(s, READDIRPLUS, e);
}

#endif
