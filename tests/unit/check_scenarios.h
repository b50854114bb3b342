/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For each row of spec/checks.def a stream that breaks its rule and no other;
 * check_expected.h says what must be found.
 */
#ifndef CHECK_SCENARIOS_H
#define CHECK_SCENARIOS_H

#include "check_scenarios_backing.h"
#include "check_scenarios_lookup.h"

/* ---- inode numbers ---- */

static void ino_backing_mismatch(struct stream *s)
{
	born(s);
	open_passthrough_fails(s, 1, &second_backing, -EIO);
}

static void ino_attach_unequal(struct stream *s)
{
	born(s);
	open_passthrough(s, 1, &second_backing);
}

/* The first open was before the number changed, which nobody reports here. */
static void ino_reopen_unequal(struct stream *s)
{
	born(s);
	open_passthrough(s, 1, &first_backing);
	s->state.ino = 999;
	open_passthrough(s, 2, &first_backing);
}

static void ino_errno_wrong(struct stream *s)
{
	born(s);
	open_passthrough_fails(s, 1, &first_backing, -EIO);
}

static void ino_dirent_mismatch(struct stream *s)
{
	struct fpt_readdirplus e = { .parent = 1, .attr_ino = 103, .dirent_ino = 3, .name = "f" };

	PUT(e, inode, s->id);
	FEED(s, READDIRPLUS, e);
}

static void ino_drift_attached(struct stream *s)
{
	born(s);
	open_passthrough(s, 1, &first_backing);
	attr(s, 999, &first_backing);
}

static void ino_drift(struct stream *s)
{
	born(s);
	attr(s, 999, NULL);
}

/* ---- opens that the server's answer made fail ---- */

static void cached_under_passthrough(struct stream *s)
{
	born(s);
	open_passthrough(s, 1, &first_backing);
	open_plain(s, 2, 0, -EIO);
}

static void direct_under_passthrough(struct stream *s)
{
	born(s);
	open_passthrough(s, 1, &first_backing);
	open_plain(s, 2, DIRECT_IO, -EIO);
}

static void passthrough_under_cached(struct stream *s)
{
	born(s);
	open_cached(s, 1);
	open_passthrough_fails(s, 2, &first_backing, -ETXTBSY);
}

/* A cached open waits for a direct write; a passthrough open overtakes it. */
static void cached_lost_race(struct stream *s)
{
	struct fpt_state waits;

	born(s);
	uncached_start(s, NULL, 0);
	io_open_begins(s, 1);
	op_begins(s, FPT_OP_CACHED_OPEN, 1, 0, NULL);
	waits = s->before;
	s->tid = 11;
	open_passthrough(s, 2, &first_backing);
	s->tid = 10;
	s->before = waits;
	cached_ends(s, 1, 0, -ETXTBSY);
	io_open_ends(s, 1, 0, 0, -EIO);
	user_open(s, 1, 0, -EIO);
}

static void backing_second_file(struct stream *s)
{
	born(s);
	backing_opens(s, &first_backing, 1);
	backing_opens(s, &second_backing, 2);
	open_passthrough(s, 1, &first_backing);
	open_passthrough_fails(s, 2, &second_backing, -EBUSY);
}

static void backing_second_id(struct stream *s)
{
	born(s);
	backing_opens(s, &first_backing, 1);
	backing_opens(s, &same_again, 3);
	open_passthrough(s, 1, &first_backing);
	open_passthrough_fails(s, 2, &same_again, -EBUSY);
}

static void backing_id_invalid(struct stream *s)
{
	born(s);
	open_lookup_fails(s, 1, 0, -EINVAL);
}

static void backing_id_unknown(struct stream *s)
{
	born(s);
	backing_opens(s, &first_backing, 1);
	backing_closes(s, &first_backing);
	open_lookup_fails(s, 1, 1, -ENOENT);
}

static void backing_open_failed(struct stream *s)
{
	born(s);
	backing_opens(s, &first_backing, 1);
	open_lookup_fails(s, 1, 1, -EROFS);
}

static void backing_refused(struct stream *s)
{
	backing_opens(s, &first_backing, -ELOOP);
}

static void open_flags_refused(struct stream *s)
{
	born(s);
	open_plain(s, 1, PASSTHROUGH | KEEP_CACHE, -EIO);
}

static void open_not_negotiated(struct stream *s)
{
	s->id.conn_flags = 0;
	born(s);
	open_plain(s, 1, PASSTHROUGH, -EIO);
}

static void init_passthrough_off(struct stream *s)
{
	struct fpt_init e = healthy_init(s);

	e.requested_stack_depth = e.effective_stack_depth = 0;
	e.conn_flags = FPT_CONN_KNOWS_INO;
	FEED(s, INIT, e);
}

