/* SPDX-License-Identifier: GPL-2.0-only */
/* uthash, with a hash function for short keys. */
#ifndef FPT_HASH_H
#define FPT_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Keys are ids and addresses: mixing them needs none of uthash's hash functions. */
#define HASH_FUNCTION(key, length, hashed) (hashed) = fpt_known_hash(key, length)

static inline unsigned int fpt_known_hash(const void *key, size_t length)
{
	const uint32_t *word = key;
	uint64_t mixed = 0;

	for (; length; length -= sizeof(*word))
		mixed = (mixed ^ *word++) * 0x9e3779b97f4a7c15ULL;
	return (unsigned int)(mixed >> 32);
}

#include <uthash.h>

#endif
