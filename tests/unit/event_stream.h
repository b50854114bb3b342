/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events of one inode as bpf/ would send them, built call by call and fed to a
 * checker.  The kernel's state is kept here; a test may falsify it, or an event.
 */
#ifndef EVENT_STREAM_H
#define EVENT_STREAM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define ALL_EVENTS (~0ULL)
#define DIRECT_IO (1U << 0)
#define KEEP_CACHE (1U << 1)
#define PARALLEL (1U << 6)
#define PASSTHROUGH (1U << 7)
#define CONN_INO (FPT_CONN_PASSTHROUGH | FPT_CONN_PASSTHROUGH_INO | FPT_CONN_KNOWS_INO)
#define SECOND UINT64_C(1000000000)
#define HEARD_MAX 8

struct backing {
	int32_t id;
	uint64_t key, ino;
	uint32_t dev, generation;
};

static const struct backing first_backing = { 1, 0xa0, 103, 28, 0 };
static const struct backing second_backing = { 2, 0xb0, 104, 28, 0 };
static const struct backing same_again = { 3, 0xc0, 103, 28, 0 };

struct heard {
	enum fpt_check_id check;
	uint16_t kind; /* of the event that showed it */
	uint64_t nodeid;
	char name[65];
	char text[FPT_FINDING_TEXT];
};

struct stream {
	struct fpt_checker *checker;
	struct fpt_id id;
	struct fpt_state state; /* of the kernel's inode */
	struct fpt_state before; /* of the operation in progress */
	uint64_t nlookup; /* of the kernel's inode, which may have told fewer lookups */
	int extra_count; /* references of the backing file that nobody should hold */
	const struct backing *opened; /* by the last lookup */
	uint64_t now, begin_ns;
	uint32_t tid;
	bool mid_life; /* born() is not seen */
	uint32_t opcode, f_flags; /* of the user's opens; 0: FUSE_OPEN */
	void (*falsify)(struct fpt_header *event);
	void (*record)(const struct fpt_header *event); /* gets what the checker gets */
	struct heard heard[HEARD_MAX];
	unsigned int findings;
};

static inline void keep_heard(void *context, const struct fpt_finding *finding)
{
	struct stream *s = context;
	struct heard *heard = &s->heard[s->findings];

	assert_true(s->findings < HEARD_MAX);
	s->findings++;
	heard->check = finding->check;
	heard->kind = finding->event->kind;
	heard->nodeid = finding->nodeid;
	memcpy(heard->name, finding->name, sizeof(heard->name));
	memcpy(heard->text, finding->text, sizeof(heard->text));
}

static inline void stream_options(struct stream *s, unsigned long long events, bool some_tasks_only)
{
	struct fpt_checker_options options = { .events = events,
					       .some_tasks_only = some_tasks_only,
					       .report = keep_heard,
					       .context = s };

	memset(s, 0, sizeof(*s));
	s->checker = fpt_checker__new(&options);
	assert_non_null(s->checker);
	s->now = 100 * SECOND;
	s->tid = 10;
	s->id = (struct fpt_id){ .inode = 0x1000,
				 .conn = 0x2000,
				 .nodeid = 3,
				 .generation = 1,
				 .dev = 35,
				 .conn_flags = CONN_INO,
				 .mode = 0100644 };
	s->state.bits = FPT_BIT_READ;
	s->state.ino = 103;
	s->state.attr_version = 1;
}

static inline void stream_free(struct stream *s)
{
	fpt_checker__free(s->checker);
}

static inline void feed(struct stream *s, struct fpt_header *h, uint16_t kind, size_t size)
{
	s->now += 1000000;
	h->kind = kind;
	h->size = size;
	h->ts_ns = s->now;
	h->tid = s->tid;
	h->tgid = s->tid;
	if (s->falsify)
		s->falsify(h);
	if (s->record)
		s->record(h);
	fpt_checker__event(s->checker, h);
}

