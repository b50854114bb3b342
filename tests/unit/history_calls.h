/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What threads do next: calls of users on inodes and files, and of the server
 * on backing files and numbers; and the first events of a stream.
 */
#ifndef HISTORY_CALLS_H
#define HISTORY_CALLS_H

#include "history_effect.h"

/* The first thread that can stands for whoever does it. */
static inline void h_tell_number(struct history *h, struct h_thread *t, struct h_inode *inode,
				 uint64_t number)
{
	struct fpt_attr e = { .attr_ino = number };

	t->inode = inode;
	H_PUT(e, inode, inode->id);
	H_PUT(e, before_ctr, inode->state);
	e.backing = inode->state.fb;
	if (inode->attached) {
		e.backing_ino = inode->attached->ino;
		e.backing_dev = 28;
	}
	H_EMIT(h, t, ATTR, e);
}

static inline void h_make_inode(struct history *h, struct h_thread *t, struct h_inode *inode)
{
	unsigned int number = (unsigned int)(inode - h->inode);

	memset(inode, 0, sizeof(*inode));
	inode->id = (struct fpt_id){ .inode = 0x1000 + number,
				     .conn = H_CONN,
				     .nodeid = ++h->next_file + 100,
				     .generation = 1,
				     .dev = 35,
				     .conn_flags = h->conn_flags,
				     .mode = 0100644 };
	inode->state.bits = FPT_BIT_READ;
	h_tell_number(h, t, inode, 103);
	inode->state.ino = 103;
	inode->state.attr_version = 1;
	t->inode = NULL;
}

static inline void h_tell_backing(struct history *h, struct h_thread *t, struct h_backing *backing)
{
	struct fpt_backing_open e = { .conn = H_CONN,
				      .conn_flags = h->conn_flags,
				      .dev = 35,
				      .fd = 5,
				      .ret = backing->id,
				      .backing_ino = backing->ino,
				      .backing_dev = 28,
				      .comm = "server" };

	H_EMIT(h, t, BACKING_OPEN, e);
	backing->told = true;
}

/* NULL when this world has had its share. */
static inline struct h_backing *h_register(struct history *h)
{
	struct h_backing *backing = &h->backing[h->next_id];

	if (h->next_id == H_BACKINGS)
		return NULL;
	*backing = (struct h_backing){ .id = ++h->next_id,
				       .key = h->next_key += 0x10,
				       .ino = 103 + (h_pick(h, 4) == 0),
				       .registered = true,
				       .count = 1 };
	return backing;
}

static inline struct h_file *h_some_file(struct history *h, uint32_t flags)
{
	unsigned int at = h_pick(h, H_FILES), i;

	for (i = 0; i < H_FILES; i++) {
		struct h_file *file = &h->file[(at + i) % H_FILES];

		if (file->inode && file->open && (file->flags & flags) == flags)
			return file;
	}
	return NULL;
}

static inline bool h_call_open(struct history *h, struct h_thread *t)
{
	static const uint32_t any[] = { H_PASSTHROUGH,
					H_PASSTHROUGH,
					0,
					0,
					H_DIRECT_IO | H_PARALLEL,
					H_DIRECT_IO | H_PARALLEL,
					H_PASSTHROUGH | H_DIRECT_IO | H_PARALLEL,
					H_PASSTHROUGH | H_KEEP_CACHE };
	struct h_file *file = h->file;

	while (file < h->file + H_FILES && file->inode)
		file++;
	if (file == h->file + H_FILES)
		return false;
	*file = (struct h_file){ .kh = ++h->next_file,
				 .inode = t->inode,
				 .users = 1,
				 .flags = h_chance(h, 70) ? h->favoured : any[h_pick(h, 8)] };
	t->file = file;
	t->backing = &h->backing[h_chance(h, 70) ? 0 : h_pick(h, h->next_id)];
	t->outer.op = (struct fpt_mode_op){ .op = FPT_OP_IO_OPEN };
	t->user_ns = h_clock(h, t);
	t->user_begun = h->events;
	t->inode->users++;
	t->step = STEP_OUTER_BEGIN;
	return true;
}

static inline bool h_call_file(struct history *h, struct h_thread *t, enum h_call call)
{
	struct h_file *file = h_some_file(h, call == CALL_RELEASE ? 0 : H_DIRECT_IO);

	if (!file || (call == CALL_RELEASE && file->users) ||
	    (call == CALL_MMAP && (file->inode->state.fb || file->mode == FPT_IOM_UNCACHED)) ||
	    (call == CALL_WRITE && file->inode->state.bits & FPT_BIT_CACHE_IO &&
	     !h_breaks(h, BREAK_OVER_WAITER)))
		return false;
	t->file = file;
	t->inode = file->inode;
	t->op.op = (struct fpt_mode_op){ .op = call == CALL_MMAP ? FPT_OP_CACHED_OPEN
								 : FPT_OP_UNCACHED_START };
	t->step = STEP_BEGIN;
	if (call == CALL_RELEASE && file->mode == FPT_IOM_CACHED) {
		t->op.op.op = FPT_OP_IO_RELEASE;
	} else if (call == CALL_RELEASE) {
		t->outer.op = (struct fpt_mode_op){ .op = FPT_OP_IO_RELEASE };
		t->step = STEP_OUTER_BEGIN;
	}
	file->open = call != CALL_RELEASE;
	file->users++;
	t->inode->users++;
	return true;
}

