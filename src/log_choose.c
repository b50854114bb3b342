// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tries the codecs for numbers on a sample.  A base that is off, or a sample
 * that is not typical, costs room and nothing else: what does not fit the
 * packed width is an exception.
 */
#include "log_choose.h"

#define SAMPLE 64
#define GOOD_BITS 4 /* for a number, that nothing else is tried for */

/* A way to write a column, and what the sample says it takes. */
struct way {
	unsigned int codec; /* with FPT_CODEC_DOWN or without */
	uint64_t base;
	uint64_t range; /* from one end of the sample to the other */
	uint64_t bits; /* for all numbers */
};

void fpt_column_begin(struct fpt_buffer *out, unsigned int codec, uint16_t offset, uint16_t size)
{
	fpt_buffer__byte(out, (uint8_t)codec);
	fpt_buffer__number(out, offset);
	fpt_buffer__number(out, size);
}

/* Distances from a base, in the direction of the codec. */
static void get_distances(const struct way *way, const uint64_t *left, uint64_t *distances,
			  uint32_t count)
{
	const uint64_t base = way->base;
	uint32_t i;

	for (i = 0; i < count; i++)
		distances[i] = way->codec & FPT_CODEC_DOWN ? base - left[i] : left[i] - base;
}

/* What the codec leaves of value @i: to be packed relative to a base. */
static uint64_t left_of(unsigned int codec, const uint64_t *values, const uint64_t *near,
			uint32_t i)
{
	switch (codec & ~FPT_CODEC_DOWN) {
	case FPT_CODEC_DELTA:
		return values[i] - (i ? values[i - 1] : 0);
	case FPT_CODEC_NEAR:
		return values[i] - near[i];
	default:
		return values[i];
	}
}

/* The lowest and the highest of a sample, and those next to them. */
struct ends {
	int64_t low[2], high[2];
};

static void find_ends(struct ends *ends, const uint64_t *sample, uint32_t sampled)
{
	uint32_t i;

	*ends = (struct ends){ { INT64_MAX, INT64_MAX }, { INT64_MIN, INT64_MIN } };
	for (i = 0; i < sampled; i++) {
		const int64_t value = (int64_t)sample[i];

		if (value < ends->low[1])
			ends->low[1] = value;
		if (value < ends->low[0]) {
			ends->low[1] = ends->low[0];
			ends->low[0] = value;
		}
		if (value > ends->high[1])
			ends->high[1] = value;
		if (value > ends->high[0]) {
			ends->high[1] = ends->high[0];
			ends->high[0] = value;
		}
	}
}

/* Up from the low end of a sample, and down from its high end, but for an outlier. */
static void try_codec(struct way *best, unsigned int codec, const uint64_t *values,
		      const uint64_t *near, uint32_t count)
{
	const uint32_t sampled = count < SAMPLE ? count : SAMPLE, inside = count > SAMPLE;
	uint64_t sample[SAMPLE], distances[SAMPLE];
	struct way way = { .codec = codec };
	struct ends ends;
	uint32_t i;

	for (i = 0; i < sampled; i++)
		sample[i] = left_of(codec, values, near, (uint32_t)((uint64_t)i * count / sampled));
	find_ends(&ends, sample, sampled);
	way.range = (uint64_t)ends.high[inside] - (uint64_t)ends.low[inside];
	for (i = 0; i < 2; i++) {
		way.base = (uint64_t)(i ? ends.high : ends.low)[inside];
		get_distances(&way, sample, distances, sampled);
		way.bits = fpt_pack_bits(distances, sampled) * count / sampled;
		if (way.bits < best->bits)
			*best = way;
		way.codec |= FPT_CODEC_DOWN;
	}
}

/*
 * Packs what a codec left of the values, from the very lowest or highest unless
 * that is an outlier.  @left is used up.
 */
static void pack_left(struct fpt_buffer *out, struct way way, uint64_t *left, uint32_t count)
{
	const bool down = way.codec & FPT_CODEC_DOWN;
	uint64_t base = left[0], beyond;
	uint32_t i;

	for (i = 1; i < count; i++)
		if (down ? (int64_t)left[i] > (int64_t)base : (int64_t)left[i] < (int64_t)base)
			base = left[i];
	beyond = down ? base - way.base : way.base - base;
	if (beyond <= way.range)
		way.base = base;
	get_distances(&way, left, left, count);
	fpt_pack(out, way.base, left, count);
}

static unsigned int bits_for(uint32_t values)
{
	return values > 1 ? 32 - (unsigned int)__builtin_clz(values - 1) : 0;
}

#define MIX UINT64_C(0x9e3779b97f4a7c15)