#define FEED(s, KIND, event) feed(s, &(event).h, FPT_##KIND, sizeof(event))
#define PUT(event, first, value) memcpy(&(event).first, &(value), sizeof(value))

/* ---- connection and backing files ---- */

static inline struct fpt_init healthy_init(const struct stream *s)
{
	return (struct fpt_init){ .conn = s->id.conn,
				  .dev = s->id.dev,
				  .minor = 41,
				  .offered = 1ULL << 30 | 1ULL << 37 | 1ULL << 43,
				  .requested = 1ULL << 30 | 1ULL << 37 | 1ULL << 43,
				  .requested_stack_depth = 1,
				  .effective_stack_depth = 1,
				  .conn_flags = s->id.conn_flags,
				  .ino_bit = 43 };
}

static inline void backing_opens(struct stream *s, const struct backing *b, int ret)
{
	struct fpt_backing_open e = { .conn = s->id.conn,
				      .conn_flags = s->id.conn_flags,
				      .dev = s->id.dev,
				      .fd = 5,
				      .ret = ret,
				      .backing_ino = b->ino,
				      .backing_dev = b->dev,
				      .comm = "server" };

	FEED(s, BACKING_OPEN, e);
}

static inline void backing_closes(struct stream *s, const struct backing *b)
{
	struct fpt_backing_close e = { .conn = s->id.conn, .dev = s->id.dev, .backing_id = b->id };

	FEED(s, BACKING_CLOSE, e);
}

static inline void backing_closing(struct stream *s, const struct backing *b)
{
	struct fpt_backing_closing e = { .conn = s->id.conn, .backing_id = b->id };

	FEED(s, BACKING_CLOSING, e);
}

static inline void backing_gone(struct stream *s, const struct backing *b)
{
	struct fpt_backing_gone e = { .backing = b->key,
				      .backing_ino = b->ino,
				      .backing_dev = b->dev };

	FEED(s, BACKING_GONE, e);
}

/* ---- the inode ---- */

static inline void attr(struct stream *s, uint64_t ino, const struct backing *attached)
{
	struct fpt_attr e = { .attr_ino = ino };

	PUT(e, inode, s->id);
	PUT(e, before_ctr, s->state);
	if (attached) {
		e.backing = attached->key;
		e.backing_ino = attached->ino;
		e.backing_dev = attached->dev;
	}
	FEED(s, ATTR, e);
	s->state.ino = ino;
	s->state.attr_version++;
}

/* Seen from its first moment: history about it can be trusted. */
static inline void born(struct stream *s)
{
	if (s->mid_life)
		return;
	s->state.ino = s->state.attr_version = 0;
	attr(s, 103, NULL);
}

static inline void evict(struct stream *s)
{
	struct fpt_evict e = { .nlookup = s->nlookup };

	PUT(e, inode, s->id);
	PUT(e, before_ctr, s->state);
	FEED(s, EVICT, e);
}

/* All from the first moment: connection, backing file and inode. */
static inline void connection(struct stream *s)
{
	struct fpt_init init = healthy_init(s);

	FEED(s, INIT, init);
	backing_opens(s, &first_backing, 1);
	born(s);
}

/* ---- operations: begin, a change of s->state, end ---- */

static inline void op_begins(struct stream *s, enum fpt_op op, uint64_t file, uint32_t file_mode,
			     const struct backing *b)
{
	struct fpt_op_begin e = {
		.file = file, .op = op, .file_mode = file_mode, .backing = b ? b->key : 0
	};

	PUT(e, inode, s->id);
	FEED(s, OP_BEGIN, e);
	s->before = s->state;
	s->begin_ns = s->now;
}

static inline void start_ends(struct stream *s, const struct backing *b, int ret)
{
	struct fpt_uncached_start e = { .begin_ns = s->begin_ns, .ret = ret };

	PUT(e, inode, s->id);
	PUT(e, before_ctr, s->before);
	PUT(e, after_ctr, s->state);
	if (b) {
		e.backing = b->key;
		e.backing_ino = b->ino;
		e.backing_dev = b->dev;
	}
	FEED(s, UNCACHED_START, e);
}

