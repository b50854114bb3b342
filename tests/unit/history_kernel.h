/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The steps of the small kernel's threads, in the order of the hooks in bpf/: a
 * begin takes its place in the ring, then the state is read; the operation takes
 * effect; the state is read, then the end takes its place.  Between any two
 * steps others may run.
 */
#ifndef HISTORY_KERNEL_H
#define HISTORY_KERNEL_H

#include "history_calls.h"

/* The file's mode is read after the event has its place, and put into it. */
static inline void h_tell_begin(struct history *h, struct h_thread *t, struct h_frame *f)
{
	struct fpt_op_begin e = { .op = f->op.op };

	H_PUT(e, inode, t->inode->id);
	if (f->op.op == FPT_OP_UNCACHED_START && t->call == CALL_OPEN)
		f->op.fb = t->backing->key;
	e.backing = f->op.fb;
	if (f->op.op != FPT_OP_UNCACHED_START && f->op.op != FPT_OP_UNCACHED_END)
		e.file = t->file->kh;
	f->begin_ns = h_clock(h, t);
	f->begun = h->events;
	H_EMIT(h, t, OP_BEGIN, e);
}

/* bpf/ reads one member after the other, with no lock; attr_version first or last. */
static inline void h_read_entry(struct fpt_state *state, const struct h_inode *inode)
{
	state->bits = inode->state.bits;
	state->attr_version = inode->state.attr_version;
}

static inline void h_read_entry_on(struct fpt_state *state, const struct h_inode *inode)
{
	state->ino = inode->state.ino;
	state->ctr = inode->state.ctr;
	state->fb = inode->state.fb;
}

static inline void h_read_exit(struct fpt_state *state, const struct h_inode *inode)
{
	state->bits = inode->state.bits;
	state->ino = inode->state.ino;
	state->ctr = inode->state.ctr;
}

static inline void h_read_exit_on(struct fpt_state *state, const struct h_inode *inode)
{
	state->fb = inode->state.fb;
	state->attr_version = inode->state.attr_version;
}

static inline void h_read_file(struct history *h, struct h_thread *t, struct h_frame *f)
{
	struct fpt_op_begin *e = (void *)&h->event[f->begun].h;

	if (!e->file)
		return;
	f->op.file_mode = t->file->mode;
	e->file_mode = f->op.file_mode;
}

#define H_READINGS(e, t, f) \
	do { \
		H_PUT(e, inode, (t)->inode->id); \
		H_PUT(e, before_ctr, (f)->before); \
		H_PUT(e, after_ctr, (f)->after); \
		(e).begin_ns = (f)->begin_ns; \
	} while (0)
#define H_TELL_END(h, t, f, KIND, e) \
	do { \
		H_EMIT(h, t, KIND, e); \
		(h)->secret[(h)->events - 1].begun = (f)->begun; \
	} while (0)

static inline void h_tell_release(struct history *h, struct h_thread *t, const struct h_frame *f)
{
	struct fpt_io_release e = { .file = t->file->kh, .file_mode_before = f->op.file_mode };

	if (f->op.file_mode != FPT_IOM_NONE && h_breaks(h, BREAK_MODE_LEFT))
		e.file_mode = f->op.file_mode;
	H_READINGS(e, t, f);
	H_TELL_END(h, t, f, IO_RELEASE, e);
}

static inline void h_tell_end(struct history *h, struct h_thread *t)
{
	struct h_frame *f = &t->op;
	struct fpt_uncached_start start = { .ret = f->ret };
	struct fpt_cached_open cached = { .ret = f->ret, .file_mode_before = f->op.file_mode };
	struct fpt_uncached_end end = {};

	switch (f->op.op) {
	case FPT_OP_UNCACHED_START:
		H_READINGS(start, t, f);
		if (f->op.fb) {
			start.backing = t->backing->key;
			start.backing_ino = t->backing->ino;
			start.backing_dev = 28;
		}
		H_TELL_END(h, t, f, UNCACHED_START, start);
		break;
	case FPT_OP_CACHED_OPEN:
		H_READINGS(cached, t, f);
		cached.file = t->file->kh;
		cached.open_flags = t->file->flags;
		cached.file_mode = t->file->mode;
		H_TELL_END(h, t, f, CACHED_OPEN, cached);
		break;
	case FPT_OP_UNCACHED_END:
		H_READINGS(end, t, f);
		H_TELL_END(h, t, f, UNCACHED_END, end);
		break;
	default:
		h_tell_release(h, t, f);
	}
}

