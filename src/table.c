// SPDX-License-Identifier: GPL-2.0-only
/*
 * Turns the X-macros of spec/events.def and record.h into descriptors.  A new
 * event or field needs no change here.
 */
#include "table.h"

#include <string.h>

#include "record.h"

#define IS_SIGNED(member) _Generic((member), __s8 : 1, __s16 : 1, __s32 : 1, __s64 : 1, default : 0)
#define FIELD(type, name, format) \
	{ #name, offsetof(struct self, name), sizeof(((struct self *)0)->name), \
	  FPT_FORMAT_##format, IS_SIGNED(((struct self *)0)->name) },

/* A function for each kind, as only its scope can give offsetof() the right struct. */
#define DESCRIBE(number, NAME, kind_name, description) \
	static const struct fpt_kind_info *describe_##kind_name(void) \
	{ \
		struct self { \
			struct fpt_header h; \
			FPT_FIELDS_##NAME(FPT_MEMBER) \
		}; \
		static const struct fpt_field fields[] = { FPT_FIELDS_##NAME(FIELD) }; \
		static const struct fpt_kind_info info = { \
			number,	    sizeof(struct self), \
			#kind_name, description, \
			fields,	    sizeof(fields) / sizeof(fields[0]), \
		}; \
\
		return &info; \
	}
FPT_EVENTS(DESCRIBE)
FPT_RECORDS(DESCRIBE)
#undef DESCRIBE

#define DESCRIBE_GROUP(name, FIELDS) \
	static const struct fpt_field *name(size_t *count) \
	{ \
		struct self { \
			FIELDS(FPT_MEMBER) \
		}; \
		static const struct fpt_field fields[] = { FIELDS(FIELD) }; \
\
		*count = sizeof(fields) / sizeof(fields[0]); \
		return fields; \
	}
#define FIELDS_STATE(F) FPT_FIELDS_STATE(F, )
DESCRIBE_GROUP(describe_id_group, FPT_FIELDS_ID)
DESCRIBE_GROUP(describe_state_group, FIELDS_STATE)
DESCRIBE_GROUP(describe_backing_group, FPT_FIELDS_BACKING)
#undef DESCRIBE_GROUP

const struct fpt_field *fpt_group_fields(enum fpt_group group, size_t *count)
{
	switch (group) {
	case FPT_GROUP_ID:
		return describe_id_group(count);
	case FPT_GROUP_STATE:
		return describe_state_group(count);
	case FPT_GROUP_BACKING:
		return describe_backing_group(count);
	default:
		*count = 0;
		return NULL;
	}
}

#define CASE(number, NAME, name, text) \
	case number: \
		return describe_##name();
const struct fpt_kind_info *fpt_kind(uint16_t kind)
{
	switch (kind) {
		FPT_EVENTS(CASE)
		FPT_RECORDS(CASE)
	default:
		return NULL;
	}
}
#undef CASE

#define NUMBER(number, NAME, name, text) number,
const struct fpt_kind_info *fpt_kinds(size_t *i)
{
	static const uint16_t numbers[] = { FPT_EVENTS(NUMBER) FPT_RECORDS(NUMBER) };

	if (*i >= sizeof(numbers) / sizeof(numbers[0]))
		return NULL;
	return fpt_kind(numbers[(*i)++]);
}
#undef NUMBER

const struct fpt_field *fpt_field__find(const struct fpt_kind_info *info, const char *name)
{
	size_t i;

	for (i = 0; i < info->nfields; i++)
		if (strcmp(info->fields[i].name, name) == 0)
			return &info->fields[i];
	return NULL;
}

uint64_t fpt_field__get(const struct fpt_field *field, const void *event)
{
	const char *at = (const char *)event + field->offset;
	uint64_t value = 0;

	if (field->size > sizeof(value))
		return 0; /* text */
	memcpy(&value, at, field->size); /* little endian, as the log */
	if (field->is_signed && field->size < sizeof(value)) {
		unsigned int shift = 8 * (sizeof(value) - field->size);

		value = (uint64_t)((int64_t)(value << shift) >> shift);
	}
	return value;
}

bool fpt_field__set(const struct fpt_field *field, void *event, uint64_t value)
{
	if (field->size > sizeof(value))
		return false; /* text */
	memcpy((char *)event + field->offset, &value, field->size); /* little endian, as the log */
	return fpt_field__get(field, event) == value;
}

const struct fpt_kind_info *fpt_kind__find(const char *name)
{
	const struct fpt_kind_info *info;
	size_t i = 0;

	while ((info = fpt_kinds(&i)))
		if (strcmp(info->name, name) == 0)
			break;
	return info;
}

/* Every text field ends with a NUL, so that it can be taken for a C string. */
static bool texts_end(const struct fpt_kind_info *info, const char *event)
{
	const struct fpt_field *field;
	size_t i;

	for (i = 0; i < info->nfields; i++) {
		field = &info->fields[i];
		if (field->format == FPT_FORMAT_TEXT && event[field->offset + field->size - 1])
			return false;
	}
	return true;
}

const char *fpt_event__check(const void *event, size_t room)
{
	const struct fpt_kind_info *info;
	struct fpt_header h;

	if (room < sizeof(h))
		return "there is no room for its header";
	memcpy(&h, event, sizeof(h));
	if (h.size < sizeof(h))
		return "it claims to be smaller than its header";
	if (h.size > room)
		return "it claims to reach past its block";
	if (h.size % 8)
		return "its size is not a multiple of 8";
	info = fpt_kind(h.kind);
	if (h.size > FPT_EVENT_SIZE_MAX)
		return "its size is absurd";
	if (info && h.size < info->size)
		return "it is smaller than its kind";
	if (info && !texts_end(info, event))
		return "it has a text without an end";
	return NULL;
}
