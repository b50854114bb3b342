// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the description of a block's content, and the lists in it; the columns
 * of events are left where they are.  Believes nothing.
 */
#include "log_layout.h"

#include <stddef.h>

#include "log.h"

#define RANGE_GAP 16 /* bytes that are rather filled in twice than left out */

static void read_cpus(struct fpt_log_decoder *decoder, struct fpt_cursor *cursor)
{
	uint32_t i, n = fpt_cursor__limited(cursor, FPT_MAX_CPUS);

	for (i = 0; i < n && !cursor->bad; i++) {
		struct fpt_log_cpu cpu = { 0 };

		cpu.cpu = fpt_cursor__limited(cursor, UINT32_MAX);
		cpu.count = fpt_cursor__limited(cursor, UINT32_MAX);
		cpu.first = fpt_cursor__number(cursor);
		cpu.last = cpu.first + fpt_cursor__number(cursor);
		cpu.lost = fpt_cursor__number(cursor);
		fpt_buffer__put(&decoder->cpus, &cpu, sizeof(cpu));
	}
}

static void read_parts(struct fpt_log_decoder *decoder, struct fpt_cursor *cursor)
{
	uint64_t produced = 0, until_ns = 0, count, all = 0;
	uint32_t i, n = fpt_cursor__limited(cursor, FPT_LOG_BLOCK_MAX);

	for (i = 0; i < n && !cursor->bad; i++) {
		struct fpt_log_part part = { 0 };

		count = fpt_cursor__number(cursor);
		part.count = (uint32_t)(count >> 2);
		part.rest = count & 2;
		part.more = count & 1;
		all += count >> 2;
		part.lost = fpt_cursor__number(cursor);
		part.missed = fpt_cursor__number(cursor);
		part.produced = produced += fpt_cursor__signed(cursor);
		part.until_ns = until_ns += fpt_cursor__signed(cursor);
		if (all > decoder->count)
			cursor->bad = true;
		fpt_buffer__put(&decoder->parts, &part, sizeof(part));
	}
	if (all != decoder->count)
		cursor->bad = true;
}

/* A group of events or rows; its form begins with zeros. */
static struct fpt_log_group *add_group(struct fpt_log_decoder *decoder,
				       const struct fpt_log_group *from)
{
	struct fpt_log_group *group =
		(struct fpt_log_group *)fpt_buffer__add(&decoder->groups, sizeof(*group));
	uint8_t *form = fpt_buffer__add(&decoder->forms, from->full);

	if (!group || !form)
		return NULL;
	memset(form, 0, from->full);
	*group = *from;
	group->form = (uint32_t)(form - decoder->forms.at);
	return group;
}

static void read_kinds(struct fpt_log_decoder *decoder, struct fpt_cursor *cursor)
{
	uint64_t bytes = 0, events = 0;
	uint32_t i;

	decoder->kinds = fpt_cursor__limited(cursor, decoder->count);
	for (i = 0; i < decoder->kinds && !cursor->bad; i++) {
		struct fpt_log_group group = { 0 };
		struct fpt_header h = { 0 };

		group.kind = (uint16_t)fpt_cursor__limited(cursor, UINT16_MAX);
		group.size = (uint16_t)fpt_cursor__limited(cursor, FPT_EVENT_SIZE_MAX);
		group.count = fpt_cursor__limited(cursor, decoder->count);
		group.info = fpt_kind(group.kind);
		group.full = group.size;
		if (group.info && group.info->size > group.size)
			group.full = group.info->size;
		bytes += (uint64_t)group.full * group.count;
		events += group.count;
		if (group.size < sizeof(h) || group.size % 8 || !group.count ||
		    bytes > FPT_LOG_BLOCK_MAX || !add_group(decoder, &group))
			cursor->bad = true;
		h.kind = group.kind;
		h.size = group.full;
		if (!cursor->bad)
			memcpy(decoder->forms.at + decoder->forms.size - group.full, &h, sizeof(h));
	}
	if (events != decoder->count)
		cursor->bad = true;
	fpt_packed__open(&decoder->kind_of, cursor, decoder->count);
}

