// SPDX-License-Identifier: GPL-2.0-only
/*
 * Turns events into the columns of a block.  Which codec a column gets is
 * tried on a sample; any choice is right, the best is the shortest.
 */
#include "log_code.h"

#include <errno.h>

#include "event.h"
#include "log_choose.h"
#include "log_plan.h"
#include "log_rows.h"

#define RECENT 64

/* Events of one kind and size, or the rows of a list. */
struct group {
	struct fpt_plan *plan;
	const char **row;
	uint32_t count, room;
	uint32_t number; /* of the kind, in the block */
};

struct list {
	struct group group; /* of its rows, when they are written */
	struct fpt_rows rows;
	uint8_t list; /* enum fpt_plan_list */
	uint16_t kind, offset; /* whose FPT_PLAN_FEW it is */
};

struct fpt_log_encoder {
	struct group all; /* without a plan */
	struct group *kind;
	uint32_t kinds;
	uint16_t recent[RECENT]; /* where a kind was found last */
	struct list list[FPT_LOG_LISTS_MAX];
	unsigned int lists;
	uint64_t *value, *near; /* of a column */
	uint32_t values_room;
};

static int group_add(struct group *group, const char *row)
{
	uint32_t room = group->room ? group->room * 2 : 64;
	const char **grown;

	if (group->count == group->room) {
		grown = realloc(group->row, room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		group->row = grown;
		group->room = room;
	}
	group->row[group->count++] = row;
	return 0;
}

/* ---- lists ---- */

static struct list *list_for(struct fpt_log_encoder *encoder, uint16_t kind,
			     const struct fpt_plan_item *item)
{
	const bool few = item->list == FPT_PLAN_FEW;
	const uint16_t offset = few ? item->offset : 0;
	struct list *list;
	unsigned int i;

	if (!few)
		kind = 0;
	for (i = 0; i < encoder->lists; i++) {
		list = &encoder->list[i];
		if (list->list == item->list && list->group.plan->size == item->size &&
		    list->kind == kind && list->offset == offset)
			return list;
	}
	if (encoder->lists == FPT_LOG_LISTS_MAX)
		return NULL;
	list = &encoder->list[encoder->lists];
	list->list = item->list;
	list->kind = kind;
	list->offset = offset;
	list->group.plan = fpt_plan__of_list(kind, item);
	if (!list->group.plan)
		return NULL;
	list->rows.size = item->size;
	encoder->lists++;
	return list;
}

/* ---- columns ---- */

static void get_values(const struct group *group, uint16_t offset, uint16_t size, bool is_signed,
		       uint64_t *values)
{
	const unsigned int shift = is_signed ? 64 - 8 * size : 0;
	uint64_t value = 0;
	uint32_t word, i;

	for (i = 0; i < group->count; i++) {
		const char *at = group->row[i] + offset;

		if (size == sizeof(value)) {
			memcpy(&value, at, sizeof(value));
		} else if (size == sizeof(word)) {
			memcpy(&word, at, sizeof(word));
			value = word;
		} else {
			memcpy(&value, at, size);
		}
		values[i] = (uint64_t)((int64_t)(value << shift) >> shift);
	}
}

static bool all_same(const uint64_t *values, uint32_t count)
{
	uint32_t i;

	for (i = 1; i < count; i++)
		if (values[i] != values[0])
			return false;
	return true;
}

/* The same in all rows; where that is 0, there need be no column. */
static void put_same(const struct group *group, const struct fpt_plan_item *item,
		     struct fpt_buffer *out)
{
	const char *bytes = group->row[0] + item->offset;

	if (!bytes[0] && !memcmp(bytes, bytes + 1, item->size - 1U))
		return;
	fpt_column_begin(out, FPT_CODEC_SAME, item->offset, item->size);
	fpt_buffer__put(out, bytes, item->size);
}

static void put_numbers(struct fpt_log_encoder *encoder, const struct group *group,
			const struct fpt_plan_item *item, struct fpt_buffer *out)
{
	get_values(group, item->offset, item->size, item->is_signed, encoder->value);
	if (all_same(encoder->value, group->count)) {
		put_same(group, item, out);
		return;
	}
	if (item->near)
		get_values(group, item->near, item->size, item->is_signed, encoder->near);
	fpt_column_choose(out, item, encoder->value, encoder->near, group->count);
}

static int put_listed(struct fpt_log_encoder *encoder, const struct group *group,
		      const struct fpt_plan_item *item, struct fpt_buffer *out)
{
	struct list *list = list_for(encoder, group->plan->kind, item);
	uint32_t i;

	if (!list)
		return -ENOMEM;
	for (i = 0; i < group->count; i++) {
		int64_t row = fpt_rows__find(&list->rows, group->row[i] + item->offset);

		if (row < 0)
			return (int)row;
		encoder->value[i] = (uint64_t)row;
	}
	if (all_same(encoder->value, group->count)) {
		put_same(group, item, out);
		return 0;
	}
	fpt_column_begin(out, FPT_CODEC_LISTED, item->offset, item->size);
	fpt_buffer__number(out, (uint64_t)(list - encoder->list));
	fpt_column_pack(out, encoder->value, group->count);
	return 0;
}

static void put_texts(struct fpt_log_encoder *encoder, const struct group *group,
		      const struct fpt_plan_item *item, struct fpt_buffer *out)
{
	uint32_t i;

	for (i = 0; i < group->count; i++) {
		const char *text = group->row[i] + item->offset;

		encoder->value[i] = item->size;
		while (encoder->value[i] && !text[encoder->value[i] - 1])
			encoder->value[i]--;
	}
	fpt_column_begin(out, FPT_CODEC_TEXT, item->offset, item->size);
	fpt_pack(out, 0, encoder->value, group->count);
	for (i = 0; i < group->count; i++)
		fpt_buffer__put(out, group->row[i] + item->offset, encoder->value[i]);
}

static int make_room(struct fpt_log_encoder *encoder, uint32_t count)
{
	const size_t bytes = (size_t)count * sizeof(*encoder->value);

	if (count <= encoder->values_room)
		return 0;
	free(encoder->value);
	free(encoder->near);
	encoder->value = malloc(bytes);
	encoder->near = malloc(bytes);
	encoder->values_room = encoder->value && encoder->near ? count : 0;
	return encoder->values_room ? 0 : -ENOMEM;
}

static int put_columns(struct fpt_log_encoder *encoder, const struct group *group,
		       struct fpt_buffer *out)
{
	const struct fpt_plan_item *item = group->plan->item;
	int i, err = make_room(encoder, group->count);

	for (i = 0; i < group->plan->items && group->count && !err; i++, item++) {
		if (item->list == FPT_PLAN_NONE)
			put_numbers(encoder, group, item, out);
		else if (group->plan->kind)
			err = put_listed(encoder, group, item, out);
		else
			put_texts(encoder, group, item, out);
	}
	fpt_buffer__byte(out, FPT_CODEC_END);
	return err;
}

static int put_lists(struct fpt_log_encoder *encoder, struct fpt_buffer *out)
{
	unsigned int i;
	uint32_t row;
	int err = 0;

	fpt_buffer__number(out, encoder->lists);
	for (i = 0; i < encoder->lists && !err; i++) {
		struct list *list = &encoder->list[i];

		fpt_buffer__number(out, list->rows.size);
		fpt_buffer__number(out, list->rows.count);
		list->group.count = 0;
		for (row = 0; row < list->rows.count && !err; row++)
			err = group_add(&list->group, list->rows.at + row * list->rows.size);
		if (!err)
			err = put_columns(encoder, &list->group, out);
	}
	return err;
}

/* ---- events ---- */

static int add_kind(struct fpt_log_encoder *encoder, const struct fpt_header *h)
{
	struct group *grown = realloc(encoder->kind, (encoder->kinds + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	encoder->kind = grown;
	grown[encoder->kinds] = (struct group){ .plan = fpt_plan__new(h->kind, h->size) };
	return grown[encoder->kinds].plan ? (int)encoder->kinds++ : -ENOMEM;
}

/* The number of its kind and size; -ENOMEM. */
static int kind_of(struct fpt_log_encoder *encoder, const struct fpt_header *h)
{
	uint16_t *recent = &encoder->recent[h->kind % RECENT];
	uint32_t i = *recent;
	int kind;

	if (i < encoder->kinds && encoder->kind[i].plan->kind == h->kind &&
	    encoder->kind[i].plan->size == h->size)
		return (int)i;
	for (i = 0; i < encoder->kinds; i++)
		if (encoder->kind[i].plan->kind == h->kind &&
		    encoder->kind[i].plan->size == h->size)
			break;
	kind = i < encoder->kinds ? (int)i : add_kind(encoder, h);
	if (kind >= 0)
		*recent = (uint16_t)kind;
	return kind;
}

/* Sorts the events into groups by kind; each one's number goes to value. */
static int sort_events(struct fpt_log_encoder *encoder, const struct fpt_log_content *content)
{
	const char *at = content->events;
	struct fpt_header h;
	uint32_t i;
	int kind, err = 0;

	for (i = 0; i < content->count && !err; i++, at += h.size) {
		memcpy(&h, at, sizeof(h));
		kind = kind_of(encoder, &h);
		if (kind < 0)
			return kind;
		encoder->value[i] = (uint64_t)kind;
		err = group_add(&encoder->all, at);
		if (!err)
			err = group_add(&encoder->kind[kind], at);
	}
	return err;
}

static void clear(struct fpt_log_encoder *encoder)
{
	uint32_t i;

	encoder->all.count = 0;
	for (i = 0; i < encoder->kinds; i++)
		encoder->kind[i].count = 0;
	for (i = 0; i < encoder->lists; i++)
		fpt_rows__clear(&encoder->list[i].rows);
}

/* Which kinds there are, and for each event its kind. */
static void put_kinds(struct fpt_log_encoder *encoder, struct fpt_buffer *out)
{
	uint32_t i, used = 0;

	for (i = 0; i < encoder->kinds; i++)
		used += encoder->kind[i].count != 0;
	fpt_buffer__number(out, used);
	for (i = 0, used = 0; i < encoder->kinds; i++) {
		struct group *kind = &encoder->kind[i];

		if (!kind->count)
			continue;
		fpt_buffer__number(out, kind->plan->kind);
		fpt_buffer__number(out, kind->plan->size);
		fpt_buffer__number(out, kind->count);
		kind->number = used++;
	}
	for (i = 0; i < encoder->all.count; i++)
		encoder->value[i] = encoder->kind[encoder->value[i]].number;
	fpt_pack(out, 0, encoder->value, encoder->all.count);
}

#define HEADER_ITEM(name, bytes) \
	{ \
		.offset = offsetof(struct fpt_header, name), .size = bytes \
	}

/* Columns of all events: what of the header is not the kind's. */
static void put_header_columns(struct fpt_log_encoder *encoder, struct fpt_buffer *out)
{
	static const struct fpt_plan_item items[] = {
		HEADER_ITEM(cpu, 4), HEADER_ITEM(ts_ns, 8),
		HEADER_ITEM(tgid, 8), /* and tid, which goes with it */
	};
	static const struct fpt_plan_item seq = { .list = FPT_PLAN_NONE,
						  .offset = offsetof(struct fpt_header, seq),
						  .size = 8,
						  .near = offsetof(struct fpt_header, cpu) };
	const struct group *all = &encoder->all;
	size_t i;

	for (i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		put_numbers(encoder, all, &items[i], out);
	get_values(all, seq.offset, seq.size, false, encoder->value);
	get_values(all, seq.near, sizeof(uint32_t), false, encoder->near);
	fpt_column_next(out, &seq, encoder->value, encoder->near, all->count);
	fpt_buffer__byte(out, FPT_CODEC_END);
}

/* ---- the block ---- */

static void put_cpus(const struct fpt_log_content *content, struct fpt_buffer *out)
{
	const struct fpt_log_cpu *cpu = content->cpus;
	uint32_t i;

	fpt_buffer__number(out, content->cpu_count);
	for (i = 0; i < content->cpu_count; i++, cpu++) {
		fpt_buffer__number(out, cpu->cpu);
		fpt_buffer__number(out, cpu->count);
		fpt_buffer__number(out, cpu->first);
		fpt_buffer__number(out, cpu->last - cpu->first);
		fpt_buffer__number(out, cpu->lost);
	}
}

static void put_parts(const struct fpt_log_content *content, struct fpt_buffer *out)
{
	const struct fpt_log_part *part = content->parts;
	uint64_t produced = 0, until_ns = 0;
	uint32_t i;

	fpt_buffer__number(out, content->part_count);
	for (i = 0; i < content->part_count; i++, part++) {
		fpt_buffer__number(out, (uint64_t)part->count << 2 | part->rest << 1 | part->more);
		fpt_buffer__number(out, part->lost);
		fpt_buffer__number(out, part->missed);
		fpt_buffer__signed(out, part->produced - produced);
		fpt_buffer__signed(out, part->until_ns - until_ns);
		produced = part->produced;
		until_ns = part->until_ns;
	}
}

int fpt_log_encode(struct fpt_log_encoder *encoder, const struct fpt_log_content *content,
		   struct fpt_buffer *out)
{
	uint32_t i;
	int err;

	put_cpus(content, out);
	put_parts(content, out);
	if (!content->count)
		return out->failed ? -ENOMEM : 0;
	clear(encoder);
	err = make_room(encoder, content->count);
	if (!err)
		err = sort_events(encoder, content);
	if (err)
		return err;
	put_kinds(encoder, out);
	put_header_columns(encoder, out);
	for (i = 0; i < encoder->kinds && !err; i++)
		if (encoder->kind[i].count)
			err = put_columns(encoder, &encoder->kind[i], out);
	if (!err)
		err = put_lists(encoder, out);
	return out->failed ? -ENOMEM : err;
}

struct fpt_log_encoder *fpt_log_encoder__new(void)
{
	return calloc(1, sizeof(struct fpt_log_encoder));
}

static void free_group(struct group *group)
{
	free(group->plan);
	free(group->row);
}

void fpt_log_encoder__free(struct fpt_log_encoder *encoder)
{
	uint32_t i;

	if (!encoder)
		return;
	free(encoder->all.row);
	for (i = 0; i < encoder->kinds; i++)
		free_group(&encoder->kind[i]);
	for (i = 0; i < encoder->lists; i++) {
		free_group(&encoder->list[i].group);
		fpt_rows__free(&encoder->list[i].rows);
	}
	free(encoder->kind);
	free(encoder->value);
	free(encoder->near);
	free(encoder);
}
