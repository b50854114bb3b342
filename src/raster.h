/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of which inode was in which io mode when, of a fixed number of
 * columns and lanes, however long the run: columns get wider as time goes on.
 */
#ifndef FPT_RASTER_H
#define FPT_RASTER_H

#include "follow.h"
#include "mounts.h"

#define FPT_RASTER_COLUMNS 960
#define FPT_RASTER_LANES 200

struct fpt_lane {
	struct fpt_inode_key key;
	char name[65]; /* of the file, as far as known; untrusted bytes */
	char mount[FPT_MOUNT_WORDS]; /* where; the caller's to fill in, while it is known */
	bool marked; /* has findings */
	bool over; /* its device is another mount's by now */
	enum fpt_inode_mode mode;
	uint64_t since_ns; /* up to which the columns are painted */
	unsigned char column[FPT_RASTER_COLUMNS]; /* 1 << mode of each that it was in */
};

struct fpt_raster {
	uint64_t begin_ns, column_ns; /* begin_ns 0: nothing was seen yet */
	struct fpt_lane *lane[FPT_RASTER_LANES];
	unsigned int lanes;
	bool added; /* a lane, since the caller set it to false */
	bool crowded; /* there were more inodes than lanes */
};

/* Takes an event; those that show nothing are none of its business. */
void fpt_raster__event(struct fpt_raster *raster, const struct fpt_header *event);

/* An inode has a finding: if lanes are short, it gets one before those that have none. */
void fpt_raster__mark(struct fpt_raster *raster, const struct fpt_inode_key *key, const char *name,
		      uint64_t ts_ns);

/* The run is over: paints up to its end. */
void fpt_raster__finish(struct fpt_raster *raster, uint64_t end_ns);

/* The column of an instant; the first or last for one outside. */
unsigned int fpt_raster__column(const struct fpt_raster *raster, uint64_t ts_ns);

void fpt_raster__free(struct fpt_raster *raster);

#endif