/* What is the same in all events becomes part of the form, be it of one kind or all. */
static void add_same(struct fpt_log_decoder *decoder, const struct fpt_log_group *group,
		     const struct fpt_column *column)
{
	uint32_t i;

	for (i = 0; group == &decoder->header && i < decoder->kinds; i++)
		memcpy(decoder->forms.at +
			       FPT_ITEM(decoder->groups, struct fpt_log_group, i)->form +
			       column->offset,
		       column->bytes, column->size);
	if (group != &decoder->header)
		memcpy(decoder->forms.at + group->form + column->offset, column->bytes,
		       column->size);
}

static void read_columns(struct fpt_log_decoder *decoder, struct fpt_cursor *cursor,
			 struct fpt_log_group *group, uint16_t first)
{
	struct fpt_column column;
	uint32_t covered = 0;

	group->column = FPT_ITEMS(decoder->columns, struct fpt_column);
	while (!cursor->bad) {
		fpt_column__open(&column, cursor, &decoder->lists, first, group->size,
				 group->count);
		covered += column.size;
		if (column.codec == FPT_CODEC_END || covered > group->size)
			break;
		if (column.codec == FPT_CODEC_SAME && !cursor->bad) {
			add_same(decoder, group, &column);
		} else {
			fpt_buffer__put(&decoder->columns, &column, sizeof(column));
			group->columns++;
		}
	}
	if (decoder->columns.failed || covered > group->size)
		cursor->bad = true;
}

static void cover(const struct fpt_log_decoder *decoder, const struct fpt_log_group *group,
		  uint8_t *covered)
{
	const struct fpt_column *column;
	uint32_t i;

	for (i = 0; i < group->columns; i++) {
		column = FPT_ITEM(decoder->columns, struct fpt_column, group->column + i);
		/* A text ends before the bytes that it may have. */
		if (column->codec != FPT_CODEC_TEXT)
			memset(covered + column->offset, 1, column->size);
	}
}

/*
 * The bytes of a group's form that no column fills in.  A few that one does are
 * among them, where that makes one range of two; columns come later.
 */
static void find_ranges(struct fpt_log_decoder *decoder, struct fpt_log_group *group)
{
	uint8_t covered[FPT_EVENT_SIZE_MAX] = { 0 };
	struct fpt_log_range range = { 0 }, *last = NULL;
	uint32_t at, end;

	cover(decoder, &decoder->header, covered);
	cover(decoder, group, covered);
	group->range = FPT_ITEMS(decoder->ranges, struct fpt_log_range);
	for (at = 0; at < group->full; at = end) {
		for (end = at; end < group->full && covered[end] == covered[at];)
			end++;
		if (covered[at])
			continue;
		if (last && at - last->offset - last->size <= RANGE_GAP) {
			last->size = (uint16_t)(end - last->offset);
			continue;
		}
		range.offset = (uint16_t)at;
		range.size = (uint16_t)(end - at);
		last = (struct fpt_log_range *)fpt_buffer__add(&decoder->ranges, sizeof(*last));
		if (!last)
			return;
		*last = range;
		group->ranges++;
	}
}

/* The rows of a list are made at once, for events refer to any of them. */
static void make_rows(struct fpt_log_decoder *decoder, struct fpt_cursor *cursor,
		      const struct fpt_log_group *group, char *rows)
{
	uint32_t at[FPT_COLUMN_WINDOW], i, n, done;

	for (done = 0; done < group->count && !cursor->bad; done += n) {
		n = group->count - done < FPT_COLUMN_WINDOW ? group->count - done
							    : FPT_COLUMN_WINDOW;
		for (i = 0; i < n; i++) {
			at[i] = (done + i) * group->full;
			memcpy(rows + at[i], decoder->forms.at + group->form, group->full);
		}
		for (i = 0; i < group->columns; i++)
			if (!fpt_column__fill(FPT_ITEM(decoder->columns, struct fpt_column,
						       group->column + i),
					      &decoder->lists, rows, at, n))
				cursor->bad = true;
	}
}

