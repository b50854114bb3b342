/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptors of every event and record, made from spec/events.def and record.h:
 * what the printers and the log reader know of an event.  Prints nothing.
 */
#ifndef FPT_TABLE_H
#define FPT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

#define FPT_FORMAT(name) FPT_FORMAT_##name,
enum fpt_format { FPT_FORMATS(FPT_FORMAT) };
#undef FPT_FORMAT

struct fpt_field {
	const char *name;
	uint16_t offset, size; /* bytes, from the start of the event */
	enum fpt_format format;
	bool is_signed;
};

struct fpt_kind_info {
	uint16_t kind, size;
	const char *name, *text;
	const struct fpt_field *fields; /* all but the header, in the order of memory */
	size_t nfields;
};

/* Largest event that is still believed, be its kind unknown here, or have more fields. */
#define FPT_EVENT_SIZE_MAX 4096

/* Descriptor of a kind; NULL when it is unknown. */
const struct fpt_kind_info *fpt_kind(uint16_t kind);

/*
 * Iterates over all kinds in the order of their numbers:
 *	for (i = 0; (info = fpt_kinds(&i)); )
 * @i counts the kinds returned so far.  NULL after the last.
 */
const struct fpt_kind_info *fpt_kinds(size_t *i);

/* Fields that events of many kinds have, side by side, maybe with a prefix to their names. */
enum fpt_group { FPT_GROUP_ID, FPT_GROUP_STATE, FPT_GROUP_BACKING, FPT_GROUPS };

/* Their descriptors, with offsets from the first. */
const struct fpt_field *fpt_group_fields(enum fpt_group group, size_t *count);

/* The field of that name; NULL when the kind has none. */
const struct fpt_field *fpt_field__find(const struct fpt_kind_info *info, const char *name);

/* Value of a number field, sign-extended when it is signed; 0 for text. */
uint64_t fpt_field__get(const struct fpt_field *field, const void *event);

/*
 * Puts a number into its field.  False if it does not fit: the value of a signed
 * field is an int64_t.
 */
bool fpt_field__set(const struct fpt_field *field, void *event, uint64_t value);

/* The kind of that name, an event's or a record's; NULL when there is none. */
const struct fpt_kind_info *fpt_kind__find(const char *name);

/**
 * fpt_event__check - whether bytes may be taken for an event.
 * @event: where it begins; any alignment.
 * @room: bytes that can be read there.
 *
 * An unknown kind is sound if it can be skipped, and so are fields behind those
 * known here; each text of a known kind ends with a NUL, so that a consumer can
 * take it for a string.  Returns NULL when sound, else
 * a constant string that says what is wrong.
 */
const char *fpt_event__check(const void *event, size_t room);

#endif