static inline void h_tell_outer_end(struct history *h, struct h_thread *t)
{
	struct h_frame *f = &t->outer;
	struct fpt_io_open e = { .file = t->file->kh,
				 .asked_open_flags = t->file->flags,
				 .open_flags = t->file->flags,
				 .file_mode = t->file->mode };

	if (f->op.op == FPT_OP_IO_RELEASE)
		return h_tell_release(h, t, f);
	H_READINGS(e, t, f);
	e.ret = t->inner ? -EIO : 0;
	e.backing_id = t->file->flags & H_PASSTHROUGH ? t->backing->id : 0;
	if (e.file_mode == FPT_IOM_UNCACHED) {
		e.passthrough_ino = t->backing->ino;
		e.passthrough_dev = 28;
	}
	H_TELL_END(h, t, f, IO_OPEN, e);
}

static inline void h_done(struct h_thread *t)
{
	if (t->file)
		t->file->users--;
	if (t->inode)
		t->inode->users--;
	t->inode = NULL;
	t->step = STEP_IDLE;
}

static inline void h_tell_user(struct history *h, struct h_thread *t)
{
	struct fpt_open e = { .begin_ns = t->user_ns, .opcode = 14, .comm = "task", .name = "f" };

	H_PUT(e, inode, t->inode->id);
	e.ino = t->inode->state.ino;
	e.ret = t->inner ? -EIO : 0;
	if (!e.ret) {
		e.file = t->file->kh;
		e.open_flags = t->file->flags;
		e.file_mode = t->file->mode;
		e.backing_id = t->backing->id;
		t->file->open = true;
		t->inode->users++; /* the file itself */
	}
	H_EMIT(h, t, OPEN, e);
	h->secret[h->events - 1].begun = t->user_begun;
	if (e.ret)
		t->file->inode = NULL;
	h_done(t);
}

/* fuse_file_io_open() after its look at fb, which takes no lock (T4). */
static inline void h_look(struct history *h, struct h_thread *t)
{
	uint32_t flags = t->file->flags;
	bool fb = t->inode->state.fb, sound = h->broke_at < 0, refused;

	refused = flags & H_PASSTHROUGH ? false
		  : fb			? !h_breaks(h, BREAK_OPEN_UNCHECKED)
					: h_breaks(h, BREAK_OPEN_REFUSED);
	if (sound && h->broke_at >= 0)
		h->broke_file = t->file->kh;
	t->step = STEP_OUTER_AFTER;
	if (flags & H_PASSTHROUGH) {
		t->inner = flags & H_KEEP_CACHE ? -EINVAL : 0;
		t->step = t->inner ? STEP_OUTER_AFTER : STEP_LOOKUP;
	} else if (refused) {
		t->inner = -EINVAL;
	} else if (!(flags & H_DIRECT_IO)) {
		t->op.op = (struct fpt_mode_op){ .op = FPT_OP_CACHED_OPEN };
		t->step = STEP_BEGIN;
	}
}

static inline void h_lookup(struct history *h, struct h_thread *t)
{
	t->step = STEP_TELL;
	t->op.op = (struct fpt_mode_op){ .op = FPT_OP_UNCACHED_START };
	t->op.begin_ns = h_clock(h, t);
	t->op.begun = h->events;
	t->inner = t->backing->registered ? 0 : -ENOENT;
	t->holds = !t->inner;
	t->backing->count += t->holds;
}