static void read_lists(struct fpt_log_decoder *decoder, struct fpt_cursor *cursor)
{
	struct fpt_column_lists *lists = &decoder->lists;
	uint32_t i, n = fpt_cursor__limited(cursor, FPT_LOG_LISTS_MAX);
	for (i = 0; i < n && !cursor->bad; i++) {
		struct fpt_log_group *group, from = { 0 };
		const uint32_t first = (uint32_t)lists->rows.size;
		uint64_t bytes;
		char *rows;

		from.size = from.full = (uint16_t)fpt_cursor__limited(cursor, FPT_EVENT_SIZE_MAX);
		from.count = fpt_cursor__limited(cursor, FPT_LOG_BLOCK_MAX);
		bytes = (uint64_t)from.size * from.count;
		group = first + bytes <= FPT_LOG_BLOCK_MAX ? add_group(decoder, &from) : NULL;
		rows = group ? (char *)fpt_buffer__add(&lists->rows, bytes) : NULL;
		if (!rows) {
			cursor->bad = true;
			return;
		}
		lists->list[i].first = first;
		lists->list[i].size = from.size;
		lists->list[i].count = from.count;
		read_columns(decoder, cursor, group, 0);
		make_rows(decoder, cursor, group, rows);
		lists->lists = i + 1;
	}
}

static void reset(struct fpt_log_decoder *decoder, uint32_t count)
{
	uint32_t i;

	decoder->cpus.size = decoder->parts.size = decoder->groups.size = 0;
	decoder->columns.size = decoder->forms.size = decoder->ranges.size = 0;
	decoder->lists.choices.size = decoder->lists.rows.size = 0;
	for (i = 0; i < FPT_LOG_LISTS_MAX; i++)
		decoder->lists.list[i].count = 0;
	memset(decoder->lists.next, 0, sizeof(decoder->lists.next));
	decoder->header =
		(struct fpt_log_group){ .size = sizeof(struct fpt_header), .count = count };
	decoder->count = count;
	decoder->kinds = decoder->part = decoder->part_taken = 0;
	decoder->window = decoder->window_taken = 0;
}

const char *fpt_log_decoder__open(struct fpt_log_decoder *decoder, const void *content, size_t size,
				  uint32_t count)
{
	struct fpt_cursor cursor = { content, (const uint8_t *)content + size, false };
	uint32_t i;

	reset(decoder, count);
	if (count > FPT_LOG_BLOCK_MAX / sizeof(struct fpt_header))
		return "it claims to have more events than fit";
	read_cpus(decoder, &cursor);
	read_parts(decoder, &cursor);
	if (cursor.bad)
		return "its batches are not described as they should be";
	if (!count)
		return cursor.at == cursor.end ? NULL : "something follows its batches";
	read_kinds(decoder, &cursor);
	if (!cursor.bad)
		read_columns(decoder, &cursor, &decoder->header, offsetof(struct fpt_header, cpu));
	for (i = 0; i < decoder->kinds && !cursor.bad; i++)
		read_columns(decoder, &cursor, FPT_ITEM(decoder->groups, struct fpt_log_group, i),
			     sizeof(struct fpt_header));
	if (!cursor.bad)
		read_lists(decoder, &cursor);
	for (i = 0; i < decoder->kinds && !cursor.bad; i++)
		find_ranges(decoder, FPT_ITEM(decoder->groups, struct fpt_log_group, i));
	if (cursor.bad || decoder->ranges.failed)
		return "its columns are not described as they should be";
	return cursor.at == cursor.end ? NULL : "something follows its columns";
}
