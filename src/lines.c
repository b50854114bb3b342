// SPDX-License-Identifier: GPL-2.0-only
/* Reads text line by line, and believes nothing in it. */
#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "value.h"

int fpt_lines__open(struct fpt_lines *lines, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
			  : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	memset(lines, 0, sizeof(*lines));
	fpt_sanitize(lines->name, sizeof(lines->name), is_stdin ? "standard input" : path,
		     SIZE_MAX);
	if (fd < 0)
		return -errno;
	lines->in = fdopen(fd, "r");
	if (!lines->in) {
		close(fd);
		return -ENOMEM;
	}
	return 0;
}

void fpt_lines__close(struct fpt_lines *lines)
{
	if (lines->in)
		fclose(lines->in);
	free(lines->text);
	lines->in = NULL;
	lines->text = NULL;
}

/* Room for one byte more, and a NUL after it. */
static bool grow(struct fpt_lines *lines)
{
	size_t room = lines->room ? 2 * lines->room : 4096;
	char *text;

	if (lines->length + 2 <= lines->room)
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

bool fpt_lines__next(struct fpt_lines *lines)
{
	int byte = EOF;

	lines->offset = lines->next_offset;
	lines->number++;
	lines->length = 0;
	lines->whole = lines->too_long = false;
	if (lines->err)
		return false;
	errno = 0;
	while (grow(lines) && (byte = getc_unlocked(lines->in)) != EOF) {
		lines->next_offset++;
		if (byte == '\n')
			break;
		if (lines->length < FPT_LINE_MAX)
			lines->text[lines->length++] = (char)byte;
		else
			lines->too_long = true;
	}
	if (byte == EOF && !lines->err && ferror(lines->in))
		lines->err = errno ? errno : EIO;
	if (lines->err)
		return false;
	lines->text[lines->length] = '\0';
	lines->whole = byte == '\n';
	return lines->whole || lines->length;
}

void fpt_lines__say(const struct fpt_lines *lines, char *why, size_t size, const char *format, ...)
{
	int length = snprintf(why, size, "%s: line %" PRIu64 " (offset %" PRIu64 "): ", lines->name,
			      lines->number, lines->offset);
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
