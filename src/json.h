/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A writer of JSON Lines.  The output is valid JSON in valid UTF-8 whatever the
 * bytes of the input; write errors stay in the FILE for its owner to see.
 */
#ifndef FPT_JSON_H
#define FPT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "event.h"

/* The caller balances begin and end and gives each member of an object its key. */
struct fpt_json {
	FILE *out;
	bool comma; /* due before the next key or value */
};

void fpt_json_begin(struct fpt_json *json); /* { */
void fpt_json_end(struct fpt_json *json); /* } */
void fpt_json_begin_array(struct fpt_json *json); /* [ */
void fpt_json_end_array(struct fpt_json *json); /* ] */
void fpt_json_end_line(struct fpt_json *json); /* after the outermost end */
void fpt_json_key(struct fpt_json *json, const char *key);
void fpt_json_string(struct fpt_json *json, const char *text); /* NULL: null */
void fpt_json_number(struct fpt_json *json, int64_t value);
void fpt_json_unsigned(struct fpt_json *json, uint64_t value); /* counts, times */
void fpt_json_real(struct fpt_json *json, double value); /* a finite one */
void fpt_json_id(struct fpt_json *json, uint64_t value); /* 64-bit identifiers: a string */
void fpt_json_bool(struct fpt_json *json, bool value);

/*
 * All of an event, as an object; a witness inside a finding, say.  @called_from: as
 * callers.h has it, NULL if that is not known.
 */
void fpt_json_event(struct fpt_json *json, const struct fpt_header *event, const char *called_from);

/*
 * One line for an event:
 *	{"type":"event","event":"open","ts":1,"cpu":0,"seq":0,"pid":1,"tid":1,...}
 * Fields follow as events.def has them.  64-bit numbers but for times are
 * strings; a negative ret comes with ret_name; flags, modes and devices are as
 * value.h prints them.  Records of user space have their name as type.  Where an event
 * was called from follows, if it is known, as an array of names.
 */
void fpt_json__event(FILE *out, const struct fpt_header *event, const char *called_from);

/*
 * Bytes as a JSON string, quotes included.  Characters that fpt_printable()
 * refuses are written as \u escapes, and bytes that are no UTF-8 as the four
 * characters \xNN: JSON has no other place for them.
 */
void fpt_json__string(FILE *out, const char *text, size_t len);

#endif