/*
 * Lists the different values and puts the number of its value in place of each;
 * returns how many there are, 0 when they are too many: then nothing has changed.
 */
static uint32_t list_choices(uint64_t *choices, uint64_t *values, uint32_t count, uint32_t max)
{
	const unsigned int slot_bits = bits_for(max) + 1;
	const uint32_t slots = 1U << slot_bits;
	uint16_t slot[2 * FPT_LOG_CHOICES_MAX];
	uint32_t i, at, listed = 0;

	memset(slot, 0, slots * sizeof(slot[0]));
	for (i = 0; i < count; i++) {
		at = (uint32_t)(values[i] * MIX >> (64 - slot_bits));
		while (slot[at] && choices[slot[at] - 1] != values[i])
			at = (at + 1) & (slots - 1);
		if (!slot[at] && listed == max)
			break;
		if (!slot[at]) {
			choices[listed] = values[i];
			slot[at] = (uint16_t)++listed;
		}
		values[i] = slot[at] - 1;
	}
	if (i == count)
		return listed;
	while (i--)
		values[i] = choices[values[i]];
	return 0;
}

/* Whether a sample of the values is of few ones. */
static bool seem_few(const uint64_t *values, uint32_t count)
{
	const uint32_t sampled = count < SAMPLE ? count : SAMPLE;
	uint64_t sample[SAMPLE] = { 0 }, choices[SAMPLE];
	uint32_t i;

	for (i = 0; i < sampled; i++)
		sample[i] = values[(uint64_t)i * count / sampled];
	return list_choices(choices, sample, sampled, sampled / 2 + 1) > 0;
}

void fpt_column_pack(struct fpt_buffer *out, uint64_t *values, uint32_t count)
{
	struct way way = { .base = values[0] };
	uint32_t i;

	for (i = 1; i < count; i++)
		if (values[i] < way.base)
			way.base = values[i];
	get_distances(&way, values, values, count);
	fpt_pack(out, way.base, values, count);
}

/* Writes the column as a choice of few values; false if they are not that few. */
static bool put_choices(struct fpt_buffer *out, const struct fpt_plan_item *item, uint64_t *values,
			uint32_t count, uint64_t bits)
{
	uint64_t choices[FPT_LOG_CHOICES_MAX];
	uint32_t listed,
		max = (uint32_t)(bits / 64 < FPT_LOG_CHOICES_MAX ? bits / 64 : FPT_LOG_CHOICES_MAX);

	while (max && (uint64_t)bits_for(max) * count + 64 * max > bits)
		max /= 2;
	if (!max || !seem_few(values, count))
		return false;
	listed = list_choices(choices, values, count, max);
	if (!listed)
		return false;
	fpt_column_begin(out, FPT_CODEC_CHOICE, item->offset, item->size);
	fpt_buffer__number(out, listed);
	fpt_column_pack(out, choices, listed);
	fpt_column_pack(out, values, count);
	return true;
}

void fpt_column_choose(struct fpt_buffer *out, const struct fpt_plan_item *item, uint64_t *values,
		       uint64_t *near, uint32_t count)
{
	struct way best = { .bits = UINT64_MAX };
	uint32_t i;

	try_codec(&best, FPT_CODEC_NUMBER, values, NULL, count);
	if (item->near && best.bits > (uint64_t)count * GOOD_BITS)
		try_codec(&best, FPT_CODEC_NEAR, values, near, count);
	if (best.bits > (uint64_t)count * GOOD_BITS)
		try_codec(&best, FPT_CODEC_DELTA, values, NULL, count);
	if (put_choices(out, item, values, count, best.bits))
		return;
	fpt_column_begin(out, best.codec, item->offset, item->size);
	if ((best.codec & ~FPT_CODEC_DOWN) == FPT_CODEC_NEAR)
		fpt_buffer__number(out, item->near);
	/* From the last on, as the one before is still needed. */
	for (i = count; i-- > 0;)
		values[i] = left_of(best.codec, values, near, i);
	pack_left(out, best, values, count);
}

void fpt_column_next(struct fpt_buffer *out, const struct fpt_plan_item *item, uint64_t *values,
		     const uint64_t *context, uint32_t count)
{
	uint64_t next[FPT_LOG_CONTEXTS] = { 0 };
	uint32_t i;

	for (i = 0; i < count; i++) {
		uint64_t *expected = &next[context[i] % FPT_LOG_CONTEXTS];
		const uint64_t value = values[i];

		values[i] -= *expected;
		*expected = value + 1;
	}
	fpt_column_begin(out, FPT_CODEC_NEXT, item->offset, item->size);
	fpt_buffer__number(out, item->near);
	fpt_column_pack(out, values, count);
}