static inline void h_tell_lookup(struct history *h, struct h_thread *t)
{
	struct fpt_passthrough_open e = { .begin_ns = t->op.begin_ns,
					  .file = t->file->kh,
					  .backing_id = t->backing->id,
					  .ret = t->inner };

	H_PUT(e, inode, t->inode->id);
	if (!t->inner) {
		e.backing = t->backing->key;
		e.backing_ino = t->backing->ino;
		e.backing_dev = 28;
		e.backing_count = t->backing->count;
	}
	H_EMIT(h, t, PASSTHROUGH_OPEN, e);
	h->secret[h->events - 1].begun = t->op.begun;
	t->step = t->inner ? STEP_OUTER_AFTER : STEP_BEGIN;
}

static inline void h_close(struct history *h, struct h_thread *t)
{
	t->inner = t->backing->registered ? 0 : -ENOENT;
	t->backing->registered = false;
	if (!t->inner)
		h_put(h, t, t->backing);
	t->step = STEP_TELL;
}

/* A cached open that meets direct writes says so, for it may not come back. */
static inline void h_tell_wait(struct history *h, struct h_thread *t)
{
	struct fpt_wait e = { .file = t->file->kh,
			      .before_ctr = t->op.before.ctr,
			      .mapping = t->call == CALL_MMAP,
			      .comm = "task",
			      .name = "f" };

	H_PUT(e, inode, t->inode->id);
	if (t->op.op.op == FPT_OP_CACHED_OPEN && t->op.before.ctr < 0 && !t->op.before.fb)
		H_EMIT(h, t, WAIT, e);
}

static inline void h_tell(struct history *h, struct h_thread *t)
{
	struct fpt_backing_close e = {
		.conn = H_CONN, .dev = 35, .backing_id = t->backing->id, .ret = t->inner
	};

	if (t->call == CALL_OPEN)
		return h_tell_lookup(h, t);
	if (t->call == CALL_CLOSE)
		H_EMIT(h, t, BACKING_CLOSE, e);
	else
		h_tell_backing(h, t, t->backing);
	h_done(t);
}

static inline void h_after_inner(struct h_thread *t)
{
	enum fpt_op op = t->op.op.op;

	t->step = STEP_OUTER_AFTER;
	switch (t->call) {
	case CALL_OPEN:
		t->inner = t->op.ret;
		if (op == FPT_OP_UNCACHED_START && !t->inner)
			t->file->mode = FPT_IOM_UNCACHED;
		break;
	case CALL_WRITE:
		if (op == FPT_OP_UNCACHED_START && !t->op.ret) {
			t->op.op = (struct fpt_mode_op){ .op = FPT_OP_UNCACHED_END };
			t->step = STEP_WRITING;
		} else {
			h_done(t);
		}
		break;
	case CALL_RELEASE:
		if (op == FPT_OP_UNCACHED_END)
			break;
		t->inode->users--;
		t->file->inode = NULL;
		h_done(t);
		break;
	default:
		h_done(t);
	}
}

static inline void h_after_outer(struct h_thread *t)
{
	if (t->call == CALL_RELEASE) {
		t->inode->users--;
		t->file->inode = NULL;
		h_done(t);
	} else if (t->inner && !t->failed) {
		/* The file that was not opened is released at once. */
		t->failed = true;
		t->outer.op = (struct fpt_mode_op){ .op = FPT_OP_IO_RELEASE };
		t->step = STEP_OUTER_BEGIN;
	} else {
		t->step = STEP_USER;
	}
}

/* After the entry of fuse_file_io_open() or fuse_file_io_release(). */
static inline void h_outer_begun(struct h_thread *t)
{
	t->step = STEP_LOOK;
	if (t->outer.op.op != FPT_OP_IO_RELEASE)
		return;
	t->step = STEP_OUTER_AFTER;
	if (t->outer.op.file_mode == FPT_IOM_UNCACHED && !t->failed) {
		t->op.op = (struct fpt_mode_op){ .op = FPT_OP_UNCACHED_END };
		t->step = STEP_BEGIN;
	}
}

#endif
