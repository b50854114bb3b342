// SPDX-License-Identifier: GPL-2.0-only
/* CRC32C: the vectors of RFC 3720, and the table against the processor. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "crc32c.h"

static void both(const void *bytes, size_t size, uint32_t expected)
{
	assert_int_equal(fpt_crc32c(0, bytes, size), expected);
	assert_int_equal(fpt_crc32c_table(0, bytes, size), expected);
}

static void test_vectors(void **state)
{
	unsigned char bytes[32];
	int i;

	(void)state;
	both("", 0, 0);
	both("123456789", 9, 0xe3069283);
	memset(bytes, 0, sizeof(bytes));
	both(bytes, sizeof(bytes), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	both(bytes, sizeof(bytes), 0x62a8ab43);
	for (i = 0; i < 32; i++)
		bytes[i] = (unsigned char)i;
	both(bytes, sizeof(bytes), 0x46dd794e);
}

/* Of any size, at any place, in one go or in two. */
static void test_both_ways(void **state)
{
	unsigned char bytes[300];
	size_t i, from, size, cut;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(rand() >> 8);
	for (i = 0; i < 2000; i++) {
		uint32_t crc;

		from = (size_t)rand() % 40;
		size = (size_t)rand() % (sizeof(bytes) - from + 1);
		cut = size ? (size_t)rand() % size : 0;
		crc = fpt_crc32c(7, bytes + from, size);
		assert_int_equal(crc, fpt_crc32c_table(7, bytes + from, size));
		assert_int_equal(crc, fpt_crc32c(fpt_crc32c(7, bytes + from, cut),
						 bytes + from + cut, size - cut));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_both_ways),
	};

	return cmocka_run_group_tests_name("crc32c", tests, NULL, NULL);
}