static void init_ino_off(struct stream *s)
{
	struct fpt_init e = healthy_init(s);

	e.requested &= ~(1ULL << 37);
	e.conn_flags = FPT_CONN_KNOWS_INO;
	FEED(s, INIT, e);
}

/* ---- the kernel's side ---- */

static void uncached_while_cached(struct stream *s)
{
	born(s);
	open_cached(s, 1);
	uncached_start(s, NULL, 0);
}

static void cached_while_passthrough(struct stream *s)
{
	born(s);
	open_passthrough(s, 1, &first_backing);
	op_begins(s, FPT_OP_CACHED_OPEN, 2, 0, NULL);
	s->state.ctr = 1;
	cached_ends(s, 2, 0, 0);
}

static void second_backing_accepted(struct stream *s)
{
	s->id.conn_flags = FPT_CONN_PASSTHROUGH;
	born(s);
	open_passthrough(s, 1, &first_backing);
	open_passthrough(s, 2, &second_backing);
}

static void errno_unfounded(struct stream *s)
{
	born(s);
	open_passthrough_fails(s, 1, &first_backing, -ETXTBSY);
}

static void ebusy_direct(struct stream *s)
{
	born(s);
	open_passthrough(s, 1, &first_backing);
	uncached_start(s, NULL, -EBUSY);
}

static void errno_unknown(struct stream *s)
{
	born(s);
	uncached_start(s, NULL, -ENOMEM);
}

static void start_wrong(struct stream *s)
{
	born(s);
	op_begins(s, FPT_OP_UNCACHED_START, 0, 0, NULL);
	start_ends(s, NULL, 0);
}

static void end_wrong(struct stream *s)
{
	born(s);
	open_passthrough(s, 1, &first_backing);
	op_begins(s, FPT_OP_UNCACHED_END, 0, 0, NULL);
	s->state.ctr = 0; /* and fb stays */
	end_ends(s);
}

static void open_wrong(struct stream *s)
{
	born(s);
	op_begins(s, FPT_OP_CACHED_OPEN, 1, 0, NULL);
	s->state.ctr = 2;
	s->state.bits |= FPT_BIT_CACHE_IO;
	cached_ends(s, 1, 0, 0);
}

static void release_wrong(struct stream *s)
{
	born(s);
	open_cached(s, 1);
	op_begins(s, FPT_OP_IO_RELEASE, 1, FPT_IOM_CACHED, NULL);
	release_ends(s, 1, FPT_IOM_CACHED);
}

static void drift(struct stream *s)
{
	born(s);
	open_cached(s, 1);
	s->state.ctr = 5;
	open_cached(s, 2);
}

static void bit_wrong(struct stream *s)
{
	born(s);
	op_begins(s, FPT_OP_CACHED_OPEN, 1, 0, NULL);
	s->state.ctr = 1;
	cached_ends(s, 1, 0, 0);
}

/* A cached open that ends while direct writes hold the inode throughout. */
static void no_order(struct stream *s)
{
	born(s);
	uncached_start(s, NULL, 0);
	op_begins(s, FPT_OP_CACHED_OPEN, 1, 0, NULL);
	s->state.ctr = 1;
	s->state.bits |= FPT_BIT_CACHE_IO;
	cached_ends(s, 1, 0, 0);
}

static void evict_busy(struct stream *s)
{
	born(s);
	s->state.ctr = 1;
	evict(s);
}

static void falsify_mode_left(struct fpt_header *h)
{
	if (h->kind == FPT_IO_RELEASE)
		((struct fpt_io_release *)h)->file_mode = FPT_IOM_UNCACHED;
}

static void file_mode_left(struct stream *s)
{
	born(s);
	open_passthrough(s, 1, &first_backing);
	s->falsify = falsify_mode_left;
	io_release(s, 1, FPT_IOM_UNCACHED);
}

static void falsify_mode_jump(struct fpt_header *h)
{
	if (h->kind == FPT_CACHED_OPEN)
		((struct fpt_cached_open *)h)->file_mode = FPT_IOM_UNCACHED;
}

static void file_mode_jump(struct stream *s)
{
	born(s);
	s->falsify = falsify_mode_jump;
	cached_open(s, 1, FPT_IOM_NONE, 0);
}

static void open_errno(struct stream *s)
{
	born(s);
	io_open_begins(s, 1);
	io_open_ends(s, 1, DIRECT_IO, 0, -ENOMEM);
}

static void eio_uncaused(struct stream *s)
{
	born(s);
	open_plain(s, 1, 0, -EIO);
}

static void error_lost(struct stream *s)
{
	born(s);
	open_cached(s, 1);
	io_open_begins(s, 2);
	lookup_backing(s, &first_backing, 1, 0);
	uncached_start(s, &first_backing, -ETXTBSY);
	io_open_ends(s, 2, PASSTHROUGH, 1, 0);
}

