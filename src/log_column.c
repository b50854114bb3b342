// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads one column.  Everything is checked when it is opened but the numbers of
 * rows, which are checked before they are used; the loops then check nothing.
 */
#include "log_column.h"

static bool is_number(uint16_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

/* The few values of a CHOICE, which are packed like a column. */
static void read_choices(struct fpt_column *column, struct fpt_cursor *cursor,
			 struct fpt_column_lists *lists)
{
	uint64_t room[FPT_PACKED_ROOM(FPT_LOG_CHOICES_MAX)];
	struct fpt_packed packed;

	column->rows = fpt_cursor__limited(cursor, FPT_LOG_CHOICES_MAX);
	fpt_packed__open(&packed, cursor, column->rows);
	if (cursor->bad)
		return;
	column->from = (uint32_t)(lists->choices.size / sizeof(*room));
	fpt_buffer__put(&lists->choices, fpt_packed__take(&packed, room, column->rows),
			column->rows * sizeof(*room));
	if (lists->choices.failed)
		cursor->bad = true;
}

static void read_texts(struct fpt_column *column, struct fpt_cursor *cursor, uint32_t count)
{
	uint64_t room[FPT_PACKED_ROOM(FPT_COLUMN_WINDOW)], *length, all = 0;
	struct fpt_packed lengths;
	uint32_t i, n;

	fpt_packed__open(&column->packed, cursor, count);
	lengths = column->packed;
	while (!cursor->bad && lengths.done < count) {
		n = count - lengths.done;
		if (n > FPT_COLUMN_WINDOW)
			n = FPT_COLUMN_WINDOW;
		length = fpt_packed__take(&lengths, room, n);
		for (i = 0; i < n; i++) {
			all += length[i];
			if (length[i] > column->size)
				cursor->bad = true;
		}
	}
	column->bytes = fpt_cursor__take(cursor, all);
}

static void read_numbers(struct fpt_column *column, struct fpt_cursor *cursor,
			 struct fpt_column_lists *lists, uint16_t end, uint32_t count, bool down)
{
	if (column->codec == FPT_CODEC_NEAR || column->codec == FPT_CODEC_NEXT) {
		const uint16_t size = column->codec == FPT_CODEC_NEAR ? column->size : 4;

		if (column->codec == FPT_CODEC_NEXT && column->size != 8)
			cursor->bad = true;

		column->near = (uint16_t)fpt_cursor__limited(cursor, end);
		if (column->near + size > end)
			cursor->bad = true;
	}
	if (column->codec == FPT_CODEC_CHOICE)
		read_choices(column, cursor, lists);
	if (column->codec == FPT_CODEC_LISTED)
		column->from = fpt_cursor__limited(cursor, FPT_LOG_LISTS_MAX - 1);
	else if (!is_number(column->size))
		cursor->bad = true;
	fpt_packed__open(&column->packed, cursor, count);
	column->packed.down = down;
}

void fpt_column__open(struct fpt_column *column, struct fpt_cursor *cursor,
		      struct fpt_column_lists *lists, uint16_t first, uint16_t end, uint32_t count)
{
	const uint8_t codec = fpt_cursor__byte(cursor);

	memset(column, 0, sizeof(*column));
	column->codec = codec & ~FPT_CODEC_DOWN;
	if (codec == FPT_CODEC_END)
		return;
	column->offset = (uint16_t)fpt_cursor__limited(cursor, end);
	column->size = (uint16_t)fpt_cursor__limited(cursor, end);
	if (column->offset < first || column->offset + column->size > end ||
	    column->codec >= FPT_CODECS || codec == FPT_CODEC_DOWN)
		cursor->bad = true;
	if (column->codec == FPT_CODEC_SAME)
		column->bytes = fpt_cursor__take(cursor, column->size);
	else if (column->codec == FPT_CODEC_TEXT)
		read_texts(column, cursor, count);
	else if (!cursor->bad)
		read_numbers(column, cursor, lists, end, count, codec & FPT_CODEC_DOWN);
}

/* Its loops profit from wider registers; the compiler makes both forms of them. */
#if defined(__x86_64__) && !defined(__clang__)
#define CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))

#define STORE_AS(type, value) \
	_Pragma("GCC unroll 4") for (i = 0; i < count; i++) \
	{ \
		type stored = (type)(value); \
\
		memcpy(events + at[i], &stored, sizeof(stored)); \
	}
/* Stores @value, an expression of i, in each event. */
#define STORE(value) \
	do { \
		if (column->size == 8) \
			STORE_AS(uint64_t, value) \
		else if (column->size == 4) \
			STORE_AS(uint32_t, value) \
		else if (column->size == 2) \
			STORE_AS(uint16_t, value) \
		else \
			STORE_AS(uint8_t, value) \
	} while (0)

#define NEAR_CASE(type) \
	case sizeof(type): \
		for (i = 0; i < count; i++) { \
			type other; \
\
			memcpy(&other, near + at[i], sizeof(other)); \
			other += (type)values[i]; \
			memcpy(events + at[i], &other, sizeof(other)); \
		} \
		break;

INLINE void fill_near(const struct fpt_column *column, const uint64_t *values, char *events,
		      const uint32_t *at, uint32_t count)
{
	const char *near = events + column->near - column->offset;
	uint32_t i;

	switch (column->size) {
		NEAR_CASE(uint64_t)
		NEAR_CASE(uint32_t)
		NEAR_CASE(uint16_t)
		NEAR_CASE(uint8_t)
	}
}

INLINE void fill_next(const struct fpt_column *column, const uint64_t *values, char *events,
		      const uint32_t *at, uint32_t count, uint64_t *next)
{
	const char *near = events + column->near - column->offset;
	uint64_t value;
	uint32_t i, context;

	for (i = 0; i < count; i++) {
		memcpy(&context, near + at[i], sizeof(context));
		context %= FPT_LOG_CONTEXTS;
		value = next[context] + values[i];
		next[context] = value + 1;
		memcpy(events + at[i], &value, sizeof(value));
	}
}

/* As many of them as are left, in steps of a size that is one register's. */
#define SAME_STEPS(step) \
	for (; size >= (step); size -= (step), bytes += (step), events += (step)) \
		for (i = 0; i < count; i++) \
			memcpy(events + at[i], bytes, step);

CLONES void fpt_column__same(char *events, const uint32_t *at, uint32_t count, const uint8_t *bytes,
			     uint32_t size)
{
	uint32_t i;

	SAME_STEPS(32)
	SAME_STEPS(16)
	SAME_STEPS(8)
	SAME_STEPS(4)
	SAME_STEPS(1)
}

#define COPY_CASE(bytes) \
	case bytes: \
		for (i = 0; i < count; i++) \
			memcpy(events + at[i], rows + values[i] * (bytes), bytes); \
		break;

INLINE void fill_listed(const struct fpt_column *column, const uint64_t *values, char *events,
			const uint32_t *at, uint32_t count, const char *rows)
{
	uint32_t i;

	switch (column->size) {
		COPY_CASE(8)
		COPY_CASE(12)
		COPY_CASE(16)
		COPY_CASE(20)
		COPY_CASE(24)
		COPY_CASE(32)
		COPY_CASE(40)
		COPY_CASE(64)
	default:
		for (i = 0; i < count; i++)
			memcpy(events + at[i], rows + values[i] * column->size, column->size);
	}
}

static void fill_text(struct fpt_column *column, const uint64_t *values, char *events,
		      const uint32_t *at, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		memcpy(events + at[i], column->bytes, values[i]);
		column->bytes += values[i];
	}
}

