/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random events of every kind in the tables, and of kinds that are in none: some
 * numbers come again and again, some count up, some are anything.
 */
#ifndef LOG_RANDOM_H
#define LOG_RANDOM_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "table.h"

static inline uint64_t random_bits(void)
{
	return (uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ (uint64_t)rand();
}

/* The numbers that events share. */
struct random_world {
	uint64_t pool[12];
	uint64_t now, seq[4];
	uint32_t files;
};

static inline void random_world(struct random_world *world)
{
	size_t i;

	memset(world, 0, sizeof(*world));
	for (i = 0; i < sizeof(world->pool) / sizeof(world->pool[0]); i++)
		world->pool[i] = random_bits() >> rand() % 64;
	world->now = random_bits() >> 20;
}

static inline uint64_t random_value(struct random_world *world)
{
	switch (rand() % 8) {
	case 0:
		return random_bits() >> rand() % 64;
	case 1:
		return -(uint64_t)(rand() % 40);
	case 2:
		return ++world->files;
	case 3:
		return 0;
	default:
		return world->pool[rand() % 12];
	}
}

static inline void random_field(struct random_world *world, const struct fpt_field *field,
				char *event)
{
	const uint64_t value = random_value(world);
	char *at = event + field->offset;
	int i, length;

	if (field->format != FPT_FORMAT_TEXT) {
		memcpy(at, &value, field->size);
		return;
	}
	length = rand() % 3 ? (int)(value % 7) : rand() % field->size;
	for (i = 0; i < length && i < field->size - 1; i++)
		at[i] = rand() % 9 ? 'a' + (char)(value >> i % 64) % 5 : (char)rand();
}

/* Writes an event; returns its size. */
static inline size_t random_event(struct random_world *world, char *event)
{
	struct fpt_header h = { 0 };
	const struct fpt_kind_info *info = NULL;
	size_t n = 0, which = (size_t)rand() % 40, i;

	while (which-- && (info = fpt_kinds(&n)))
		;
	h.kind = info ? info->kind : 700 + (uint16_t)(rand() % 3);
	h.size = info ? info->size : 32 + 8 * (uint16_t)(rand() % 6);
	if (rand() % 50 == 0)
		h.size += 8 * (1 + (uint16_t)(rand() % 4)); /* of a newer fusept */
	memset(event, 0, h.size);
	for (i = 0; info && i < info->nfields; i++)
		random_field(world, &info->fields[i], event);
	for (i = info ? info->size : 32; i < h.size; i += 8) {
		const uint64_t value = random_value(world);

		memcpy(event + i, &value, 8);
	}
	h.cpu = rand() % 200 ? (uint32_t)(rand() % 4) : (uint32_t)rand();
	h.seq = world->seq[h.cpu % 4]++;
	h.ts_ns = world->now += (uint64_t)(rand() % 3000);
	if (rand() % 20 == 0)
		h.ts_ns -= 5000;
	h.tgid = (uint32_t)world->pool[rand() % 3];
	h.tid = (uint32_t)world->pool[rand() % 6];
	memcpy(event, &h, sizeof(h));
	return h.size;
}

#endif
