/* SPDX-License-Identifier: GPL-2.0-only */
/* Events of mappings and of the page cache, for event_stream.h. */
#ifndef PAGE_STREAM_H
#define PAGE_STREAM_H

#include "event_stream.h"

static inline void mmap_since(struct stream *s, uint64_t begin_ns, uint64_t file, uint32_t flags,
			      uint32_t file_mode, bool shared)
{
	struct fpt_mmap e = { .begin_ns = begin_ns,
			      .file = file,
			      .open_flags = flags,
			      .file_mode = file_mode,
			      .shared = shared };

	PUT(e, inode, s->id);
	PUT(e, before_ctr, s->state);
	PUT(e, after_ctr, s->state);
	FEED(s, MMAP, e);
}

static inline void mmap_file(struct stream *s, uint64_t file, uint32_t flags, uint32_t file_mode,
			     bool shared)
{
	mmap_since(s, s->now + 1, file, flags, file_mode, shared);
}

static inline void page_io(struct stream *s, uint64_t file, uint32_t flags, uint32_t file_mode,
			   enum fpt_route route)
{
	struct fpt_page_io e = {
		.file = file, .open_flags = flags, .file_mode = file_mode, .route = route
	};

	PUT(e, inode, s->id);
	PUT(e, before_ctr, s->state);
	FEED(s, PAGE_IO, e);
}

#endif
