// SPDX-License-Identifier: GPL-2.0-only
/* Takes events apart by the tables: known groups of fields, texts, and numbers. */
#include "log_plan.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "table.h"

/* Whether @name is @end, or that after a prefix of @prefix bytes. */
static bool name_ends(const char *name, size_t prefix, const char *end)
{
	return strlen(name) >= prefix && strcmp(name + prefix, end) == 0;
}

/* How many fields from @field on are those of a group, maybe with a prefix; 0: they are not. */
static size_t fields_of_group(const struct fpt_field *field, size_t left, enum fpt_group group)
{
	size_t count, prefix, i;
	const struct fpt_field *member = fpt_group_fields(group, &count);

	if (left < count || strlen(field->name) < strlen(member->name))
		return 0;
	prefix = strlen(field->name) - strlen(member->name);
	for (i = 0; i < count; i++)
		if (!name_ends(field[i].name, prefix, member[i].name) ||
		    field[i].size != member[i].size ||
		    field[i].offset - field->offset != member[i].offset)
			return 0;
	return count;
}

/* Formats of flags, modes and names: they have few values, and go together. */
static bool has_few_values(const struct fpt_field *field)
{
	switch (field->format) {
	case FPT_FORMAT_DEC:
	case FPT_FORMAT_HEX:
	case FPT_FORMAT_KEY:
	case FPT_FORMAT_NS:
	case FPT_FORMAT_TEXT:
		return false;
	default:
		return field->size <= 4;
	}
}

/* How many fields, from @field on, are one item, and of which list. */
static size_t fields_of_item(const struct fpt_field *field, size_t left, uint8_t *list)
{
	size_t count;

	for (*list = 0; *list < FPT_GROUPS; ++*list) {
		count = fields_of_group(field, left, *list);
		if (count)
			return count;
	}
	*list = FPT_PLAN_TEXT;
	if (field->format == FPT_FORMAT_TEXT)
		return 1;
	for (count = 0; count < left && has_few_values(&field[count]);)
		count++;
	*list = count > 1 ? FPT_PLAN_FEW : FPT_PLAN_NONE;
	return count ? count : 1;
}

/* The field before @field that has the same meaning; a time is near the event's own. */
static uint16_t near_of(const struct fpt_field *fields, const struct fpt_field *field)
{
	const struct fpt_field *other;

	if (field->format == FPT_FORMAT_NS)
		return offsetof(struct fpt_header, ts_ns);
	for (other = field - 1; other >= fields; other--)
		if (other->format == field->format && other->size == field->size)
			return other->offset;
	return 0;
}

static void add(struct fpt_plan *plan, struct fpt_plan_item item)
{
	plan->item[plan->items++] = item;
}

/* What no field covers: numbers, as large as their place allows. */
static void add_rest(struct fpt_plan *plan, uint16_t from, uint16_t to)
{
	while (from < to) {
		uint16_t size = 8;

		while (from % size || from + size > to)
			size /= 2;
		add(plan,
		    (struct fpt_plan_item){ .offset = from, .size = size, .list = FPT_PLAN_NONE });
		from += size;
	}
}

/* Adds what of @count fields is within @size bytes; returns where that ends. */
static uint16_t add_fields(struct fpt_plan *plan, const struct fpt_field *fields, size_t count,
			   uint16_t size)
{
	uint16_t at = fields->offset;
	size_t i, taken;

	for (i = 0; i < count; i += taken) {
		const struct fpt_field *last, *field = &fields[i];
		struct fpt_plan_item item = { .offset = field->offset };

		taken = fields_of_item(field, count - i, &item.list);
		last = field + taken - 1;
		item.size = last->offset + last->size - item.offset;
		if (item.offset + item.size > size)
			break;
		if (item.list == FPT_PLAN_NONE) {
			item.near = near_of(fields, field);
			item.is_signed = field->is_signed;
		}
		add_rest(plan, at, item.offset);
		add(plan, item);
		at = item.offset + item.size;
	}
	return at;
}

/* The rows of a list: its fields, one by one, as if the first were at 0. */
static void add_row(struct fpt_plan *plan, const struct fpt_field *fields, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		uint16_t near = near_of(fields, &fields[i]);
		struct fpt_plan_item item = { .list = FPT_PLAN_NONE,
					      .offset = fields[i].offset - fields->offset,
					      .size = fields[i].size,
					      .is_signed = fields[i].is_signed };

		if (near > fields->offset)
			item.near = near - fields->offset;
		add(plan, item);
	}
}

static struct fpt_plan *new_plan(uint16_t kind, uint16_t size)
{
	struct fpt_plan *plan;

	plan = calloc(1, sizeof(*plan) + FPT_PLAN_ITEMS * sizeof(plan->item[0]));
	if (plan) {
		plan->kind = kind;
		plan->size = size;
	}
	return plan;
}

struct fpt_plan *fpt_plan__new(uint16_t kind, uint16_t size)
{
	const struct fpt_kind_info *info = fpt_kind(kind);
	struct fpt_plan *plan = new_plan(kind, size);
	uint16_t at = sizeof(struct fpt_header);

	if (!plan)
		return NULL;
	if (info)
		at = add_fields(plan, info->fields, info->nfields, size);
	add_rest(plan, at, size);
	return plan;
}

/* The fields of a kind that an item covers. */
static const struct fpt_field *covered(uint16_t kind, const struct fpt_plan_item *item,
				       size_t *count)
{
	const struct fpt_kind_info *info = fpt_kind(kind);
	const struct fpt_field *first = info->fields, *last;

	while (first->offset < item->offset)
		first++;
	for (last = first;
	     last < info->fields + info->nfields && last->offset < item->offset + item->size;)
		last++;
	*count = (size_t)(last - first);
	return first;
}

struct fpt_plan *fpt_plan__of_list(uint16_t kind, const struct fpt_plan_item *item)
{
	struct fpt_plan *plan = new_plan(0, item->size);
	const struct fpt_field *fields;
	size_t count;

	if (!plan)
		return NULL;
	if (item->list == FPT_PLAN_TEXT) {
		add(plan, (struct fpt_plan_item){ .size = item->size, .list = FPT_PLAN_TEXT });
		return plan;
	}
	if (item->list == FPT_PLAN_FEW)
		fields = covered(kind, item, &count);
	else
		fields = fpt_group_fields(item->list, &count);
	add_row(plan, fields, count);
	return plan;
}
