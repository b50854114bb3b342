// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of inodes: open addressing over 32-bit slots that name records of
 * growing arrays, so that an idle inode costs its record and some six bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "known.h"
#include "pages.h"

#define CHUNK_BITS 12 /* records of the first chunk; each next one has twice as many */
#define SLOTS_FIRST 64
#define SLOTS_MAX (1U << 31)
#define RESIZE_AHEAD 16 /* so many slots are fetched before they are needed */
#define CHUNKS (31 - CHUNK_BITS + 1)

_Static_assert(sizeof(struct fpt_known_inode) == 48, "millions of them live at a time");

/*
 * A slot has the place of a record, its index + 1, in as many bits as count the
 * slots, for there are fewer records than slots.  Its other bits are a tag, of the
 * key's hash, which spares most looks at records of other keys.
 */
struct fpt_known_table {
	uint32_t *slot; /* 0: free */
	uint32_t mask; /* number of slots - 1: the bits of the place */
	uint32_t used;
	struct fpt_known_inode *chunk[CHUNKS]; /* never moves */
	uint32_t records; /* so far, also those in the list of free ones */
	uint32_t free; /* index + 1 of one to use again; 0: none */
};

/* Keys are addresses of objects of one size, and differ in few bits. */
static uint64_t hash(uint64_t key)
{
	key *= 0x9e3779b97f4a7c15ULL;
	return key ^ key >> 32;
}

static uint32_t tag(uint64_t hashed, uint32_t mask)
{
	return (uint32_t)(hashed >> 32) & ~mask;
}

static size_t chunk_bytes(unsigned int chunk)
{
	return sizeof(struct fpt_known_inode) << (CHUNK_BITS + chunk);
}

/* Counted from the size of the first chunk on, the highest bit tells the chunk. */
static unsigned int chunk_of(uint32_t index)
{
	return 31 - __builtin_clz((index >> CHUNK_BITS) + 1);
}

static struct fpt_known_inode *record(const struct fpt_known_table *table, uint32_t slot)
{
	uint32_t index = (slot & table->mask) - 1;
	unsigned int chunk = chunk_of(index);

	return table->chunk[chunk] + (index - (((1U << chunk) - 1) << CHUNK_BITS));
}

/* The slot of a key, or the free one where it belongs. */
static uint32_t probe(const struct fpt_known_table *table, uint64_t key)
{
	uint64_t hashed = hash(key);
	uint32_t at = hashed & table->mask, slot;

	while ((slot = table->slot[at])) {
		if ((slot & ~table->mask) == tag(hashed, table->mask) &&
		    record(table, slot)->key == key)
			break;
		at = (at + 1) & table->mask;
	}
	return at;
}

struct fpt_known_inode *fpt_known_table__find(const struct fpt_known_table *table, uint64_t key)
{
	uint32_t slot = table && table->slot ? table->slot[probe(table, key)] : 0;

	return slot ? record(table, slot) : NULL;
}

void fpt_known_table__fetch_slot(const struct fpt_known_table *table, uint64_t key)
{
	__builtin_prefetch(&table->slot[hash(key) & table->mask]);
}

void fpt_known_table__fetch_record(const struct fpt_known_table *table, uint64_t key)
{
	uint64_t hashed = hash(key);
	uint32_t at = hashed & table->mask, slot;

	while ((slot = table->slot[at])) {
		if ((slot & ~table->mask) == tag(hashed, table->mask)) {
			__builtin_prefetch(record(table, slot));
			return;
		}
		at = (at + 1) & table->mask;
	}
}

/* Of a key that is not there: no other is looked at. */
static void put(uint32_t *slot, uint32_t mask, uint64_t key, uint32_t place)
{
	uint64_t hashed = hash(key);
	uint32_t at = hashed & mask;

	while (slot[at])
		at = (at + 1) & mask;
	slot[at] = tag(hashed, mask) | place;
}

/*
 * From the records, not from the old slots: those are gone before the new ones become
 * resident, as both at a time would be the most that an inode ever costs.  So keys are
 * read one after the other, and only the new slots at random.
 */
static bool resize(struct fpt_known_table *table, uint32_t slots)
{
	uint32_t *grown = fpt_pages__new(slots * sizeof(*grown));
	uint32_t place;

	if (!grown)
		return false;
	if (table->slot)
		fpt_pages__free(table->slot, (size_t)(table->mask + 1) * sizeof(*table->slot));
	table->slot = grown;
	table->mask = slots - 1;
	for (place = 1; place <= table->records; place++) {
		if (place + RESIZE_AHEAD <= table->records)
			__builtin_prefetch(&grown[hash(record(table, place + RESIZE_AHEAD)->key) &
						  (slots - 1)]);
		if (record(table, place)->live)
			put(grown, slots - 1, record(table, place)->key, place);
	}
	return true;
}

/* Its index + 1, or 0 without memory. */
static uint32_t new_record(struct fpt_known_table *table)
{
	uint32_t index = table->records, reused = table->free;
	unsigned int chunk;

	if (reused) {
		table->free = record(table, reused)->next_free;
		memset(record(table, reused), 0, sizeof(struct fpt_known_inode));
		return reused;
	}
	chunk = chunk_of(index);
	if (!table->chunk[chunk])
		table->chunk[chunk] = fpt_pages__new(chunk_bytes(chunk));
	if (!table->chunk[chunk])
		return 0;
	return ++table->records;
}

struct fpt_known_inode *fpt_known_table__add(struct fpt_known_table **where, uint64_t key)
{
	struct fpt_known_table *table = *where;
	struct fpt_known_inode *inode;
	uint32_t place, slots;

	if (!table)
		table = *where = calloc(1, sizeof(*table));
	if (!table)
		return NULL;
	slots = table->slot ? table->mask + 1 : 0;
	if (table->used + 1 > slots - slots / 8 &&
	    (slots == SLOTS_MAX || !resize(table, slots ? slots * 2 : SLOTS_FIRST)))
		return NULL;
	place = new_record(table);
	if (!place)
		return NULL;
	inode = record(table, place);
	inode->key = key;
	inode->live = true;
	put(table->slot, table->mask, key, place);
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
	uint32_t place = table->slot[at] & table->mask;

	close_gap(table, at);
	table->used--;
	inode->live = false;
	inode->next_free = table->free;
	table->free = place;
}

uint32_t fpt_known_table__count(const struct fpt_known_table *table)
{
	return table ? table->used : 0;
}

void fpt_known_table__forget(struct fpt_known_table *table)
{
	uint32_t place;

	for (place = 1; table && place <= table->records; place++)
		record(table, place)->proven = record(table, place)->idle =
			record(table, place)->born = false;
}

void fpt_known_table__free(struct fpt_known_table *table)
{
	unsigned int chunk;

	if (!table)
		return;
	for (chunk = 0; chunk < CHUNKS; chunk++)
		fpt_pages__free(table->chunk[chunk], chunk_bytes(chunk));
	if (table->slot)
		fpt_pages__free(table->slot, (size_t)(table->mask + 1) * sizeof(*table->slot));
	free(table);
}
