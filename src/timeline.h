/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of one inode, or of those that share a number: what was done to it,
 * its io mode, its backing files and its numbers.  A finding is marked, and so is
 * what it contradicts.  A form of its own, which prints at the end.
 */
#ifndef FPT_TIMELINE_H
#define FPT_TIMELINE_H

#include "follow.h"
#include "mounts.h"
#include "output.h"
#include "table.h"

/* Something that happened to an inode. */
struct fpt_timeline_row {
	union {
		struct fpt_header event;
		char bytes[FPT_EVENT_MAX];
	};
	unsigned int inode; /* whose it is */
	enum fpt_inode_mode mode; /* after it */
	bool hidden; /* not shown unless it is one of a pair */
	bool released; /* an open: its file was closed since */
	bool cached; /* an open: its file took a cached reference since, for a mapping */
	unsigned int pair; /* 0: nothing marked; the same number on the two of a pair */
};

struct fpt_timeline_inode {
	struct fpt_inode_key key;
	enum fpt_inode_mode mode; /* as last seen */
	uint64_t number; /* that a reply told last; 0: none yet */
	char mount[FPT_MOUNT_WORDS]; /* where; the caller's to fill in, while it is known */
	bool over; /* its device is another mount's by now */
};

struct fpt_timeline_finding {
	struct fpt_finding finding; /* its event is not kept */
	size_t row; /* what showed it */
	bool has_other;
	size_t other; /* and what that contradicts */
};

/* Fields that events of many kinds have; the last ones are an inode's number. */
enum fpt_timeline_field {
	FPT_TIMELINE_NODEID,
	FPT_TIMELINE_DEV,
	FPT_TIMELINE_FILE,
	FPT_TIMELINE_UNIQUE,
	FPT_TIMELINE_NUMBER,
	FPT_TIMELINE_FIELDS = FPT_TIMELINE_NUMBER + 5
};

/* What was done to the connection or to other inodes last: an inode's finding may be about it. */
struct fpt_timeline_around {
	struct fpt_timeline_row *row; /* a ring of them; NULL: none yet */
	uint64_t count; /* in all */
};
#define FPT_TIMELINE_AROUND 4096

struct fpt_timeline {
	const struct fpt_field *field[64][FPT_TIMELINE_FIELDS]; /* by kind; NULL: it has none */
	uint64_t ino; /* nodeid or number that is looked for */
	struct fpt_timeline_inode *inode;
	unsigned int inodes;
	struct fpt_timeline_row *row;
	size_t rows, rows_room;
	uint64_t left_out; /* rows beyond what is kept */
	struct fpt_timeline_around around;
	struct fpt_timeline_finding *finding;
	unsigned int findings;
	bool failed; /* for want of memory */
};

#define FPT_TIMELINE_ROWS 100000
#define FPT_TIMELINE_FINDINGS 1000

/* For a sink's state, whose form is the one below.  NULL without memory. */
struct fpt_timeline *fpt_timeline__new(uint64_t ino);

/* Each event of the run, and each finding. */
void fpt_timeline__event(struct fpt_timeline *timeline, const struct fpt_header *event);
void fpt_timeline__finding(struct fpt_timeline *timeline, const struct fpt_finding *finding);

void fpt_timeline__free(struct fpt_timeline *timeline);

extern const struct fpt_output fpt_out_timeline;

#endif