INLINE bool are_below(const uint64_t *values, uint32_t count, uint64_t limit)
{
	uint64_t wrong = 0;
	uint32_t i;

	for (i = 0; i < count; i++)
		wrong |= values[i] >= limit;
	return !wrong;
}

INLINE void fill_numbers(struct fpt_column *column, struct fpt_column_lists *lists,
			 const uint64_t *values, char *events, const uint32_t *at, uint32_t count)
{
	const uint64_t *choices = (const uint64_t *)lists->choices.at;
	const uint32_t from = column->from;
	uint64_t last = column->last;
	uint32_t i;

	switch (column->codec) {
	case FPT_CODEC_DELTA:
		STORE(last += values[i]);
		column->last = last;
		break;
	case FPT_CODEC_NEAR:
		fill_near(column, values, events, at, count);
		break;
	case FPT_CODEC_NEXT:
		fill_next(column, values, events, at, count, lists->next);
		break;
	case FPT_CODEC_CHOICE:
		STORE(choices[from + values[i]]);
		break;
	default:
		STORE(values[i]);
	}
}

CLONES bool fpt_column__fill(struct fpt_column *column, struct fpt_column_lists *lists,
			     char *events, const uint32_t *at, uint32_t count)
{
	uint64_t room[FPT_PACKED_ROOM(FPT_COLUMN_WINDOW)], *values;

	events += column->offset;
	values = fpt_packed__take(&column->packed, room, count);
	if (column->codec == FPT_CODEC_LISTED) {
		if (column->size != lists->list[column->from].size ||
		    !are_below(values, count, lists->list[column->from].count))
			return false;
		fill_listed(column, values, events, at, count,
			    (char *)lists->rows.at + lists->list[column->from].first);
	} else if (column->codec == FPT_CODEC_TEXT) {
		fill_text(column, values, events, at, count);
	} else {
		if (column->codec == FPT_CODEC_CHOICE && !are_below(values, count, column->rows))
			return false;
		fill_numbers(column, lists, values, events, at, count);
	}
	return true;
}
