// SPDX-License-Identifier: GPL-2.0-only
#include "inside.h"

#include <errno.h>
#include <stdlib.h>

#define SLOTS_FIRST 64

static uint64_t who_is(uint32_t tid, enum fpt_op op)
{
	return (uint64_t)tid << 8 | op;
}

static inline uint32_t home(const struct fpt_inside *inside, uint64_t inode, uint64_t who)
{
	return (uint32_t)(((inode ^ who) * 0x9e3779b97f4a7c15ULL) >> 32) & inside->mask;
}

/* Its slot, or the free one where it belongs. */
static inline uint32_t probe(const struct fpt_inside *inside, uint64_t inode, uint64_t who)
{
	uint32_t at = home(inside, inode, who);

	while (inside->slot[at].who &&
	       (inside->slot[at].who != who || inside->slot[at].inode != inode))
		at = (at + 1) & inside->mask;
	return at;
}

static bool grow(struct fpt_inside *inside)
{
	uint32_t slots = inside->slot ? (inside->mask + 1) * 2 : SLOTS_FIRST, at;
	struct fpt_inside grown = { .mask = slots - 1, .used = inside->used };

	grown.slot = slots ? calloc(slots, sizeof(*grown.slot)) : NULL;
	if (!grown.slot)
		return false;
	for (at = 0; inside->slot && at <= inside->mask; at++) {
		struct fpt_inside_slot slot = inside->slot[at];

		if (slot.who)
			grown.slot[probe(&grown, slot.inode, slot.who)] = slot;
	}
	free(inside->slot);
	*inside = grown;
	return true;
}

int fpt_inside__enter(struct fpt_inside *inside, uint64_t inode, uint32_t tid, enum fpt_op op)
{
	const uint64_t who = who_is(tid, op);
	uint32_t at;

	if ((!inside->slot || inside->used > inside->mask / 2) && !grow(inside))
		return -ENOMEM;
	at = probe(inside, inode, who);
	if (inside->slot[at].who)
		return -EALREADY;
	inside->slot[at].inode = inode;
	inside->slot[at].who = who;
	inside->used++;
	return 0;
}

/* What follows without a gap moves up where it may, so that searches still end. */
static void close_gap(struct fpt_inside *inside, uint32_t gap)
{
	uint32_t at = gap;

	while (at = (at + 1) & inside->mask, inside->slot[at].who) {
		uint32_t begin = home(inside, inside->slot[at].inode, inside->slot[at].who);

		if (((at - begin) & inside->mask) < ((at - gap) & inside->mask))
			continue;
		inside->slot[gap] = inside->slot[at];
		gap = at;
	}
	inside->slot[gap].who = 0;
}

bool fpt_inside__leave(struct fpt_inside *inside, uint64_t inode, uint32_t tid, enum fpt_op op)
{
	uint32_t at;

	if (!inside->used)
		return false;
	at = probe(inside, inode, who_is(tid, op));
	if (!inside->slot[at].who)
		return false;
	close_gap(inside, at);
	inside->used--;
	return true;
}

void fpt_inside__clear(struct fpt_inside *inside)
{
	free(inside->slot);
	*inside = (struct fpt_inside){ 0 };
}
