// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of inodes: open addressing over 32-bit slots that name records of a
 * growing array, so that an idle inode costs its record and some six bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "known.h"

#define CHUNK_BITS 12 /* records that are allocated at a time */
#define CHUNK (1U << CHUNK_BITS)
#define TAG_BITS 5 /* of the hash, in a slot: spares most looks at other records */
#define INDEX_BITS (32 - TAG_BITS)
#define INDEX_MAX ((1U << INDEX_BITS) - 1)
#define SLOTS_FIRST 64

_Static_assert(sizeof(struct fpt_known_inode) == 56, "millions of them live at a time");

struct fpt_known_table {
	uint32_t *slot; /* tag and index + 1; 0: free */
	uint32_t mask; /* number of slots - 1 */
	uint32_t used;
	struct fpt_known_inode **chunk;
	uint32_t chunks, records; /* records so far, also those in the list of free ones */
	struct fpt_known_inode *free;
};

/* Keys are addresses of objects of one size, and differ in few bits. */
static uint64_t hash(uint64_t key)
{
	key *= 0x9e3779b97f4a7c15ULL;
	return key ^ key >> 32;
}

static uint32_t tag(uint64_t hashed)
{
	return (uint32_t)(hashed >> (64 - TAG_BITS)) << INDEX_BITS;
}

static struct fpt_known_inode *record(const struct fpt_known_table *table, uint32_t slot)
{
	uint32_t index = (slot & INDEX_MAX) - 1;

	return &table->chunk[index >> CHUNK_BITS][index & (CHUNK - 1)];
}

/* The slot of a key, or the free one where it belongs. */
static uint32_t probe(const struct fpt_known_table *table, uint64_t key)
{
	uint64_t hashed = hash(key);
	uint32_t at = hashed & table->mask, slot;

	while ((slot = table->slot[at])) {
		if ((slot & ~INDEX_MAX) == tag(hashed) && record(table, slot)->key == key)
			break;
		at = (at + 1) & table->mask;
	}
	return at;
}

struct fpt_known_inode *fpt_known_table__find(const struct fpt_known_table *table, uint64_t key)
{
	uint32_t slot = table ? table->slot[probe(table, key)] : 0;

	return slot ? record(table, slot) : NULL;
}

static bool resize(struct fpt_known_table *table, uint32_t slots)
{
	uint32_t *old = table->slot, *grown = calloc(slots, sizeof(*grown));
	uint32_t at, count = old ? table->mask + 1 : 0;

	if (!grown)
		return false;
	table->slot = grown;
	table->mask = slots - 1;
	for (at = 0; at < count; at++)
		if (old[at])
			grown[probe(table, record(table, old[at])->key)] = old[at];
	free(old);
	return true;
}

/* Its index, or INDEX_MAX without memory. */
static uint32_t new_record(struct fpt_known_table *table)
{
	struct fpt_known_inode **grown, *reused = table->free;
	uint32_t index = table->records;

	if (reused) {
		table->free = reused->next_free;
		index = reused->generation;
		memset(reused, 0, sizeof(*reused));
		return index;
	}
	if (index == INDEX_MAX - 1)
		return INDEX_MAX;
	if (index >> CHUNK_BITS == table->chunks) {
		grown = realloc(table->chunk, (table->chunks + 1) * sizeof(*grown));
		if (!grown)
			return INDEX_MAX;
		table->chunk = grown;
		grown[table->chunks] = calloc(CHUNK, sizeof(**grown));
		if (!grown[table->chunks])
			return INDEX_MAX;
		table->chunks++;
	}
	table->records++;
	return index;
}

struct fpt_known_inode *fpt_known_table__add(struct fpt_known_table **where, uint64_t key)
{
	struct fpt_known_table *table = *where;
	struct fpt_known_inode *inode;
	uint32_t index, slots;

	if (!table)
		table = *where = calloc(1, sizeof(*table));
	if (!table)
		return NULL;
	slots = table->slot ? table->mask + 1 : 0;
	if (table->used + 1 > slots - slots / 8 && !resize(table, slots ? slots * 2 : SLOTS_FIRST))
		return NULL;
	index = new_record(table);
	if (index == INDEX_MAX)
		return NULL;
	inode = record(table, index + 1);
	inode->key = key;
	table->slot[probe(table, key)] = tag(hash(key)) | (index + 1);
	table->used++;
	return inode;
}

/* What follows without a gap moves up where it may, so that probes still end. */
static void close_gap(struct fpt_known_table *table, uint32_t gap)
{
	uint32_t at = gap;

	for (;;) {
		uint32_t home;

		at = (at + 1) & table->mask;
		if (!table->slot[at])
			break;
		home = hash(record(table, table->slot[at])->key) & table->mask;
		if (((at - home) & table->mask) < ((at - gap) & table->mask))
			continue;
		table->slot[gap] = table->slot[at];
		gap = at;
	}
	table->slot[gap] = 0;
}

void fpt_known_table__drop(struct fpt_known_table *table, struct fpt_known_inode *inode)
{
	uint32_t at = probe(table, inode->key);
	uint32_t index = (table->slot[at] & INDEX_MAX) - 1;

	close_gap(table, at);
	table->used--;
	free(inode->backing);
	inode->backing = NULL;
	inode->next_free = table->free;
	inode->generation = index;
	table->free = inode;
}

void fpt_known_table__free(struct fpt_known_table *table)
{
	uint32_t i;

	if (!table)
		return;
	for (i = 0; i < table->records; i++)
		free(record(table, i + 1)->backing);
	for (i = 0; i < table->chunks; i++)
		free(table->chunk[i]);
	free(table->chunk);
	free(table->slot);
	free(table);
}
