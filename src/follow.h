/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The io mode of inodes over time, for pictures: what an inode was read to be at
 * the end of each operation.  Judges nothing, and keeps nothing.
 */
#ifndef FPT_FOLLOW_H
#define FPT_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

enum fpt_inode_mode {
	FPT_INODE_NONE, /* in no io mode */
	FPT_INODE_CACHED,
	FPT_INODE_DIRECT, /* parallel direct writes only */
	FPT_INODE_PASSTHROUGH,
	FPT_INODE_MODES
};

/* "cached" */
const char *fpt_inode_mode_name(enum fpt_inode_mode mode);

/* An inode as people tell it from others. */
struct fpt_inode_key {
	uint64_t nodeid;
	uint64_t dev; /* as wide, so that there are no holes between */
};

/* Whether an event shows an inode's mode; if so, which inode and which mode. */
bool fpt_follow__mode(const struct fpt_header *event, struct fpt_inode_key *key,
		      enum fpt_inode_mode *mode);

#endif
