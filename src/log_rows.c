// SPDX-License-Identifier: GPL-2.0-only
#include "log_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MIX UINT64_C(0x9e3779b97f4a7c15)

static uint64_t hash_of(const char *row, size_t size)
{
	uint64_t hash = 0, word;
	size_t i;

	for (i = 0; i + sizeof(word) <= size; i += sizeof(word)) {
		memcpy(&word, row + i, sizeof(word));
		hash = (hash ^ word) * MIX;
		hash ^= hash >> 29;
	}
	for (; i < size; i++)
		hash = (hash ^ (uint8_t)row[i]) * MIX;
	return hash ^ hash >> 32;
}

static int grow(struct fpt_rows *rows)
{
	uint32_t slots = rows->slots ? rows->slots * 2 : 256, i, at;
	uint32_t *slot = calloc(slots, sizeof(*slot));
	char *larger = realloc(rows->at, slots / 2 * rows->size);

	if (larger)
		rows->at = larger;
	if (!slot || !larger) {
		free(slot);
		return -ENOMEM;
	}
	for (i = 0; i < rows->count; i++) {
		at = hash_of(larger + i * rows->size, rows->size) & (slots - 1);
		while (slot[at])
			at = (at + 1) & (slots - 1);
		slot[at] = i + 1;
	}
	free(rows->slot);
	rows->slot = slot;
	rows->slots = slots;
	return 0;
}

int64_t fpt_rows__find(struct fpt_rows *rows, const char *row)
{
	uint32_t at;

	if (rows->count + 1 > rows->slots / 2 && grow(rows))
		return -ENOMEM;
	at = hash_of(row, rows->size) & (rows->slots - 1);
	for (; rows->slot[at]; at = (at + 1) & (rows->slots - 1))
		if (memcmp(rows->at + (rows->slot[at] - 1) * rows->size, row, rows->size) == 0)
			return rows->slot[at] - 1;
	memcpy(rows->at + rows->count * rows->size, row, rows->size);
	rows->slot[at] = ++rows->count;
	return rows->count - 1;
}

void fpt_rows__clear(struct fpt_rows *rows)
{
	rows->count = 0;
	if (rows->slots)
		memset(rows->slot, 0, rows->slots * sizeof(*rows->slot));
}

void fpt_rows__free(struct fpt_rows *rows)
{
	free(rows->at);
	free(rows->slot);
}
