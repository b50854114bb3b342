/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bytes that grow while they are written, bytes that are read with suspicion,
 * and the numbers in both: seven bits a byte, the lowest first, the eighth bit
 * set in all but the last.
 */
#ifndef FPT_LOG_BYTES_H
#define FPT_LOG_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Once memory is short, nothing more is added and failed says so. */
struct fpt_buffer {
	uint8_t *at;
	size_t size, room;
	bool failed;
};

/* @size more bytes, for the caller to fill; NULL without memory. */
static inline uint8_t *fpt_buffer__add(struct fpt_buffer *bytes, size_t size)
{
	size_t room = bytes->room ? bytes->room : 4096;
	uint8_t *grown;

	if (bytes->failed)
		return NULL;
	while (room < bytes->size + size)
		room *= 2;
	if (room > bytes->room) {
		grown = realloc(bytes->at, room);
		bytes->failed = !grown;
		if (!grown)
			return NULL;
		bytes->at = grown;
		bytes->room = room;
	}
	bytes->size += size;
	return bytes->at + bytes->size - size;
}

static inline void fpt_buffer__put(struct fpt_buffer *bytes, const void *from, size_t size)
{
	uint8_t *at = fpt_buffer__add(bytes, size);

	if (at && size)
		memcpy(at, from, size);
}

static inline void fpt_buffer__byte(struct fpt_buffer *bytes, uint8_t byte)
{
	fpt_buffer__put(bytes, &byte, 1);
}

static inline void fpt_buffer__number(struct fpt_buffer *bytes, uint64_t value)
{
	while (value >= 0x80) {
		fpt_buffer__byte(bytes, (uint8_t)value | 0x80);
		value >>= 7;
	}
	fpt_buffer__byte(bytes, (uint8_t)value);
}

/* A number near 0 on either side is short: 0, -1, 1, -2, ... become 0, 1, 2, 3, ... */
static inline void fpt_buffer__signed(struct fpt_buffer *bytes, uint64_t value)
{
	fpt_buffer__number(bytes, value << 1 ^ -(value >> 63));
}

/* What is read past the end, or makes no sense, is 0, and bad says so. */
struct fpt_cursor {
	const uint8_t *at, *end;
	bool bad;
};

static inline const uint8_t *fpt_cursor__take(struct fpt_cursor *cursor, uint64_t size)
{
	const uint8_t *at = cursor->at;

	if (size > (size_t)(cursor->end - at))
		cursor->bad = true;
	if (cursor->bad)
		return NULL;
	cursor->at += size;
	return at;
}

static inline uint8_t fpt_cursor__byte(struct fpt_cursor *cursor)
{
	const uint8_t *at = fpt_cursor__take(cursor, 1);

	return at ? *at : 0;
}

static inline uint64_t fpt_cursor__number(struct fpt_cursor *cursor)
{
	const uint8_t *at = cursor->at;
	uint64_t value = 0;
	unsigned int shift;

	for (shift = 0; shift < 64 && at < cursor->end && !cursor->bad; shift += 7) {
		value |= (uint64_t)(*at & 0x7f) << shift;
		if (!(*at++ & 0x80)) {
			cursor->at = at;
			return value;
		}
	}
	cursor->bad = true;
	return 0;
}

/* A number at @at that a cursor has passed over before: nothing is wrong with it. */
static inline uint64_t fpt_number_again(const uint8_t **at)
{
	const uint8_t *byte = *at;
	uint64_t value = *byte & 0x7f;
	unsigned int shift;

	for (shift = 7; *byte++ & 0x80; shift += 7)
		value |= (uint64_t)(*byte & 0x7f) << shift;
	*at = byte;
	return value;
}

static inline uint64_t fpt_cursor__signed(struct fpt_cursor *cursor)
{
	uint64_t value = fpt_cursor__number(cursor);

	return value >> 1 ^ -(value & 1);
}

/* A number that may be @max at the most. */
static inline uint32_t fpt_cursor__limited(struct fpt_cursor *cursor, uint32_t max)
{
	uint64_t value = fpt_cursor__number(cursor);

	if (value > max)
		cursor->bad = true;
	return cursor->bad ? 0 : (uint32_t)value;
}

#endif
