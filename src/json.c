// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes JSON.  What an event's fields are is table.c's to say, how a value
 * looks value.c's.
 */
#include "json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "table.h"
#include "value.h"

static void separate(struct fpt_json *json)
{
	if (json->comma)
		fputc(',', json->out);
	json->comma = true;
}

void fpt_json_begin(struct fpt_json *json)
{
	separate(json);
	fputc('{', json->out);
	json->comma = false;
}

void fpt_json_end(struct fpt_json *json)
{
	fputc('}', json->out);
	json->comma = true;
}

void fpt_json_begin_array(struct fpt_json *json)
{
	separate(json);
	fputc('[', json->out);
	json->comma = false;
}

void fpt_json_end_array(struct fpt_json *json)
{
	fputc(']', json->out);
	json->comma = true;
}

void fpt_json_end_line(struct fpt_json *json)
{
	fputc('\n', json->out);
	json->comma = false;
}

void fpt_json_key(struct fpt_json *json, const char *key)
{
	fpt_json_string(json, key);
	fputc(':', json->out);
	json->comma = false;
}

void fpt_json_string(struct fpt_json *json, const char *text)
{
	separate(json);
	if (text)
		fpt_json__string(json->out, text, strlen(text));
	else
		fputs("null", json->out);
}

void fpt_json_number(struct fpt_json *json, int64_t value)
{
	separate(json);
	fprintf(json->out, "%" PRId64, value);
}

void fpt_json_unsigned(struct fpt_json *json, uint64_t value)
{
	separate(json);
	fprintf(json->out, "%" PRIu64, value);
}

void fpt_json_real(struct fpt_json *json, double value)
{
	char digits[40];

	separate(json);
	snprintf(digits, sizeof(digits), "%.15g", value);
	if (strtod(digits, NULL) != value)
		snprintf(digits, sizeof(digits), "%.17g", value);
	fputs(digits, json->out);
}

void fpt_json_id(struct fpt_json *json, uint64_t value)
{
	separate(json);
	fprintf(json->out, "\"%" PRIu64 "\"", value);
}

void fpt_json_bool(struct fpt_json *json, bool value)
{
	separate(json);
	fputs(value ? "true" : "false", json->out);
}

static void write_escape(FILE *out, uint32_t code)
{
	if (code > 0xffff) {
		code -= 0x10000;
		fprintf(out, "\\u%04x\\u%04x", 0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff));
	} else {
		fprintf(out, "\\u%04x", code);
	}
}

void fpt_json__string(FILE *out, const char *text, size_t len)
{
	size_t size;

	fputc('"', out);
	for (; len; text += size, len -= size) {
		uint32_t code = 0;

		size = fpt_utf8(text, len, &code);
		if (!size) {
			fprintf(out, "\\\\x%02x", (unsigned char)*text);
			size = 1;
		} else if (code == '"' || code == '\\') {
			fprintf(out, "\\%c", (char)code);
		} else if (fpt_printable(code)) {
			fwrite(text, 1, size, out);
		} else {
			write_escape(out, code);
		}
	}
	fputc('"', out);
}

static void write_field(struct fpt_json *json, const struct fpt_field *field, const void *event)
{
	uint64_t value = fpt_field__get(field, event);
	char text[4 * 256 + 1]; /* the largest text field, each byte escaped */
	char key[64];

	if (field->format == FPT_FORMAT_HIDDEN)
		return;
	fpt_json_key(json, field->name);
	if (field->format == FPT_FORMAT_BOOL) {
		fpt_json_bool(json, value);
	} else if (field->format == FPT_FORMAT_NS) {
		fpt_json_unsigned(json, value);
	} else if (field->format == FPT_FORMAT_DEC && field->size < sizeof(value)) {
		fpt_json_number(json, (int64_t)value);
	} else if (field->format == FPT_FORMAT_ERRNO) {
		fpt_json_number(json, (int64_t)value);
		if ((int64_t)value >= 0)
			return;
		snprintf(key, sizeof(key), "%s_name", field->name);
		fpt_json_key(json, key);
		fpt_json_string(json, fpt_print_errno(text, sizeof(text), (int64_t)value));
	} else {
		fpt_json_string(json, fpt_print_field(text, sizeof(text), field, event));
	}
}

/* A member with the names, which a new line separates. */
static void write_called_from(struct fpt_json *json, const char *at)
{
	size_t length;

	fpt_json_key(json, "called_from");
	fpt_json_begin_array(json);
	for (;; at += length + 1) {
		length = strcspn(at, "\n");
		separate(json);
		fpt_json__string(json->out, at, length);
		if (!at[length])
			break;
	}
	fpt_json_end_array(json);
}

void fpt_json_event(struct fpt_json *json, const struct fpt_header *event, const char *called_from)
{
	const struct fpt_kind_info *info = fpt_kind(event->kind);
	bool record = info && event->kind >= FPT_RECORD_FIRST;
	size_t i;

	fpt_json_begin(json);
	fpt_json_key(json, "type");
	fpt_json_string(json, record ? info->name : "event");
	if (!record) {
		fpt_json_key(json, "event");
		fpt_json_string(json, info ? info->name : "unknown");
	}
	fpt_json_key(json, "ts");
	fpt_json_unsigned(json, event->ts_ns);
	fpt_json_key(json, "cpu");
	fpt_json_unsigned(json, event->cpu);
	fpt_json_key(json, "seq");
	fpt_json_unsigned(json, event->seq);
	fpt_json_key(json, "pid");
	fpt_json_unsigned(json, event->tgid);
	fpt_json_key(json, "tid");
	fpt_json_unsigned(json, event->tid);
	if (!info) {
		fpt_json_key(json, "kind");
		fpt_json_unsigned(json, event->kind);
	}
	for (i = 0; info && i < info->nfields; i++)
		write_field(json, &info->fields[i], event);
	if (called_from)
		write_called_from(json, called_from);
	fpt_json_end(json);
}

void fpt_json__event(FILE *out, const struct fpt_header *event, const char *called_from)
{
	struct fpt_json json = { .out = out };

	fpt_json_event(&json, event, called_from);
	fpt_json_end_line(&json);
}