static inline void uncached_start(struct stream *s, const struct backing *b, int ret)
{
	op_begins(s, FPT_OP_UNCACHED_START, 0, 0, b);
	if (!ret) {
		s->state.ctr--;
		if (b)
			s->state.fb = b->key;
	}
	start_ends(s, b, ret);
}

static inline void end_ends(struct stream *s)
{
	struct fpt_uncached_end e = { .begin_ns = s->begin_ns };

	PUT(e, inode, s->id);
	PUT(e, before_ctr, s->before);
	PUT(e, after_ctr, s->state);
	FEED(s, UNCACHED_END, e);
}

static inline void uncached_end(struct stream *s)
{
	op_begins(s, FPT_OP_UNCACHED_END, 0, 0, NULL);
	if (++s->state.ctr == 0)
		s->state.fb = 0;
	end_ends(s);
}

static inline void cached_ends(struct stream *s, uint64_t file, uint32_t mode_before, int ret)
{
	struct fpt_cached_open e = { .begin_ns = s->begin_ns,
				     .file = file,
				     .ret = ret,
				     .file_mode_before = mode_before,
				     .file_mode = ret ? mode_before : FPT_IOM_CACHED };

	PUT(e, inode, s->id);
	PUT(e, before_ctr, s->before);
	PUT(e, after_ctr, s->state);
	FEED(s, CACHED_OPEN, e);
}

static inline void cached_open(struct stream *s, uint64_t file, uint32_t mode_before, int ret)
{
	op_begins(s, FPT_OP_CACHED_OPEN, file, mode_before, NULL);
	if (!ret && mode_before == FPT_IOM_NONE) {
		s->state.ctr++;
		s->state.bits |= FPT_BIT_CACHE_IO;
	}
	cached_ends(s, file, mode_before, ret);
}

static inline void release_ends(struct stream *s, uint64_t file, uint32_t mode)
{
	struct fpt_io_release e = { .begin_ns = s->begin_ns,
				    .file = file,
				    .file_mode_before = mode };

	PUT(e, inode, s->id);
	PUT(e, before_ctr, s->before);
	PUT(e, after_ctr, s->state);
	FEED(s, IO_RELEASE, e);
}

/* fuse_file_io_release, with what it calls. */
static inline void io_release(struct stream *s, uint64_t file, uint32_t mode)
{
	op_begins(s, FPT_OP_IO_RELEASE, file, mode, NULL);
	if (mode == FPT_IOM_UNCACHED)
		uncached_end(s);
	if (mode == FPT_IOM_CACHED && --s->state.ctr == 0)
		s->state.bits &= ~FPT_BIT_CACHE_IO;
	release_ends(s, file, mode);
}

/* ---- opens ---- */

static inline void lookup_backing(struct stream *s, const struct backing *b, int32_t id, int ret)
{
	struct fpt_passthrough_open e = { .begin_ns = s->now, .backing_id = id, .ret = ret };

	PUT(e, inode, s->id);
	if (!ret) {
		e.backing = b->key;
		e.backing_ino = b->ino;
		e.backing_dev = b->dev;
		e.backing_generation = b->generation;
		e.backing_magic = 0x1021994;
		e.backing_count = 2 + (s->state.fb == b->key) + s->extra_count;
		s->opened = b;
	}
	FEED(s, PASSTHROUGH_OPEN, e);
}

static inline void io_open_begins(struct stream *s, uint64_t file)
{
	s->opened = NULL;
	op_begins(s, FPT_OP_IO_OPEN, file, FPT_IOM_NONE, NULL);
}

