// SPDX-License-Identifier: GPL-2.0-only
/*
 * Turns the columns of a block into events, a window of them at a time: for
 * each kind first what is the same in all of its events, then column by column.
 */
#include "log_layout.h"

/* Gives each event of the window its place, and sorts the places by group. */
static const char *place_events(struct fpt_log_decoder *decoder, uint32_t count)
{
	struct fpt_log_group *group = (struct fpt_log_group *)decoder->groups.at;
	uint64_t room[FPT_PACKED_ROOM(FPT_COLUMN_WINDOW)], *kind;
	uint32_t i, first = 0, at = 0;

	for (i = 0; i < decoder->kinds; i++)
		group[i].here = 0;
	kind = fpt_packed__take(&decoder->kind_of, room, count);
	for (i = 0; i < count; i++) {
		if (kind[i] >= decoder->kinds)
			return "an event is of no kind that it names";
		group[kind[i]].here++;
		decoder->at[i] = at;
		at += group[kind[i]].full;
	}
	decoder->at[count] = at;
	for (i = 0; i < decoder->kinds; i++) {
		group[i].first = first;
		first += group[i].here;
		if (group[i].here > group[i].count - group[i].taken)
			return "it has more events of a kind than it says";
		group[i].taken += group[i].here;
	}
	for (i = 0; i < count; i++)
		decoder->sorted[group[kind[i]].first++] = decoder->at[i];
	return NULL;
}

static bool texts_end(const struct fpt_log_group *group, const char *events, const uint32_t *at)
{
	const struct fpt_field *field = group->info->fields;
	char last = 0;
	size_t i;
	uint32_t j;

	for (i = 0; i < group->info->nfields; i++, field++)
		for (j = 0; field->format == FPT_FORMAT_TEXT && j < group->here; j++)
			last |= events[at[j] + field->offset + field->size - 1];
	return !last;
}

static bool fill_columns(struct fpt_log_decoder *decoder, const struct fpt_log_group *group,
			 const uint32_t *at, uint32_t count)
{
	struct fpt_column *column;
	uint32_t i;

	for (i = 0; i < group->columns; i++) {
		column = FPT_ITEM(decoder->columns, struct fpt_column, group->column + i);
		if (!fpt_column__fill(column, &decoder->lists, decoder->events, at, count))
			return false;
	}
	return true;
}

static void fill_ranges(struct fpt_log_decoder *decoder, const struct fpt_log_group *group,
			const uint32_t *at)
{
	const struct fpt_log_range *range;
	uint32_t i;

	for (i = 0; i < group->ranges; i++) {
		range = FPT_ITEM(decoder->ranges, struct fpt_log_range, group->range + i);
		fpt_column__same(decoder->events + range->offset, at, group->here,
				 decoder->forms.at + group->form + range->offset, range->size);
	}
}

static const char *fill_window(struct fpt_log_decoder *decoder, uint32_t count)
{
	struct fpt_log_group *group = (struct fpt_log_group *)decoder->groups.at;
	const char *wrong = place_events(decoder, count);
	uint32_t i;

	if (wrong)
		return wrong;
	if (decoder->at[count] > decoder->events_room) {
		free(decoder->events);
		decoder->events_room = decoder->at[count];
		decoder->events = malloc(decoder->events_room);
		if (!decoder->events) {
			decoder->events_room = 0;
			return "no memory for its events";
		}
	}
	for (i = 0; i < decoder->kinds; i++)
		fill_ranges(decoder, &group[i], decoder->sorted + group[i].first - group[i].here);
	if (!fill_columns(decoder, &decoder->header, decoder->at, count))
		return "an event refers to something that is not there";
	for (i = 0; i < decoder->kinds; i++, group++) {
		const uint32_t *at = decoder->sorted + group->first - group->here;

		if (!fill_columns(decoder, group, at, group->here))
			return "an event refers to something that is not there";
		if (group->info && !texts_end(group, decoder->events, at))
			return "an event has a text without an end";
	}
	decoder->window = count;
	decoder->window_taken = 0;
	return NULL;
}

/* Hands over what of the window belongs to the part, whose events are not all taken. */
static const char *take_events(struct fpt_log_decoder *decoder, const struct fpt_log_part *part,
			       struct fpt_batch *batch)
{
	uint32_t left = part->count - decoder->part_taken, from, n;
	const char *wrong;

	if (decoder->window_taken == decoder->window) {
		n = decoder->count < FPT_COLUMN_WINDOW ? decoder->count : FPT_COLUMN_WINDOW;
		decoder->count -= n;
		wrong = fill_window(decoder, n);
		if (wrong)
			return wrong;
	}
	from = decoder->window_taken;
	n = decoder->window - from < left ? decoder->window - from : left;
	batch->events = decoder->events + decoder->at[from];
	batch->bytes = decoder->at[from + n] - decoder->at[from];
	batch->count = n;
	decoder->window_taken += n;
	decoder->part_taken += n;
	return NULL;
}

bool fpt_log_decoder__next(struct fpt_log_decoder *decoder, struct fpt_batch *batch,
			   const char **wrong)
{
	const struct fpt_log_part *part;

	*wrong = NULL;
	memset(batch, 0, sizeof(*batch));
	if (decoder->part == FPT_ITEMS(decoder->parts, struct fpt_log_part))
		return false;
	part = FPT_ITEM(decoder->parts, struct fpt_log_part, decoder->part);
	batch->produced = part->produced;
	batch->rest = part->rest || decoder->part_taken;
	if (!decoder->part_taken) {
		batch->lost = part->lost;
		batch->missed = part->missed;
	}
	if (part->count)
		*wrong = take_events(decoder, part, batch);
	if (*wrong)
		return false;
	batch->more = part->more;
	if (decoder->part_taken < part->count) {
		batch->more = true;
	} else {
		decoder->part++;
		decoder->part_taken = 0;
	}
	if (batch->more && !batch->rest)
		batch->until_ns = part->until_ns;
	return true;
}

const struct fpt_log_cpu *fpt_log_decoder__cpus(const struct fpt_log_decoder *decoder,
						uint32_t *count)
{
	*count = FPT_ITEMS(decoder->cpus, struct fpt_log_cpu);
	return (const struct fpt_log_cpu *)decoder->cpus.at;
}

struct fpt_log_decoder *fpt_log_decoder__new(void)
{
	return calloc(1, sizeof(struct fpt_log_decoder));
}

void fpt_log_decoder__free(struct fpt_log_decoder *decoder)
{
	if (!decoder)
		return;
	free(decoder->cpus.at);
	free(decoder->parts.at);
	free(decoder->groups.at);
	free(decoder->columns.at);
	free(decoder->forms.at);
	free(decoder->ranges.at);
	free(decoder->lists.choices.at);
	free(decoder->lists.rows.at);
	free(decoder->events);
	free(decoder);
}
