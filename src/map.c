// SPDX-License-Identifier: GPL-2.0-only
#include "map.h"

#include <stdlib.h>

#define SLOTS_FIRST 16

/* Before the others of its key; those keep their order. */
static void put(struct fpt_map *map, struct fpt_map_slot carried)
{
	uint32_t at = fpt_map_home(map, carried.key);
	struct fpt_map_slot there;

	while (map->slot[at].value) {
		if (map->slot[at].key == carried.key) {
			there = map->slot[at];
			map->slot[at] = carried;
			carried = there;
		}
		at = (at + 1) & map->mask;
	}
	map->slot[at] = carried;
}

static bool grow(struct fpt_map *map)
{
	struct fpt_map grown = { .used = map->used };
	uint32_t slots = map->slot ? (map->mask + 1) * 2 : SLOTS_FIRST;
	uint32_t i, last = 0;

	grown.mask = slots - 1;
	grown.shift = slots ? 64 - __builtin_ctz(slots) : 0;
	grown.slot = slots ? calloc(slots, sizeof(*grown.slot)) : NULL;
	if (!grown.slot)
		return false;
	/* Backwards from a free one, so that values of one key keep their order. */
	while (map->slot && map->slot[last].value)
		last++;
	for (i = 1; map->slot && i <= map->mask; i++)
		if (map->slot[(last - i) & map->mask].value)
			put(&grown, map->slot[(last - i) & map->mask]);
	free(map->slot);
	*map = grown;
	return true;
}

bool fpt_map__add(struct fpt_map *map, uint64_t key, void *value)
{
	/* Half full at most: the first look is nearly always the last. */
	if ((!map->slot || map->used > map->mask / 2) && !grow(map))
		return false;
	put(map, (struct fpt_map_slot){ key, value });
	map->used++;
	return true;
}

/* What follows without a gap moves up where it may, so that searches still end. */
static void close_gap(struct fpt_map *map, uint32_t gap)
{
	uint32_t at = gap, home;

	while (at = (at + 1) & map->mask, map->slot[at].value) {
		home = fpt_map_home(map, map->slot[at].key);
		if (((at - home) & map->mask) < ((at - gap) & map->mask))
			continue;
		map->slot[gap] = map->slot[at];
		gap = at;
	}
	map->slot[gap].value = NULL;
}

void fpt_map__drop(struct fpt_map *map, uint64_t key, const void *value)
{
	uint32_t at;

	if (!map->used)
		return;
	at = fpt_map_home(map, key);
	while (map->slot[at].value && (map->slot[at].key != key || map->slot[at].value != value))
		at = (at + 1) & map->mask;
	if (!map->slot[at].value)
		return;
	close_gap(map, at);
	map->used--;
}

void *fpt_map__next(const struct fpt_map *map, uint32_t *at)
{
	while (map->slot && *at <= map->mask) {
		void *value = map->slot[(*at)++].value;

		if (value)
			return value;
	}
	return NULL;
}

void fpt_map__clear(struct fpt_map *map)
{
	free(map->slot);
	*map = (struct fpt_map){ 0 };
}
