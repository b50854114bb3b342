/* SPDX-License-Identifier: GPL-2.0-only */
/* Those of check_scenarios.h that are about backing files and the page cache. */
#ifndef CHECK_SCENARIOS_BACKING_H
#define CHECK_SCENARIOS_BACKING_H

#include "page_stream.h"

/* ---- the life of a backing file ---- */

/* Freed by a failed open that puts what it did not take. */
static void backing_freed_in_use(struct stream *s)
{
	connection(s);
	open_passthrough(s, 1, &first_backing);
	backing_gone(s, &first_backing);
}

static void backing_leaked(struct stream *s)
{
	connection(s);
	open_passthrough(s, 1, &first_backing);
	backing_closes(s, &first_backing);
	io_release(s, 1, FPT_IOM_UNCACHED);
}

static void lookup_wrong(struct stream *s)
{
	connection(s);
	backing_opens(s, &first_backing, 1);
	backing_closes(s, &first_backing);
	io_open_begins(s, 1);
	lookup_backing(s, NULL, 1, -EINVAL);
}

/* ---- the page cache under passthrough ---- */

static void page_cache_io(struct stream *s)
{
	connection(s);
	open_passthrough(s, 1, &first_backing);
	page_io(s, 1, PASSTHROUGH, FPT_IOM_UNCACHED, FPT_ROUTE_READAHEAD);
}

static void page_cache_splice(struct stream *s)
{
	connection(s);
	open_passthrough(s, 1, &first_backing);
	page_io(s, 2, DIRECT_IO, FPT_IOM_NONE, FPT_ROUTE_SPLICE_READ);
}

static void mmap_under_passthrough(struct stream *s)
{
	connection(s);
	open_passthrough(s, 1, &first_backing);
	mmap_file(s, 2, DIRECT_IO, FPT_IOM_NONE, false);
}

static void backing_errno(struct stream *s)
{
	s->id.conn_flags = 0;
	backing_opens(s, &first_backing, -ELOOP);
}

static void mmap_mode_missing(struct stream *s)
{
	born(s);
	open_plain(s, 1, DIRECT_IO, 0);
	mmap_file(s, 1, DIRECT_IO, FPT_IOM_NONE, true);
}

static void mmap_mode_unasked(struct stream *s)
{
	uint64_t begin;

	born(s);
	open_plain(s, 1, DIRECT_IO, 0);
	begin = s->now + 1;
	cached_open(s, 1, FPT_IOM_NONE, 0);
	mmap_since(s, begin, 1, DIRECT_IO, FPT_IOM_CACHED, false);
}

static void release_early(struct stream *s)
{
	struct fpt_release_sent e = { .conn = s->id.conn,
				      .nodeid = s->id.nodeid,
				      .file = 1,
				      .dev = s->id.dev,
				      .file_mode = FPT_IOM_CACHED };

	FEED(s, RELEASE_SENT, e);
}

#endif