static inline void io_open_ends(struct stream *s, uint64_t file, uint32_t flags, int32_t id,
				int ret)
{
	struct fpt_io_open e = { .begin_ns = s->begin_ns,
				 .file = file,
				 .open_flags = flags,
				 .asked_open_flags = flags,
				 .backing_id = id,
				 .ret = ret };

	PUT(e, inode, s->id);
	PUT(e, after_ctr, s->state);
	e.before_bits = FPT_BIT_READ;
	if (!ret && flags & PASSTHROUGH) {
		e.file_mode = FPT_IOM_UNCACHED;
		e.passthrough_ino = s->opened ? s->opened->ino : 0;
		e.passthrough_dev = s->opened ? s->opened->dev : 0;
	} else if (!ret && !(flags & DIRECT_IO)) {
		e.file_mode = FPT_IOM_CACHED;
	}
	FEED(s, IO_OPEN, e);
}

static inline void user_open(struct stream *s, uint64_t file, uint32_t flags, int ret)
{
	struct fpt_open e = { .begin_ns = s->begin_ns,
			      .ino = s->state.ino,
			      .opcode = s->opcode ?: 14,
			      .f_flags = s->f_flags,
			      .ret = ret,
			      .comm = "cat" };

	PUT(e, inode, s->id);
	snprintf(e.name, sizeof(e.name), "file%llu", (unsigned long long)file);
	if (!ret) {
		e.file = file;
		e.open_flags = flags;
		e.file_mode = flags & PASSTHROUGH ? FPT_IOM_UNCACHED
			      : flags & DIRECT_IO ? FPT_IOM_NONE
						  : FPT_IOM_CACHED;
	}
	FEED(s, OPEN, e);
}

/* The user's last close, before the kernel lets go of the file. */
static inline void user_release(struct stream *s, uint64_t file)
{
	struct fpt_release e = { .ino = s->state.ino, .file = file, .comm = "cat" };

	PUT(e, inode, s->id);
	FEED(s, RELEASE, e);
}

static inline void open_passthrough(struct stream *s, uint64_t file, const struct backing *b)
{
	io_open_begins(s, file);
	lookup_backing(s, b, b->id, 0);
	uncached_start(s, b, 0);
	io_open_ends(s, file, PASSTHROUGH, b->id, 0);
	user_open(s, file, PASSTHROUGH, 0);
}

/* The backing file is there, and the inode's mode forbids it. */
static inline void open_passthrough_fails(struct stream *s, uint64_t file, const struct backing *b,
					  int inner)
{
	io_open_begins(s, file);
	lookup_backing(s, b, b->id, 0);
	uncached_start(s, b, inner);
	io_open_ends(s, file, PASSTHROUGH, b->id, -EIO);
	user_open(s, file, PASSTHROUGH, -EIO);
}

/* fuse_passthrough_open() fails with this id. */
static inline void open_lookup_fails(struct stream *s, uint64_t file, int32_t id, int inner)
{
	io_open_begins(s, file);
	lookup_backing(s, NULL, id, inner);
	io_open_ends(s, file, PASSTHROUGH, id, -EIO);
	user_open(s, file, PASSTHROUGH, -EIO);
}

/* fuse_file_io_open() itself refuses (or, wrongly, lets pass). */
static inline void open_plain(struct stream *s, uint64_t file, uint32_t flags, int ret)
{
	io_open_begins(s, file);
	io_open_ends(s, file, flags, 0, ret);
	user_open(s, file, flags, ret);
}

static inline void open_cached(struct stream *s, uint64_t file)
{
	io_open_begins(s, file);
	cached_open(s, file, FPT_IOM_NONE, 0);
	io_open_ends(s, file, 0, 0, 0);
	user_open(s, file, 0, 0);
}

/* ---- mappings and pages ---- */

/* ---- the end ---- */

static inline void batch_end(struct stream *s, uint64_t lost, uint64_t missed)
{
	fpt_checker__batch(s->checker,
			   &(struct fpt_batch){ .end = true, .lost = lost, .missed = missed });
}

static inline void batch_lost(struct stream *s, uint64_t lost)
{
	fpt_checker__batch(s->checker, &(struct fpt_batch){ .lost = lost });
}

static inline enum fpt_verdict verdict(const struct stream *s)
{
	return fpt_summary__verdict(fpt_checker__summary(s->checker));
}

#endif
