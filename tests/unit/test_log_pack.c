// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packed numbers: what goes in comes out, of any width, with any exceptions, in
 * pieces of any size, with and without the processor's help; and bytes that are
 * not packed numbers are refused.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "log_pack.h"

#define MANY 700

static uint64_t number(void)
{
	return (uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ (uint64_t)rand();
}

/* Numbers of at most @bits bits, but for one in @rare, which is anything. */
static void make(uint64_t *values, uint32_t count, unsigned int bits, int rare)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		values[i] = bits ? number() >> (64 - bits) : 0;
		if (rare && rand() % rare == 0)
			values[i] = number() >> rand() % 64;
	}
}

/* Unpacks in pieces of random sizes. */
static void same(const struct fpt_buffer *bytes, const uint64_t *values, uint32_t count,
		 uint64_t base, bool down)
{
	struct fpt_cursor cursor = { bytes->at, bytes->at + bytes->size, false };
	uint64_t room[FPT_PACKED_ROOM(MANY)], *got;
	struct fpt_packed packed;
	uint32_t i, done, n;

	fpt_packed__open(&packed, &cursor, count);
	assert_false(cursor.bad);
	assert_ptr_equal(cursor.at, cursor.end);
	assert_true(packed.base == base);
	packed.down = down;
	for (done = 0; done < count; done += n) {
		n = 1 + (uint32_t)rand() % (count - done);
		got = fpt_packed__take(&packed, room, n);
		for (i = 0; i < n; i++) {
			uint64_t value = values[done + i];

			assert_true(got[i] == (down ? base - value : base + value));
		}
	}
}

static void pack(struct fpt_buffer *bytes, const uint64_t *values, uint32_t count, uint64_t base)
{
	bytes->size = 0;
	fpt_pack(bytes, base, values, count);
	assert_non_null(fpt_buffer__add(bytes, FPT_PACK_SLACK));
	bytes->size -= FPT_PACK_SLACK;
}

static void test_any_width(void **state)
{
	struct fpt_buffer bytes = { 0 };
	uint64_t values[MANY];
	unsigned int bits;
	int round;

	(void)state;
	for (bits = 0; bits <= 64; bits++) {
		for (round = 0; round < 24; round++) {
			const uint32_t count = 1 + (uint32_t)rand() % MANY;
			const uint64_t base = round % 3 ? number() : 0;

			make(values, count, bits, round % 4 ? 0 : 20);
			pack(&bytes, values, count, base);
			fpt_packed_plain = round % 2;
			same(&bytes, values, count, base, round % 6 == 5);
		}
	}
	fpt_packed_plain = false;
	free(bytes.at);
}

/* They take the room that they need, and a few large ones do not make all large. */
static void test_room(void **state)
{
	struct fpt_buffer bytes = { 0 };
	uint64_t values[MANY] = { 0 };

	(void)state;
	pack(&bytes, values, MANY, 0);
	assert_int_equal(bytes.size, 3);
	make(values, MANY, 5, 0);
	pack(&bytes, values, MANY, 0);
	assert_int_equal(bytes.size, 3 + (MANY * 5 + 7) / 8);
	values[17] = UINT64_MAX;
	pack(&bytes, values, MANY, 0);
	assert_int_equal(bytes.size, 3 + (MANY * 5 + 7) / 8 + 11);
	same(&bytes, values, MANY, 0, false);
	assert_int_equal(fpt_pack_bits(values, 0), 0);
	free(bytes.at);
}

/* Bytes of a right one that are changed or cut: refused, or read without harm. */
static void test_wrong_bytes(void **state)
{
	struct fpt_buffer bytes = { 0 };
	uint64_t values[MANY], room[FPT_PACKED_ROOM(MANY)];
	struct fpt_packed packed;
	int i, refused = 0;

	(void)state;
	make(values, MANY, 6, 50);
	for (i = 0; i < 20000; i++) {
		struct fpt_cursor cursor;

		pack(&bytes, values, MANY, 5);
		bytes.at[(size_t)rand() % 24] = (uint8_t)rand();
		cursor = (struct fpt_cursor){ bytes.at, bytes.at + bytes.size, false };
		if (i % 4 == 0)
			cursor.end = bytes.at + (size_t)rand() % bytes.size;
		fpt_packed__open(&packed, &cursor, MANY);
		refused += cursor.bad;
		if (!cursor.bad)
			fpt_packed__take(&packed, room, MANY);
	}
	assert_in_range(refused, 5000, 19000);
	free(bytes.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_width),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_wrong_bytes),
	};

	return cmocka_run_group_tests_name("log-pack", tests, NULL, NULL);
}
