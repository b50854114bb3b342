// SPDX-License-Identifier: GPL-2.0-only
/* Reads text line by line, and believes nothing in it. */
#include "lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

#define READ_BYTES 65536

void fpt_lines__open(struct fpt_lines *lines, const char *path, const struct fpt_input *input)
{
	memset(lines, 0, sizeof(*lines));
	lines->input = *input;
	fpt_sanitize(lines->name, sizeof(lines->name),
		     strcmp(path, "-") == 0 ? "standard input" : path, SIZE_MAX);
}

void fpt_lines__close(struct fpt_lines *lines)
{
	fpt_input__close(&lines->input);
	free(lines->bytes);
	free(lines->text);
	lines->bytes = lines->text = NULL;
}

/* Room for @more bytes, and a NUL after them. */
static bool grow(struct fpt_lines *lines, size_t more)
{
	size_t room = lines->room ?: 4096;
	char *text;

	while (room < lines->length + more + 1)
		room *= 2;
	if (room == lines->room)
		return true;
	text = realloc(lines->text, room);
	if (!text) {
		lines->err = ENOMEM;
		return false;
	}
	lines->text = text;
	lines->room = room;
	return true;
}

/* Reads on.  False at the end. */
static bool fill(struct fpt_lines *lines)
{
	ssize_t n;

	if (!lines->bytes)
		lines->bytes = malloc(READ_BYTES);
	n = lines->bytes ? fpt_input__read(&lines->input, lines->bytes, READ_BYTES) : -ENOMEM;
	lines->at = 0;
	lines->size = n > 0 ? (size_t)n : 0;
	if (n < 0)
		lines->err = (int)-n;
	return n > 0;
}

bool fpt_lines__next(struct fpt_lines *lines)
{
	lines->offset = lines->next_offset;
	lines->number++;
	lines->length = 0;
	lines->whole = lines->too_long = false;
	while (!lines->err && !lines->whole && (lines->at < lines->size || fill(lines))) {
		const char *from = lines->bytes + lines->at;
		const char *end = memchr(from, '\n', lines->size - lines->at);
		size_t length = end ? (size_t)(end - from) : lines->size - lines->at;
		size_t kept = length;

		lines->at += length + !!end;
		lines->next_offset += length + !!end;
		lines->whole = end;
		if (kept > FPT_LINE_MAX - lines->length) {
			kept = FPT_LINE_MAX - lines->length;
			lines->too_long = true;
		}
		if (!grow(lines, kept))
			break;
		memcpy(lines->text + lines->length, from, kept);
		lines->length += kept;
	}
	if (lines->err || !grow(lines, 0))
		return false;
	lines->text[lines->length] = '\0';
	return lines->whole || lines->length;
}

void fpt_lines__say(const struct fpt_lines *lines, char *why, size_t size, const char *format, ...)
{
	int length = snprintf(
		why, size, "%s%s: line %" PRIu64 " (offset %" PRIu64 "): ", lines->name,
		lines->input.from_zstd ? ", decompressed" : "", lines->number, lines->offset);
	va_list arguments;

	if (length < 0 || (size_t)length >= size)
		return;
	va_start(arguments, format);
	vsnprintf(why + length, size - (size_t)length, format, arguments);
	va_end(arguments);
}

void *fpt_events__add(struct fpt_events *events, uint16_t kind, uint16_t size)
{
	struct fpt_header *event;

	if (events->used + size > events->room) {
		size_t room = events->room ? 2 * events->room : 65536;
		char *bytes = realloc(events->bytes, room);

		if (!bytes)
			return NULL;
		events->bytes = bytes;
		events->room = room;
	}
	event = memset(events->bytes + events->used, 0, size);
	event->kind = kind;
	event->size = size;
	events->used += size;
	events->count++;
	return event;
}

void fpt_events__drop(struct fpt_events *events, uint16_t size)
{
	events->used -= size;
	events->count--;
}

void fpt_events__take(struct fpt_events *events, struct fpt_batch *batch)
{
	*batch = (struct fpt_batch){ .events = events->bytes,
				     .bytes = events->used,
				     .count = events->count };
	events->used = 0;
	events->count = 0;
}

void fpt_events__free(struct fpt_events *events)
{
	free(events->bytes);
	events->bytes = NULL;
}