static inline bool h_call_attr(struct history *h, struct h_thread *t)
{
	t->number = 103 + h_pick(h, 2);
	if (t->inode->locked_by || t->inode->state.ino == t->number)
		return false;
	h_tell_number(h, t, t->inode, t->number);
	t->inode->locked_by = t;
	t->inode->users++;
	t->step = STEP_ATTR_VERSION;
	return true;
}

static inline bool h_call_evict(struct history *h, struct h_thread *t)
{
	struct fpt_evict e = {}; /* no lookups are told */

	if (t->inode->users)
		return false;
	if (h_breaks(h, BREAK_EVICT_BUSY))
		t->inode->state.ctr++;
	H_PUT(e, inode, t->inode->id);
	H_PUT(e, before_ctr, t->inode->state);
	H_EMIT(h, t, EVICT, e);
	h_make_inode(h, t, t->inode);
	return false; /* done already */
}

/* A new id is taken now, and told later. */
static inline bool h_call_backing(struct history *h, struct h_thread *t, enum h_call call)
{
	struct fpt_backing_closing e = { .conn = H_CONN, .dev = 35 };

	t->inode = NULL;
	t->backing = call == CALL_REOPEN ? h_register(h) : &h->backing[h_pick(h, h->next_id)];
	if (!t->backing || (call == CALL_CLOSE && !(t->backing->registered && t->backing->told)))
		return false;
	t->step = STEP_TELL;
	if (call == CALL_REOPEN)
		return true;
	e.backing_id = t->backing->id;
	H_EMIT(h, t, BACKING_CLOSING, e);
	t->step = STEP_CLOSE;
	return true;
}

/* Something changes that nobody did. */
static inline void h_stray(struct history *h)
{
	struct fpt_state *state = &h->inode[h_pick(h, h->inodes)].state;

	if (h_breaks(h, BREAK_STRAY_CTR))
		state->ctr += h_pick(h, 2) ? 1 : -1;
	if (h_breaks(h, BREAK_STRAY_FB))
		state->fb = state->fb ? 0 : h->backing[0].key;
}

static inline bool h_start_call(struct history *h, struct h_thread *t)
{
	static const enum h_call calls[] = { CALL_OPEN,	   CALL_OPEN,	 CALL_OPEN,    CALL_OPEN,
					     CALL_RELEASE, CALL_RELEASE, CALL_RELEASE, CALL_WRITE,
					     CALL_WRITE,   CALL_MMAP,	 CALL_MMAP };
	unsigned int roll = h_pick(h, 100);
	bool started;

	h_stray(h);
	t->inode = &h->inode[h_pick(h, h->inodes)];
	t->waited = t->asleep = t->failed = t->holds = false;
	t->inner = 0;
	t->put = NULL;
	t->file = NULL;
	t->call = roll < 88   ? calls[h_pick(h, 11)]
		  : roll < 93 ? CALL_ATTR
		  : roll < 96 ? CALL_EVICT
		  : roll < 98 ? CALL_CLOSE
			      : CALL_REOPEN;
	if (t->call == CALL_OPEN)
		started = h_call_open(h, t);
	else if (t->call == CALL_ATTR)
		started = h_call_attr(h, t);
	else if (t->call == CALL_EVICT)
		started = h_call_evict(h, t);
	else if (t->call == CALL_CLOSE || t->call == CALL_REOPEN)
		started = h_call_backing(h, t, t->call);
	else
		started = h_call_file(h, t, t->call);
	if (!started)
		t->inode = NULL;
	return started;
}

static inline void h_tell_init(struct history *h, struct h_thread *t)
{
	struct fpt_init e = { .conn = H_CONN,
			      .dev = 35,
			      .minor = 41,
			      .offered = 1ULL << 30 | 1ULL << 37 | 1ULL << 43,
			      .requested_stack_depth = 1,
			      .effective_stack_depth = 1,
			      .conn_flags = h->conn_flags,
			      .ino_bit = 43 };

	e.requested = e.offered;
	if (!(h->conn_flags & FPT_CONN_PASSTHROUGH_INO))
		e.requested &= ~(1ULL << 43);
	H_EMIT(h, t, INIT, e);
}

#endif
