/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a log is written to: one file, or pieces of which the oldest are removed
 * when together they take too much room.  Knows nothing of what is in them.
 */
#ifndef FPT_LOG_SINK_H
#define FPT_LOG_SINK_H

#include <sys/types.h>

#include "log_bytes.h"

struct fpt_log_sink {
	char *path; /* of the log; NULL: standard output */
	bool numbered; /* pieces have a number behind that */
	int fd; /* of the piece; -1: none is open */
	uint32_t piece; /* its number */
	off_t size; /* of the piece, whole blocks */
	uint64_t max; /* bytes of all pieces together; 0: no limit */
	uint64_t total; /* of the pieces before this one */
	struct fpt_buffer sizes; /* uint64_t: of each piece there ever was before this one */
	uint32_t oldest; /* of those that are still there */
};

/* Opens the first piece.  0 or -errno. */
int fpt_log_sink__open(struct fpt_log_sink *sink, const char *path, bool numbered, uint64_t max);

/* Goes on with a new piece.  0 or -errno: then no piece is open, and this may be called again. */
int fpt_log_sink__next(struct fpt_log_sink *sink);

/**
 * fpt_log_sink__write - add two parts to the piece, both or nothing.
 *
 * Removes old pieces first, if that is needed for the limit.  Returns 0 or
 * -errno; the piece is then cut back, if it is a file.
 */
int fpt_log_sink__write(struct fpt_log_sink *sink, const void *head, size_t head_size,
			const void *body, size_t body_size);

/* 0 or -errno. */
int fpt_log_sink__close(struct fpt_log_sink *sink);

#endif
