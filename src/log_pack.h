/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many numbers in few bits: each as its distance from a base, in as many bits
 * as most of them need, and a list of those that need more.
 *
 *	number	the base, with a sign
 *	byte	width: bits of each distance, 0 to 56 or 64
 *	number	how many exceptions; for each its distance from the place after
 *		the one before (from 0 for the first), and its value
 *	bits	the distances, the lowest bit first, without gaps
 */
#ifndef FPT_LOG_PACK_H
#define FPT_LOG_PACK_H

#include "log_bytes.h"

/* More bits may not be within eight bytes, wherever in a byte they begin. */
#define FPT_PACK_WIDEST 56

/* @values are distances already; @base is only written down. */
void fpt_pack(struct fpt_buffer *out, uint64_t base, const uint64_t *values, uint32_t count);

/* How many bits that takes, about. */
uint64_t fpt_pack_bits(const uint64_t *values, uint32_t count);

/* The same, with what reading them has come to. */
struct fpt_packed {
	const uint8_t *bits;
	uint32_t count, done;
	uint32_t width;
	bool down; /* distances are subtracted from the base */
	uint64_t base;
	uint32_t exceptions; /* still to come */
	uint32_t exception_at; /* place of the next one */
	const uint8_t *rest; /* its value, and the exceptions after it */
};

/* Bytes behind the packed numbers that must be readable, whatever they are. */
#define FPT_PACK_SLACK 64

/* Finds @count numbers at the cursor; the cursor goes bad if they are not there. */
void fpt_packed__open(struct fpt_packed *packed, struct fpt_cursor *cursor, uint32_t count);

/* Set by tests: unpack as a processor does that cannot do eight at once. */
extern bool fpt_packed_plain;

/* Room for @count numbers: they are unpacked by eights. */
#define FPT_PACKED_ROOM(count) ((count) + 16)

/**
 * fpt_packed__take - the next @count numbers, of which there are as many.
 * @room: for FPT_PACKED_ROOM(count) numbers.
 *
 * Returns where in @room they are.
 */
uint64_t *fpt_packed__take(struct fpt_packed *packed, uint64_t *room, uint32_t count);

#endif
