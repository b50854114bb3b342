// SPDX-License-Identifier: GPL-2.0-only
/* Packs numbers for the log.  Knows nothing of events. */
#include "log_pack.h"

#define EXCEPTION_BYTES 4 /* half of it room, and the rest time */

static unsigned int bits_of(uint64_t value)
{
	return value ? 64 - (unsigned int)__builtin_clzll(value) : 0;
}

/* The width at which numbers and exceptions take the least room. */
struct width {
	unsigned int bits;
	uint32_t exceptions; /* numbers with more bits */
	uint64_t room; /* bits for all */
};

static struct width best_width(const uint64_t *values, uint32_t count)
{
	struct width best = { .room = UINT64_MAX };
	uint32_t with[65] = { 0 }, exceptions = 0, i;
	uint64_t all = 0, extra = 0, room;
	unsigned int width;

	for (i = 0; i < count; i++) {
		with[bits_of(values[i])]++;
		all |= values[i];
	}
	for (width = bits_of(all);; width--) {
		room = (uint64_t)count * width + extra;
		if ((width == 64 || width <= FPT_PACK_WIDEST) && room < best.room)
			best = (struct width){ width, exceptions, room };
		if (!width)
			break;
		exceptions += with[width];
		extra += (uint64_t)with[width] * 8 * (EXCEPTION_BYTES + width / 7);
	}
	/* Nothing between the widest and all bits. */
	if (best.room == UINT64_MAX)
		best = (struct width){ 64, 0, (uint64_t)count * 64 };
	return best;
}

uint64_t fpt_pack_bits(const uint64_t *values, uint32_t count)
{
	return best_width(values, count).room;
}

static void put_exceptions(struct fpt_buffer *out, const uint64_t *values, struct width width)
{
	uint32_t i, next = 0, left = width.exceptions;

	fpt_buffer__number(out, left);
	for (i = 0; left; i++) {
		if (!(values[i] >> width.bits))
			continue;
		fpt_buffer__number(out, i - next);
		fpt_buffer__number(out, values[i]);
		next = i + 1;
		left--;
	}
}

/* Fewer than eight bytes more than the numbers take are written. */
static void put_bits(uint8_t *at, const uint64_t *values, uint32_t count, unsigned int width)
{
	const uint64_t mask = width < 64 ? (UINT64_C(1) << width) - 1 : UINT64_MAX;
	unsigned int bits = 0; /* in word */
	uint64_t word = 0, value;
	uint32_t i;

	for (i = 0; i < count; i++) {
		value = values[i] & mask;
		word |= value << bits;
		bits += width;
		if (bits < 64)
			continue;
		memcpy(at, &word, sizeof(word));
		at += sizeof(word);
		bits -= 64;
		word = bits ? value >> (width - bits) : 0;
	}
	memcpy(at, &word, sizeof(word));
}

void fpt_pack(struct fpt_buffer *out, uint64_t base, const uint64_t *values, uint32_t count)
{
	const struct width width = best_width(values, count);
	const size_t size = ((uint64_t)count * width.bits + 7) / 8;
	uint8_t *at;

	fpt_buffer__signed(out, base);
	fpt_buffer__byte(out, (uint8_t)width.bits);
	put_exceptions(out, values, width);
	at = fpt_buffer__add(out, size + sizeof(uint64_t));
	if (!at)
		return;
	out->size -= sizeof(uint64_t);
	if (width.bits)
		put_bits(at, values, count, width.bits);
}
