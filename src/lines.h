/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the readers of text share: lines with their number and offset, messages
 * that name them, and events put together into a batch.
 */
#ifndef FPT_LINES_H
#define FPT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "input.h"

#define FPT_LINE_MAX (1 << 20) /* bytes; what is longer is skipped */

struct fpt_lines {
	struct fpt_input input;
	char *bytes; /* read, and not in a line yet */
	size_t at, size;
	char name[256]; /* of the file, for messages; printable */
	char *text; /* the line, without its newline; it may hold NULs */
	size_t length, room;
	uint64_t number, offset; /* of this line: from 1, and in bytes */
	uint64_t next_offset;
	bool whole; /* it ended with a newline */
	bool too_long; /* it was cut at FPT_LINE_MAX */
	int err; /* why reading ended, as errno; 0: the end of the file */
};

/* Takes over the input; @path is for messages, "-" is standard input. */
void fpt_lines__open(struct fpt_lines *lines, const char *path, const struct fpt_input *input);
void fpt_lines__close(struct fpt_lines *lines);

/* False at the end. */
bool fpt_lines__next(struct fpt_lines *lines);

/* "NAME: line N (offset M): " and more, for the line read last. */
void fpt_lines__say(const struct fpt_lines *lines, char *why, size_t size, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Events of the batch that is being read. */
struct fpt_events {
	char *bytes;
	size_t used, room;
	uint32_t count;
};

/* Room for an event of @size bytes at the end, zeroed; NULL without memory. */
void *fpt_events__add(struct fpt_events *events, uint16_t kind, uint16_t size);
/* Takes back the one added last, of @size bytes. */
void fpt_events__drop(struct fpt_events *events, uint16_t size);
/* As a batch; what is added next begins a new one, and overwrites it. */
void fpt_events__take(struct fpt_events *events, struct fpt_batch *batch);
void fpt_events__free(struct fpt_events *events);

#endif
