/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Streams of requests and replies, as the reader of debug logs makes them, that
 * break the rules of servers; the rest is as in check_scenarios.h.
 */
#ifndef CHECK_SCENARIOS_SERVER_H
#define CHECK_SCENARIOS_SERVER_H

#include <linux/fuse.h>

#include "event_stream.h"

static inline void request(struct stream *s, uint64_t unique, uint32_t opcode, uint64_t nodeid)
{
	struct fpt_request e = { .unique = unique, .nodeid = nodeid, .opcode = opcode };

	FEED(s, REQUEST, e);
}

/* A reply with what is told beside it. */
static inline void reply_telling(struct stream *s, uint64_t unique, uint32_t opcode,
				 uint64_t nodeid, uint32_t outsize, uint64_t told)
{
	struct fpt_reply e = { .unique = unique,
			       .nodeid = nodeid,
			       .told_nodeid = told,
			       .opcode = opcode,
			       .outsize = outsize,
			       .asked = 1 };

	FEED(s, REPLY, e);
}

static inline void reply(struct stream *s, uint64_t unique, uint32_t opcode, uint64_t nodeid,
			 uint32_t outsize)
{
	reply_telling(s, unique, opcode, nodeid, outsize, 0);
}

static inline void reply_error(struct stream *s, uint64_t unique, uint32_t opcode, int ret,
			       uint32_t outsize)
{
	struct fpt_reply e = { .unique = unique,
			       .nodeid = 3,
			       .opcode = opcode,
			       .ret = ret,
			       .outsize = outsize,
			       .asked = 1 };

	FEED(s, REPLY, e);
}

static inline void init_reply(struct stream *s, uint32_t depth, uint64_t flags)
{
	struct fpt_init_reply e = { .flags = flags, .minor = 31, .requested_stack_depth = depth };

	FEED(s, INIT_REPLY, e);
}

static inline void server_starts(struct stream *s)
{
	request(s, 2, FUSE_INIT, 0);
	init_reply(s, 0, 0);
	reply(s, 2, FUSE_INIT, 0, 80);
}

static inline void forgets(struct stream *s, uint64_t nodeid, uint64_t nlookup)
{
	struct fpt_forget e = { .conn = 1, .nodeid = nodeid, .nlookup = nlookup };

	FEED(s, FORGET, e);
}

/* ---- a stream for each check ---- */

static inline void reply_size_wrong(struct stream *s)
{
	server_starts(s);
	request(s, 4, FUSE_OPEN, 3);
	reply(s, 4, FUSE_OPEN, 3, 16);
}

static inline void reply_errno_refused(struct stream *s)
{
	server_starts(s);
	request(s, 4, FUSE_OPEN, 3);
	reply_error(s, 4, FUSE_OPEN, -512, 16);
}

static inline void reply_unasked(struct stream *s)
{
	struct fpt_reply e = { .unique = 4, .outsize = 16 };

	server_starts(s);
	FEED(s, REPLY, e);
}

static inline void error_replaced(struct stream *s)
{
	struct fpt_error_replaced e = { .error = 2 };

	FEED(s, ERROR_REPLACED, e);
}

static inline void init_passthrough_unmet(struct stream *s)
{
	request(s, 2, FUSE_INIT, 0);
	init_reply(s, 1, 1 << 16);
}

static inline void backing_ioctl_failed(struct stream *s)
{
	struct fpt_backing_error e = { .ret = -EPERM };

	FEED(s, BACKING_ERROR, e);
}

static inline void release_unopened(struct stream *s)
{
	server_starts(s);
	request(s, 4, FUSE_OPEN, 3);
	reply(s, 4, FUSE_OPEN, 3, 32);
	request(s, 6, FUSE_RELEASE, 3);
	reply(s, 6, FUSE_RELEASE, 3, 16);
	request(s, 8, FUSE_RELEASE, 3);
}

static inline void forget_unfounded(struct stream *s)
{
	server_starts(s);
	request(s, 4, FUSE_LOOKUP, 1);
	reply_telling(s, 4, FUSE_LOOKUP, 1, 144, 3);
	forgets(s, 3, 2);
}

static inline void request_unanswered(struct stream *s)
{
	struct fpt_unanswered e = { .unique = 4, .nodeid = 3, .later = 20, .opcode = FUSE_OPEN };

	FEED(s, UNANSWERED, e);
}

#endif