static void falsify_no_own_file(struct fpt_header *h)
{
	if (h->kind == FPT_IO_OPEN)
		((struct fpt_io_open *)h)->passthrough_ino = 0;
}

static void passthrough_set(struct stream *s)
{
	born(s);
	s->falsify = falsify_no_own_file;
	open_passthrough(s, 1, &first_backing);
}

static void falsify_other_file(struct fpt_header *h)
{
	if (h->kind == FPT_IO_OPEN)
		((struct fpt_io_open *)h)->passthrough_ino = 77;
}

static void wrong_file(struct stream *s)
{
	born(s);
	s->falsify = falsify_other_file;
	open_passthrough(s, 1, &first_backing);
}

static void parallel_kept(struct stream *s)
{
	born(s);
	io_open_begins(s, 1);
	cached_open(s, 1, FPT_IOM_NONE, 0);
	io_open_ends(s, 1, PARALLEL, 0, 0);
}

static void flags_accepted(struct stream *s)
{
	born(s);
	io_open_begins(s, 1);
	lookup_backing(s, &first_backing, 1, 0);
	uncached_start(s, &first_backing, 0);
	io_open_ends(s, 1, PASSTHROUGH | KEEP_CACHE, 1, 0);
}

static void mode_accepted(struct stream *s)
{
	born(s);
	open_passthrough(s, 1, &first_backing);
	open_plain(s, 2, DIRECT_IO, 0);
}

static void init_stack_depth(struct stream *s)
{
	struct fpt_init e = healthy_init(s);

	e.effective_stack_depth = 3;
	FEED(s, INIT, e);
}

static void init_ino_alone(struct stream *s)
{
	struct fpt_init e = healthy_init(s);

	e.requested &= ~(1ULL << 43);
	FEED(s, INIT, e);
}

static void backing_accepted(struct stream *s)
{
	backing_opens(s, &first_backing, 0);
}

/* ---- who holds a backing file, who waits, what stat says ---- */

static void backing_count(struct stream *s)
{
	struct fpt_init init = healthy_init(s);

	FEED(s, INIT, init);
	backing_opens(s, &first_backing, 1);
	born(s);
	s->extra_count = 1;
	open_passthrough(s, 1, &first_backing);
}

static void backing_count_end(struct stream *s)
{
	struct fpt_backing_free e = {
		.conn = s->id.conn, .backing_id = 1, .backing_ino = 103, .backing_count = 2
	};

	FEED(s, BACKING_FREE, e);
}

/* A cached open met a direct write; the write ends, and nobody wakes the open. */
static void wait_stuck(struct stream *s)
{
	born(s);
	uncached_start(s, NULL, 0);
	s->tid = 11;
	op_begins(s, FPT_OP_CACHED_OPEN, 7, FPT_IOM_NONE, NULL);
	s->tid = 10;
	uncached_end(s);
	s->now += 2 * SECOND;
	fpt_checker__tick(s->checker, s->now);
}

static void stat_ino_wrong(struct stream *s)
{
	struct fpt_getattr e = { .stat_ino = 104, .told_ino = 103, .asked = 1 };

	PUT(e, inode, s->id);
	FEED(s, GETATTR, e);
}

/* Two inodes attach two registrations of one file. */
static void shared_backing(struct stream *s)
{
	struct backing twin = first_backing;
	twin.key ^= 0xff;
	twin.id = 9;
	born(s);
	open_passthrough(s, 1, &first_backing);
	s->id.inode = 0x1100;
	s->id.nodeid = 4;
	memset(&s->state, 0, sizeof(s->state));
	s->state.bits = FPT_BIT_READ;
	born(s);
	open_passthrough(s, 2, &twin);
}

/* The same nodeid and generation, and suddenly a file of another device. */
static void backing_changed(struct stream *s)
{
	struct backing moved = first_backing;

	moved.key ^= 0xff;
	moved.id = 9;
	moved.dev++;
	born(s);
	open_passthrough(s, 1, &first_backing);
	io_release(s, 1, FPT_IOM_UNCACHED);
	open_passthrough(s, 2, &moved);
}

/* A writer's write ends while a cached open waits; it writes on as if none did. */
static void write_over_waiter(struct stream *s)
{
	born(s);
	uncached_start(s, NULL, 0);
	s->tid = 11;
	op_begins(s, FPT_OP_CACHED_OPEN, 7, FPT_IOM_NONE, NULL);
	s->state.bits |= FPT_BIT_CACHE_IO;
	s->tid = 12;
	uncached_start(s, NULL, 0);
	s->tid = 10;
	uncached_end(s);
	uncached_start(s, NULL, 0);
}

#endif
