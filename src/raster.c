// SPDX-License-Identifier: GPL-2.0-only
/* Paints lanes, and folds them when time runs off their end. */
#include "raster.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_COLUMN_NS 1000 /* the finest that is of use to anybody */

unsigned int fpt_raster__column(const struct fpt_raster *raster, uint64_t ts_ns)
{
	uint64_t column;

	if (ts_ns <= raster->begin_ns)
		return 0;
	column = (ts_ns - raster->begin_ns) / raster->column_ns;
	return column < FPT_RASTER_COLUMNS ? (unsigned int)column : FPT_RASTER_COLUMNS - 1;
}

/* Up to, and with, the column of that instant. */
static void paint(const struct fpt_raster *raster, struct fpt_lane *lane, uint64_t until_ns)
{
	unsigned int column = fpt_raster__column(raster, lane->since_ns);
	unsigned int last = fpt_raster__column(raster, until_ns);

	for (; lane->mode != FPT_INODE_NONE && column <= last; column++)
		lane->column[column] |= 1U << lane->mode;
	if (until_ns > lane->since_ns)
		lane->since_ns = until_ns;
}

/* Two columns become one. */
static void fold(struct fpt_raster *raster)
{
	unsigned int i, column;

	raster->column_ns *= 2;
	for (i = 0; i < raster->lanes; i++) {
		unsigned char *at = raster->lane[i]->column;

		for (column = 0; column < FPT_RASTER_COLUMNS / 2; column++)
			at[column] = at[2 * column] | at[2 * column + 1];
		memset(at + column, 0, FPT_RASTER_COLUMNS - column);
	}
}

/* Makes room for an instant.  Lanes are painted up to it when they change, not before. */
static void reach(struct fpt_raster *raster, uint64_t ts_ns)
{
	if (!raster->begin_ns) {
		raster->begin_ns = ts_ns ? ts_ns : 1;
		raster->column_ns = FIRST_COLUMN_NS;
	}
	while (ts_ns > raster->begin_ns &&
	       (ts_ns - raster->begin_ns) / raster->column_ns >= FPT_RASTER_COLUMNS)
		fold(raster);
}

static struct fpt_lane *find(const struct fpt_raster *raster, const struct fpt_inode_key *key)
{
	unsigned int i;

	for (i = 0; i < raster->lanes; i++)
		if (!raster->lane[i]->over && raster->lane[i]->key.nodeid == key->nodeid &&
		    raster->lane[i]->key.dev == key->dev)
			return raster->lane[i];
	return NULL;
}

/* The lane that is given up for an inode with a finding: the latest that has none. */
static struct fpt_lane *give_up(const struct fpt_raster *raster)
{
	unsigned int i;

	for (i = raster->lanes; i-- > 0;)
		if (!raster->lane[i]->marked)
			return raster->lane[i];
	return NULL;
}

/* A new lane for an inode; NULL if there is none to be had. */
static struct fpt_lane *add(struct fpt_raster *raster, const struct fpt_inode_key *key,
			    uint64_t ts_ns, bool marked)
{
	struct fpt_lane *lane = NULL;

	if (raster->lanes < FPT_RASTER_LANES) {
		lane = calloc(1, sizeof(*lane));
		if (lane)
			raster->lane[raster->lanes++] = lane;
	} else {
		raster->crowded = true;
		if (marked)
			lane = give_up(raster);
	}
	if (!lane)
		return NULL;
	*lane = (struct fpt_lane){ .key = *key, .since_ns = ts_ns };
	raster->added = true;
	return lane;
}

/* A new connection: what was seen on its device was another's. */
static void begin_mount(struct fpt_raster *raster, const struct fpt_init *init)
{
	unsigned int i;

	for (i = 0; i < raster->lanes; i++) {
		struct fpt_lane *lane = raster->lane[i];

		if (lane->key.dev != init->dev || lane->over)
			continue;
		paint(raster, lane, init->h.ts_ns);
		lane->mode = FPT_INODE_NONE;
		lane->over = true;
	}
}

void fpt_raster__event(struct fpt_raster *raster, const struct fpt_header *event)
{
	const struct fpt_open *open = (const void *)event;
	enum fpt_inode_mode mode = FPT_INODE_NONE;
	struct fpt_inode_key key;
	struct fpt_lane *lane;

	reach(raster, event->ts_ns);
	if (event->kind == FPT_INIT)
		begin_mount(raster, (const void *)event);
	if (event->kind == FPT_OPEN) {
		key = (struct fpt_inode_key){ .nodeid = open->nodeid, .dev = open->dev };
		lane = find(raster, &key);
		if (lane && !*lane->name)
			memcpy(lane->name, open->name, sizeof(open->name));
		return;
	}
	if (!fpt_follow__mode(event, &key, &mode))
		return;
	lane = find(raster, &key);
	if (!lane && mode != FPT_INODE_NONE)
		lane = add(raster, &key, event->ts_ns, false);
	if (!lane || lane->mode == mode)
		return;
	paint(raster, lane, event->ts_ns);
	lane->mode = mode;
	lane->since_ns = event->ts_ns;
}

void fpt_raster__mark(struct fpt_raster *raster, const struct fpt_inode_key *key, const char *name,
		      uint64_t ts_ns)
{
	struct fpt_lane *lane = find(raster, key);

	reach(raster, ts_ns);
	if (!lane)
		lane = add(raster, key, ts_ns, true);
	if (!lane)
		return;
	lane->marked = true;
	if (!*lane->name)
		memcpy(lane->name, name, sizeof(lane->name));
}

void fpt_raster__finish(struct fpt_raster *raster, uint64_t end_ns)
{
	unsigned int i;

	if (!raster->begin_ns)
		return;
	reach(raster, end_ns);
	for (i = 0; i < raster->lanes; i++)
		paint(raster, raster->lane[i], end_ns);
}

void fpt_raster__free(struct fpt_raster *raster)
{
	unsigned int i;

	for (i = 0; i < raster->lanes; i++)
		free(raster->lane[i]);
	memset(raster, 0, sizeof(*raster));
}
