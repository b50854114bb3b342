/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * More of event_stream.h's inode: replies that are counted as its lookups, other
 * inodes with it, and what must have been said of all that.
 */
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

static inline void start(struct stream *s)
{
	stream_options(s, ALL_EVENTS, false);
}

static inline void must_be_silent(struct stream *s)
{
	if (s->findings)
		print_message("[%s] %s\n", fpt_checks[s->heard[0].check].id, s->heard[0].text);
	assert_int_equal(s->findings, 0);
	stream_free(s);
}

static inline void must_say(struct stream *s, enum fpt_check_id check, const char *text)
{
	assert_int_equal(s->findings, 1);
	assert_string_equal(fpt_checks[s->heard[0].check].id, fpt_checks[check].id);
	assert_string_equal(s->heard[0].text, text);
	stream_free(s);
}

/* The inode that comes next, at another address. */
static inline void another(struct stream *s, uint64_t nodeid, uint32_t generation)
{
	s->id.inode += 0x100;
	s->id.nodeid = nodeid;
	s->id.generation = generation;
	s->nlookup = 0;
	s->state = (struct fpt_state){ .bits = FPT_BIT_READ };
}

static inline void evict_old(struct stream *s, const struct fpt_id *old, uint32_t bits)
{
	struct fpt_id id = s->id;
	struct fpt_state state = s->state;

	s->id = *old;
	s->state.bits |= bits;
	evict(s);
	s->id = id;
	s->state = state;
}

static inline void feed_forgotten(struct stream *s, uint64_t due, uint64_t forgotten,
				  uint32_t opcode)
{
	struct fpt_forgotten e = { .conn = s->id.conn,
				   .nodeid = s->id.nodeid,
				   .due = due,
				   .forgotten = forgotten,
				   .opcode = opcode };

	FEED(s, FORGOTTEN, e);
}

#endif
