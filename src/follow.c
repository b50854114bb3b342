// SPDX-License-Identifier: GPL-2.0-only
/* Reads an inode's mode out of the events that tell its state. */
#include "follow.h"

#include <stddef.h>

#include "table.h"

const char *fpt_inode_mode_name(enum fpt_inode_mode mode)
{
	static const char *const names[FPT_INODE_MODES] = { "no io mode", "cached", "direct writes",
							    "passthrough" };

	return names[mode];
}

/* The state behind an operation; NULL if the event tells none. */
static const struct fpt_state *state_after(const struct fpt_header *event)
{
	switch (event->kind) {
	case FPT_CACHED_OPEN:
		return (const void *)&((const struct fpt_cached_open *)event)->after_ctr;
	case FPT_UNCACHED_START:
		return (const void *)&((const struct fpt_uncached_start *)event)->after_ctr;
	case FPT_UNCACHED_END:
		return (const void *)&((const struct fpt_uncached_end *)event)->after_ctr;
	case FPT_IO_RELEASE:
		return (const void *)&((const struct fpt_io_release *)event)->after_ctr;
	}
	return NULL;
}

bool fpt_follow__mode(const struct fpt_header *event, struct fpt_inode_key *key,
		      enum fpt_inode_mode *mode)
{
	const struct fpt_evict *evict = (const void *)event;
	const struct fpt_state *state = state_after(event);
	const struct fpt_id *id = (const void *)&evict->inode;

	if (event->kind != FPT_EVICT && (!state || !(state->bits & FPT_BIT_READ)))
		return false;
	/* All of them begin with it. */
	_Static_assert(
		offsetof(struct fpt_cached_open, inode) == sizeof(struct fpt_header) &&
			offsetof(struct fpt_uncached_start, inode) == sizeof(struct fpt_header) &&
			offsetof(struct fpt_uncached_end, inode) == sizeof(struct fpt_header) &&
			offsetof(struct fpt_io_release, inode) == sizeof(struct fpt_header) &&
			offsetof(struct fpt_evict, inode) == sizeof(struct fpt_header),
		"an id is elsewhere");
	*key = (struct fpt_inode_key){ .nodeid = id->nodeid, .dev = id->dev };
	if (!state || !state->ctr)
		*mode = FPT_INODE_NONE;
	else if (state->ctr > 0)
		*mode = FPT_INODE_CACHED;
	else
		*mode = state->fb ? FPT_INODE_PASSTHROUGH : FPT_INODE_DIRECT;
	return true;
}
