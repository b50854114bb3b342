// SPDX-License-Identifier: GPL-2.0-only
/* CRC32C.  The table is made when it is first needed: few machines ever do. */
#include "crc32c.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#define POLYNOMIAL 0x82f63b78 /* with its bits reversed */

static uint32_t table[256];

static void make_table(void)
{
	uint32_t byte, crc;
	int bit;

	for (byte = 0; byte < 256; byte++) {
		crc = byte;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		table[byte] = crc;
	}
}

uint32_t fpt_crc32c_table(uint32_t crc, const void *bytes, size_t size)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const uint8_t *at = bytes;

	pthread_once(&once, make_table);
	crc = ~crc;
	while (size--)
		crc = crc >> 8 ^ table[(crc ^ *at++) & 0xff];
	return ~crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t by_processor(uint32_t crc, const void *bytes,
							       size_t size)
{
	const uint8_t *at = bytes;
	uint64_t word, wide = ~crc;

	for (; size >= sizeof(word); size -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		wide = __builtin_ia32_crc32di(wide, word);
	}
	crc = (uint32_t)wide;
	while (size--)
		crc = __builtin_ia32_crc32qi(crc, *at++);
	return ~crc;
}

static bool processor_can(void)
{
	return __builtin_cpu_supports("sse4.2");
}
#else
#define by_processor fpt_crc32c_table
static bool processor_can(void)
{
	return false;
}
#endif

uint32_t fpt_crc32c(uint32_t crc, const void *bytes, size_t size)
{
	return processor_can() ? by_processor(crc, bytes, size)
			       : fpt_crc32c_table(crc, bytes, size);
}
