/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A map from numbers to objects: open addressing, so that a search reads one
 * line of memory most times and an entry is no allocation.  Owns its slots only.
 */
#ifndef FPT_MAP_H
#define FPT_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fpt_map_slot {
	uint64_t key;
	void *value; /* NULL: free */
};

/* Empty when all is 0. */
struct fpt_map {
	struct fpt_map_slot *slot;
	uint32_t mask; /* number of slots - 1 */
	uint32_t used;
	uint8_t shift; /* of a hash, to the bits that count the slots */
};

/*
 * Keys are ids and addresses of objects of one size: they differ in few bits.  The
 * highest bits of the product are those in which a row of such keys lies far apart.
 */
static inline uint32_t fpt_map_home(const struct fpt_map *map, uint64_t key)
{
	return (uint32_t)((key * 0x9e3779b97f4a7c15ULL) >> map->shift);
}

/* Of several values with this key the one added last; NULL if there is none. */
static inline void *fpt_map__find(const struct fpt_map *map, uint64_t key)
{
	uint32_t at;

	if (!map->used)
		return NULL;
	for (at = fpt_map_home(map, key); map->slot[at].value; at = (at + 1) & map->mask)
		if (map->slot[at].key == key)
			return map->slot[at].value;
	return NULL;
}

/* False without memory; a key may be there already. */
bool fpt_map__add(struct fpt_map *map, uint64_t key, void *value);

/* This value of this key; nothing happens if it is not there. */
void fpt_map__drop(struct fpt_map *map, uint64_t key, const void *value);

/*
 * Iterates in no order: for (at = 0; (value = fpt_map__next(map, &at)); ).  NULL after
 * the last.  The map must stay as it is meanwhile.
 */
void *fpt_map__next(const struct fpt_map *map, uint32_t *at);

/* It is empty then. */
void fpt_map__clear(struct fpt_map *map);

#endif
