/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which files are the pieces of which run, and in what order: said by their
 * headers, or their blocks, whatever they are called.
 */
#ifndef FPT_LOG_PIECES_H
#define FPT_LOG_PIECES_H

#include <stddef.h>
#include <stdint.h>

struct fpt_log_piece {
	char *path; /* NULL: standard input */
	uint64_t run; /* 0: not known, or no log */
	uint32_t piece;
	unsigned int nth; /* run in this file, from 0: JSON Lines may have several */
	size_t run_number; /* from 0, in the order in which they were found */
};

struct fpt_log_pieces {
	struct fpt_log_piece *piece; /* run by run, and in the order of the log */
	size_t count;
	size_t runs;
	void (*tell)(const char *what); /* what is not read, and why; NULL: nobody listens */
};

/**
 * fpt_log_pieces__find - add what a path stands for, and bring all into order.
 * @path: a file; "-", standard input; a folder, of whose files those are left out
 *	that are neither a log, nor JSON Lines of a whole stream, nor a debug log of
 *	libfuse; the name of a log whose pieces have a number behind it.
 * @why: on failure, a message with the path and what to do.
 *
 * A file that shows no run is a run of its own, and so is a pipe.  Of two copies of
 * a piece the one is read that has more sound blocks.  Returns 0; -EINVAL for a
 * folder without a log; or -errno: -ENOENT where there is nothing.
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
