// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unpacks numbers.  This is where most of the time of reading a log would go:
 * processors with AVX2 do eight numbers at once, which begin at the same places
 * of so many bytes as a number has bits.
 */
#include "log_pack.h"

#define AVX2_WIDEST 25 /* 32 bits hold that, wherever in a byte it begins */

bool fpt_packed_plain;

static void next_exception(struct fpt_packed *packed, uint32_t from)
{
	if (packed->exceptions)
		packed->exception_at = from + (uint32_t)fpt_number_again(&packed->rest);
}

/* Exceptions are read through once, so that later nothing can be wrong with them. */
static void skip_exceptions(struct fpt_packed *packed, struct fpt_cursor *cursor)
{
	uint32_t i, at = 0;

	packed->exceptions = fpt_cursor__limited(cursor, packed->count);
	packed->rest = cursor->at;
	for (i = 0; i < packed->exceptions && !cursor->bad; i++) {
		if (at == packed->count)
			cursor->bad = true;
		else
			at += 1 + fpt_cursor__limited(cursor, packed->count - at - 1);
		fpt_cursor__number(cursor);
	}
}

void fpt_packed__open(struct fpt_packed *packed, struct fpt_cursor *cursor, uint32_t count)
{
	memset(packed, 0, sizeof(*packed));
	packed->count = count;
	packed->base = fpt_cursor__signed(cursor);
	packed->width = fpt_cursor__byte(cursor);
	if (packed->width > FPT_PACK_WIDEST && packed->width != 64)
		cursor->bad = true;
	skip_exceptions(packed, cursor);
	packed->bits = fpt_cursor__take(cursor, ((uint64_t)count * packed->width + 7) / 8);
	if (cursor->bad)
		packed->exceptions = 0;
	next_exception(packed, 0);
}

static void unpack(const struct fpt_packed *packed, uint32_t from, uint64_t *values, uint32_t count)
{
	const uint64_t mask = packed->width < 64 ? (UINT64_C(1) << packed->width) - 1 : UINT64_MAX;
	const uint64_t flip = packed->down ? UINT64_MAX : 0, base = packed->base + packed->down;
	uint64_t bit = (uint64_t)from * packed->width, word;
	uint32_t i;

	for (i = 0; i < count; i++, bit += packed->width) {
		memcpy(&word, packed->bits + (bit >> 3), sizeof(word));
		values[i] = base + ((word >> (bit & 7) & mask) ^ flip);
	}
}

#ifdef __x86_64__
#define AVX2 __attribute__((target("avx2")))

/*
 * Which bytes the eight numbers are in, and by how many bits they are off there;
 * the second four are loaded from where the first of them begins.
 */
struct places {
	uint8_t byte[8][4];
	uint32_t shift[8];
};

// clang-format off
#define BYTE(w, n) ((n) * (w) / 8 - ((n) < 4 ? 0 : (w) * 4 / 8))
#define BYTES(w, n) { BYTE(w, n), BYTE(w, n) + 1, BYTE(w, n) + 2, BYTE(w, n) + 3 }
#define SHIFT(w, n) ((n) * (w) % 8)
#define EIGHT(F, w) { F(w, 0), F(w, 1), F(w, 2), F(w, 3), F(w, 4), F(w, 5), F(w, 6), F(w, 7) }
#define PLACES(w) { EIGHT(BYTES, w), EIGHT(SHIFT, w) }
static const struct places places[AVX2_WIDEST + 1] = {
	PLACES(0), PLACES(1), PLACES(2), PLACES(3), PLACES(4), PLACES(5), PLACES(6), PLACES(7),
	PLACES(8), PLACES(9), PLACES(10), PLACES(11), PLACES(12), PLACES(13), PLACES(14),
	PLACES(15), PLACES(16), PLACES(17), PLACES(18), PLACES(19), PLACES(20), PLACES(21),
	PLACES(22), PLACES(23), PLACES(24), PLACES(25),
};
// clang-format on

typedef char bytes_32 __attribute__((vector_size(32)));
typedef uint32_t words_8 __attribute__((vector_size(32)));
typedef uint32_t words_4 __attribute__((vector_size(16)));
typedef uint64_t longs_4 __attribute__((vector_size(32)));

AVX2 static void unpack_avx2(const struct fpt_packed *packed, uint32_t from, uint64_t *values,
			     uint32_t count)
{
	const unsigned int width = packed->width, second = width * 4 / 8;
	const uint8_t *bits = packed->bits + (size_t)from / 8 * width;
	const uint64_t flip = packed->down ? UINT64_MAX : 0, base = packed->base + packed->down;
	const uint32_t mask = (UINT32_C(1) << width) - 1;
	words_4 low, high;
	words_8 eight, shift;
	bytes_32 place;
	longs_4 four;
	uint32_t i;

	memcpy(&place, places[width].byte, sizeof(place));
	memcpy(&shift, places[width].shift, sizeof(shift));
	for (i = 0; i < count; i += 8, bits += width) {
		memcpy(&low, bits, sizeof(low));
		memcpy(&high, bits + second, sizeof(high));
		eight = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
		eight = (words_8)__builtin_ia32_pshufb256((bytes_32)eight, place) >> shift & mask;
		low = __builtin_shufflevector(eight, eight, 0, 1, 2, 3);
		high = __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
		four = (__builtin_convertvector(low, longs_4) ^ flip) + base;
		memcpy(values + i, &four, sizeof(four));
		four = (__builtin_convertvector(high, longs_4) ^ flip) + base;
		memcpy(values + i + 4, &four, sizeof(four));
	}
}

static bool by_eights(const struct fpt_packed *packed)
{
	return packed->width <= AVX2_WIDEST && !fpt_packed_plain && __builtin_cpu_supports("avx2");
}
#else
static bool by_eights(const struct fpt_packed *packed)
{
	(void)packed;
	return false;
}
#define unpack_avx2 unpack
#endif

uint64_t *fpt_packed__take(struct fpt_packed *packed, uint64_t *room, uint32_t count)
{
	const uint32_t before = packed->done % 8, end = packed->done + count;
	uint64_t *values = room;
	uint32_t at;

	if (by_eights(packed)) {
		unpack_avx2(packed, packed->done - before, room, before + count);
		values += before;
	} else {
		unpack(packed, packed->done, room, count);
	}
	while (packed->exceptions && packed->exception_at < end) {
		at = packed->exception_at - packed->done;
		values[at] = fpt_number_again(&packed->rest);
		values[at] = packed->base + (packed->down ? -values[at] : values[at]);
		packed->exceptions--;
		next_exception(packed, packed->exception_at + 1);
	}
	packed->done = end;
	return values;
}
