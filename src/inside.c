// SPDX-License-Identifier: GPL-2.0-only
#include "inside.h"

#include <errno.h>
#include <stdlib.h>

#define SLOTS_FIRST 64

static uint32_t home(const struct fpt_inside *inside, const struct fpt_inside_slot *key)
{
	uint64_t mixed = (key->inode ^ (uint64_t)key->tid << 8 ^ key->op) * 0x9e3779b97f4a7c15ULL;

	return (uint32_t)(mixed >> 32) & inside->mask;
}

static bool same(const struct fpt_inside_slot *a, const struct fpt_inside_slot *b)
{
	return a->inode == b->inode && a->tid == b->tid && a->op == b->op;
}

/* Its slot, or the free one where it belongs. */
static uint32_t probe(const struct fpt_inside *inside, const struct fpt_inside_slot *key)
{
	uint32_t at = home(inside, key);

	while (inside->slot[at].op && !same(&inside->slot[at], key))
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
	for (at = 0; inside->slot && at <= inside->mask; at++)
		if (inside->slot[at].op)
			grown.slot[probe(&grown, &inside->slot[at])] = inside->slot[at];
	free(inside->slot);
	*inside = grown;
	return true;
}

int fpt_inside__enter(struct fpt_inside *inside, uint64_t inode, uint32_t tid, enum fpt_op op)
{
	const struct fpt_inside_slot key = { inode, tid, op };
	uint32_t at;

	if ((!inside->slot || inside->used > inside->mask / 2) && !grow(inside))
		return -ENOMEM;
	at = probe(inside, &key);
	if (inside->slot[at].op)
		return -EALREADY;
	inside->slot[at] = key;
	inside->used++;
	return 0;
}

/* What follows without a gap moves up where it may, so that searches still end. */
static void close_gap(struct fpt_inside *inside, uint32_t gap)
{
	uint32_t at = gap;

	while (at = (at + 1) & inside->mask, inside->slot[at].op) {
		uint32_t from_home = (at - home(inside, &inside->slot[at])) & inside->mask;

		if (from_home < ((at - gap) & inside->mask))
			continue;
		inside->slot[gap] = inside->slot[at];
		gap = at;
	}
	inside->slot[gap].op = 0;
}

bool fpt_inside__leave(struct fpt_inside *inside, uint64_t inode, uint32_t tid, enum fpt_op op)
{
	const struct fpt_inside_slot key = { inode, tid, op };
	uint32_t at;

	if (!inside->used)
		return false;
	at = probe(inside, &key);
	if (!inside->slot[at].op)
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
