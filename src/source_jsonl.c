// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the JSON Lines that out_json.c wrote back into the stream that they
 * were written from.  Driven by the table of events, as the writer is.
 */
#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "parse.h"
#include "record.h"
#include "source.h"
#include "table.h"

#define JSONL_VERSION 1
#define DEPTH_MAX 16 /* a finding has its witness in it; nothing goes deeper than 4 */

struct jsonl {
	struct fpt_source source;
	struct fpt_lines lines;
	struct fpt_events events; /* read, and not handed out */
	struct json_tokener *tokener;
	struct json_object *line; /* being read */
	uint64_t produced; /* events so far, lost ones too */
	bool ended; /* the end line was read, and what follows it */
	bool another; /* the line is the header of another run */
	bool due; /* a state below, once the events before it were handed out */
	enum fpt_log_state state;
	struct fpt_batch totals;
	char why[512];
};

static bool refuse(struct jsonl *jsonl, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Keeps what is wrong with the line.  False, for the caller to return. */
static bool refuse(struct jsonl *jsonl, const char *format, ...)
{
	char what[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	fpt_lines__say(&jsonl->lines, jsonl->why, sizeof(jsonl->why), "%s", what);
	return false;
}

/* ---- members ---- */

static struct json_object *member(struct jsonl *jsonl, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(jsonl->line, key, &value);
	return value;
}

/* NULL if it is no string, or one with a NUL inside. */
static const char *text_of(struct json_object *value)
{
	const char *text;

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

static const char *text_member(struct jsonl *jsonl, const char *key)
{
	return text_of(member(jsonl, key)) ?: "";
}

/* json-c takes a number of more than 64 bits for the largest one. */
static bool count_of(struct json_object *value, uint64_t *count)
{
	if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0)
		return false;
	*count = json_object_get_uint64(value);
	return true;
}

static bool count_member(struct jsonl *jsonl, const char *key, uint64_t *count)
{
	return count_of(member(jsonl, key), count) ||
	       refuse(jsonl, "%s: want a number that is not negative", key);
}

/* One line as an object; false if it is none. */
static bool parse_line(struct jsonl *jsonl)
{
	const struct fpt_lines *lines = &jsonl->lines;
	enum json_tokener_error err;

	json_object_put(jsonl->line);
	jsonl->line = NULL;
	if (lines->too_long)
		return refuse(jsonl, "it is longer than %d bytes", FPT_LINE_MAX);
	if (strlen(lines->text) != lines->length)
		return refuse(jsonl, "it has a NUL in it");
	json_tokener_reset(jsonl->tokener);
	/* With the NUL after it: a number could go on. */
	jsonl->line = json_tokener_parse_ex(jsonl->tokener, lines->text, (int)lines->length + 1);
	err = json_tokener_get_error(jsonl->tokener);
	if (!jsonl->line || err != json_tokener_success)
		return refuse(jsonl, "no JSON at byte %zu of the line: %s",
			      json_tokener_get_parse_end(jsonl->tokener),
			      err == json_tokener_success ? "null" : json_tokener_error_desc(err));
	if (!json_object_is_type(jsonl->line, json_type_object))
		return refuse(jsonl, "no JSON object");
	return true;
}

/* ---- events ---- */

static bool is_number(const struct fpt_field *field)
{
	return field->format == FPT_FORMAT_ERRNO ||
	       (field->format == FPT_FORMAT_DEC && field->size < sizeof(uint64_t));
}

/* As write_field() of json.c has it. */
static bool read_field(struct jsonl *jsonl, const struct fpt_field *field, void *event)
{
	struct json_object *value = member(jsonl, field->name);
	const char *why = NULL;
	uint64_t number = 0;

	if (field->format == FPT_FORMAT_HIDDEN)
		return true;
	if (!value)
		return refuse(jsonl, "the %s event has no %s", text_member(jsonl, "event"),
			      field->name);
	if (field->format == FPT_FORMAT_BOOL) {
		number = json_object_get_boolean(value);
		if (!json_object_is_type(value, json_type_boolean))
			why = "want true or false";
	} else if (field->format == FPT_FORMAT_NS) {
		if (!count_of(value, &number))
			why = "want a number that is not negative";
	} else if (is_number(field)) {
		number = (uint64_t)json_object_get_int64(value);
		if (!json_object_is_type(value, json_type_int))
			why = "want a number";
	} else {
		why = text_of(value) ? fpt_parse_field(field, event, text_of(value))
				     : "want a string without a NUL";
		return !why || refuse(jsonl, "%s: %s", field->name, why);
	}
	if (!why && !fpt_field__set(field, event, number))
		why = "does not fit its field";
	return !why || refuse(jsonl, "%s: %s", field->name, why);
}

static bool read_head(struct jsonl *jsonl, struct fpt_header *event)
{
	uint64_t ts, cpu, seq, pid, tid;

	if (!count_member(jsonl, "ts", &ts) || !count_member(jsonl, "cpu", &cpu) ||
	    !count_member(jsonl, "seq", &seq) || !count_member(jsonl, "pid", &pid) ||
	    !count_member(jsonl, "tid", &tid))
		return false;
	if (cpu > UINT32_MAX || pid > UINT32_MAX || tid > UINT32_MAX)
		return refuse(jsonl, "cpu, pid and tid have 32 bits");
	event->ts_ns = ts;
	event->cpu = (uint32_t)cpu;
	event->seq = seq;
	event->tgid = (uint32_t)pid;
	event->tid = (uint32_t)tid;
	return true;
}

/* @info: NULL for a kind that was unknown to the writer, of which only the header is told. */
static bool read_event(struct jsonl *jsonl, const struct fpt_kind_info *info, uint16_t kind)
{
	uint16_t size = info ? info->size : sizeof(struct fpt_header);
	struct fpt_header *event = fpt_events__add(&jsonl->events, kind, size);
	bool sound;
	size_t i;

	if (!event)
		return refuse(jsonl, "out of memory");
	sound = read_head(jsonl, event);
	for (i = 0; sound && info && i < info->nfields; i++)
		sound = read_field(jsonl, &info->fields[i], event);
	if (!sound)
		fpt_events__drop(&jsonl->events, size);
	else if (kind < FPT_RECORD_FIRST)
		jsonl->produced++;
	return sound;
}

static bool read_named_event(struct jsonl *jsonl)
{
	const char *name = text_member(jsonl, "event");
	const struct fpt_kind_info *info = fpt_kind__find(name);
	uint64_t kind;

	if (info && info->kind < FPT_RECORD_FIRST)
		return read_event(jsonl, info, info->kind);
	/* As in a log: a kind of a later version is counted, and no more. */
	if (*name && strcmp(name, "unknown") != 0)
		return read_event(jsonl, NULL, FPT_UNKNOWN_KIND);
	if (!count_member(jsonl, "kind", &kind))
		return false;
	if (kind > UINT16_MAX)
		return refuse(jsonl, "kind: it has 16 bits");
	if (fpt_kind((uint16_t)kind))
		return refuse(jsonl, "kind: it is not unknown here, and its fields are missing");
	return read_event(jsonl, NULL, (uint16_t)kind);
}

/* ---- what stands between events ---- */

static void set_due(struct jsonl *jsonl, enum fpt_log_state state)
{
	jsonl->due = true;
	jsonl->state = state;
}

/* The counts of a batch, or of the end. */
static bool read_counts(struct jsonl *jsonl, struct fpt_batch *batch)
{
	return count_member(jsonl, "lost", &batch->lost) &&
	       count_member(jsonl, "missed", &batch->missed);
}

/* They follow from the events. */
static bool is_derived(const char *type)
{
	return strcmp(type, "finding") == 0 || strcmp(type, "summary") == 0;
}

static bool is_blank(const struct fpt_lines *lines)
{
	return !lines->too_long && strspn(lines->text, " \t\r") == lines->length;
}

static bool is_header(struct jsonl *jsonl)
{
	return strcmp(text_member(jsonl, "type"), "header") == 0 && member(jsonl, "fusept");
}

/* To the end of the file, or to another run: nothing but what follows from this one is there. */
static bool read_behind_end(struct jsonl *jsonl)
{
	bool sound;

	while (!jsonl->another && fpt_lines__next(&jsonl->lines)) {
		if (is_blank(&jsonl->lines))
			continue;
		sound = parse_line(jsonl);
		jsonl->another = sound && is_header(jsonl);
		if (!jsonl->another && !(sound && is_derived(text_member(jsonl, "type"))))
			return refuse(jsonl, "something follows the end of the run, and is no run");
	}
	return !jsonl->lines.err ||
	       refuse(jsonl, "cannot read on: %s", fpt_input__error(jsonl->lines.err));
}

static bool read_end(struct jsonl *jsonl)
{
	struct fpt_batch totals = { .end = true };

	if (!read_counts(jsonl, &totals) || !count_member(jsonl, "produced", &totals.produced))
		return false;
	jsonl->totals = totals;
	jsonl->ended = true;
	set_due(jsonl, read_behind_end(jsonl) ? FPT_LOG_END : FPT_LOG_DAMAGED);
	return true;
}

/* False if the line is bad.  @batch gets its counts, if the line is the end of one. */
static bool read_line(struct jsonl *jsonl, struct fpt_batch *batch, bool *batch_ends)
{
	const char *type = text_member(jsonl, "type");
	const struct fpt_kind_info *info;

	if (strcmp(type, "event") == 0)
		return read_named_event(jsonl);
	if (strcmp(type, "batch") == 0) {
		*batch_ends = true;
		return read_counts(jsonl, batch);
	}
	if (strcmp(type, "end") == 0)
		return read_end(jsonl);
	if (strcmp(type, "gap") == 0) {
		refuse(jsonl, "what it was written from was damaged here");
		set_due(jsonl, FPT_LOG_DAMAGED);
		return true;
	}
	if (is_derived(type))
		return true;
	if (is_header(jsonl)) {
		refuse(jsonl, "another run begins, and the one before it has no end line");
		set_due(jsonl, FPT_LOG_TRUNCATED);
		jsonl->another = true;
		return true;
	}
	info = fpt_kind__find(type);
	if (info && info->kind >= FPT_RECORD_FIRST)
		return read_event(jsonl, info, info->kind);
	return refuse(jsonl, "no line that this version knows: it has another type");
}

/* ---- the source ---- */

/* Nothing more can be read. */
static void cut_short(struct jsonl *jsonl)
{
	if (jsonl->lines.err)
		refuse(jsonl, "cannot read on: %s", fpt_input__error(jsonl->lines.err));
	else
		refuse(jsonl, "it ends without an end line: the run has no proper end in it");
	set_due(jsonl, FPT_LOG_TRUNCATED);
}

/* True when a batch is complete. */
static bool read_batch(struct jsonl *jsonl, struct fpt_batch *batch)
{
	bool ends = false, sound;

	while (!ends && !jsonl->due) {
		if (!fpt_lines__next(&jsonl->lines)) {
			cut_short(jsonl);
			break;
		}
		sound = parse_line(jsonl) && read_line(jsonl, batch, &ends);
		/* Of a line without its end it is not said what it was to be. */
		if (!sound)
			set_due(jsonl, jsonl->lines.whole ? FPT_LOG_DAMAGED : FPT_LOG_TRUNCATED);
	}
	return ends;
}

static enum fpt_log_state jsonl_next(struct fpt_source *source, struct fpt_batch *batch, char *why,
				     size_t why_size)
{
	struct jsonl *jsonl = (struct jsonl *)source;
	struct fpt_batch counts = {};
	enum fpt_log_state state;

	if (read_batch(jsonl, &counts) || jsonl->events.count) {
		fpt_events__take(&jsonl->events, batch);
		jsonl->produced += counts.lost;
		batch->lost = counts.lost;
		batch->missed = counts.missed;
		batch->produced = jsonl->produced;
		return FPT_LOG_OK;
	}
	state = jsonl->state;
	if (state == FPT_LOG_END)
		*batch = jsonl->totals;
	else
		snprintf(why, why_size, "%s", jsonl->why);
	jsonl->due = state != FPT_LOG_DAMAGED;
	/* Damage behind the end: the end is still to be told. */
	if (jsonl->ended)
		set_due(jsonl, FPT_LOG_END);
	return state;
}

static void jsonl_close(struct fpt_source *source)
{
	struct jsonl *jsonl = (struct jsonl *)source;

	json_object_put(jsonl->line);
	if (jsonl->tokener)
		json_tokener_free(jsonl->tokener);
	fpt_lines__close(&jsonl->lines);
	fpt_events__free(&jsonl->events);
	free(jsonl);
}

/* Of the line that was read.  0, or -errno after keeping why. */
static int check_header(struct jsonl *jsonl)
{
	uint64_t version = 0;

	if (!is_header(jsonl)) {
		refuse(jsonl, "no header of fusept's JSON Lines; want all that -f json wrote");
		return -EINVAL;
	}
	if (!count_member(jsonl, "version", &version))
		return -EINVAL;
	if (version != JSONL_VERSION) {
		refuse(jsonl, "JSON Lines of version %llu, and this fusept reads version %d",
		       (unsigned long long)version, JSONL_VERSION);
		return -EPROTO;
	}
	if (strcmp(text_member(jsonl, "events"), "all") != 0) {
		refuse(jsonl,
		       "events were left out of it; write it without -c, -x and --max-events, or keep a log with -w");
		return -EINVAL;
	}
	return 0;
}

static int read_header(struct jsonl *jsonl)
{
	if (!fpt_lines__next(&jsonl->lines)) {
		if (jsonl->lines.err)
			refuse(jsonl, "cannot read on: %s", fpt_input__error(jsonl->lines.err));
		else
			refuse(jsonl, "it is empty, and no JSON Lines of fusept");
		return jsonl->lines.err ? -jsonl->lines.err : -EINVAL;
	}
	return parse_line(jsonl) ? check_header(jsonl) : -EINVAL;
}

static int jsonl_another(struct fpt_source *source, char *why, size_t why_size)
{
	struct jsonl *jsonl = (struct jsonl *)source;
	int err;

	while (!jsonl->another) {
		if (!fpt_lines__next(&jsonl->lines))
			return -ENOENT;
		jsonl->another = !is_blank(&jsonl->lines) && parse_line(jsonl) && is_header(jsonl);
	}
	jsonl->another = jsonl->ended = jsonl->due = false;
	jsonl->produced = 0;
	jsonl->events.used = jsonl->events.count = 0;
	err = check_header(jsonl);
	snprintf(why, why_size, "%s", jsonl->why);
	return err;
}

struct fpt_source *fpt_source_jsonl__open(const char *path, const struct fpt_input *input,
					  char *why, size_t why_size)
{
	static const struct fpt_source_ops ops = { .next = jsonl_next,
						   .another = jsonl_another,
						   .close = jsonl_close };
	struct jsonl *jsonl = calloc(1, sizeof(*jsonl));
	struct fpt_input mine = *input;
	int err = -ENOMEM;

	if (!jsonl) {
		fpt_input__close(&mine);
		snprintf(why, why_size, "out of memory");
		goto out;
	}
	jsonl->source.ops = &ops;
	fpt_lines__open(&jsonl->lines, path, &mine);
	jsonl->tokener = json_tokener_new_ex(DEPTH_MAX);
	if (!jsonl->tokener) {
		snprintf(why, why_size, "out of memory");
		goto out;
	}
	json_tokener_set_flags(jsonl->tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	err = read_header(jsonl);
	snprintf(why, why_size, "%s", jsonl->why);
out:
	if (!err)
		return &jsonl->source;
	if (jsonl)
		jsonl_close(&jsonl->source);
	errno = -err;
	return NULL;
}
