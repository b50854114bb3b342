/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which files are the pieces of which run, and in what order: said by their
 * headers, whatever they are called.
 */
#ifndef FPT_LOG_PIECES_H
#define FPT_LOG_PIECES_H

#include <stddef.h>
#include <stdint.h>

struct fpt_log_piece {
	char *path; /* NULL: standard input */
	uint64_t run; /* of the header */
	uint32_t piece;
	size_t run_number; /* from 0, in the order in which they were found */
};

struct fpt_log_pieces {
	struct fpt_log_piece *piece; /* run by run, and in the order of the log */
	size_t count;
	size_t runs;
};

/**
 * fpt_log_pieces__find - add what a path stands for, and bring all into order.
 * @path: a file; "-", standard input; a folder, whose files that are no logs are
 *	left out; the name of a log whose pieces have a number behind it.
 * @why: on failure, a message with the path and what to do.
 *
 * A file whose header cannot be read is a run of its own, and so is a pipe.  The
 * same piece twice is one.  Returns 0; -EINVAL for a folder without a log; or
 * -errno: -ENOENT where there is nothing.
 */
int fpt_log_pieces__find(struct fpt_log_pieces *pieces, const char *path, char *why,
			 size_t why_size);

/* The pieces of a run: how many, and the first. */
const struct fpt_log_piece *fpt_log_pieces__run(const struct fpt_log_pieces *pieces, size_t run,
						size_t *count);

/* Bytes of the files of a run; 0 if that is not known, as of a pipe. */
uint64_t fpt_log_pieces__size(const struct fpt_log_pieces *pieces, size_t run);

void fpt_log_pieces__free(struct fpt_log_pieces *pieces);

/**
 * fpt_log_pieces__each - call for each file that could be a piece of @path.
 *
 * Those are called @path.000000 and so on, maybe with .zst behind it.  Stops when
 * @call does not return 0, and returns that; else 0 or -errno.
 */
int fpt_log_pieces__each(const char *path, int (*call)(void *context, const char *piece),
			 void *context);

#endif
