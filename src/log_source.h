/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pieces of a log as one stream of bytes, of which some are held: those
 * from the place that is looked at.  Knows file headers, but not blocks.
 */
#ifndef FPT_LOG_SOURCE_H
#define FPT_LOG_SOURCE_H

#include "input.h"
#include "log.h"
#include "log_pieces.h"

struct fpt_log_source {
	const struct fpt_log_piece *piece; /* the one that is read */
	size_t pieces_left; /* after it */
	struct fpt_input input;
	bool eof;
	int read_err; /* why reading stopped, as errno; 0: the end of the file */

	struct fpt_log_file head; /* of the piece; of a damaged one what is known, else 0 */
	char *meta; /* NULL: damaged */
	int bad_header; /* -errno: the file header is damaged, and this was not told yet */

	char *bytes; /* read and not dropped yet; behind them is FPT_PACK_SLACK */
	size_t size, room;
	uint64_t offset; /* of bytes in the file */
	uint64_t before; /* bytes of the files before this one */
	char name[256]; /* of the file, for messages */
};

/*
 * Begins with the first of @count pieces; @input: NULL, or that piece, opened, which
 * is taken over.  0, also where the file header is damaged and blocks are behind it;
 * or -errno: then @why says it.  Close it whatever the result is.
 */
int fpt_log_source__open(struct fpt_log_source *source, const struct fpt_log_piece *piece,
			 size_t count, const struct fpt_input *input, char *why, size_t why_size);

/**
 * fpt_log_source__header - read a file header, and its meta text, at this place.
 *
 * Returns 0; -EINVAL, it is none; -EPROTO, of another version; -ENODATA, it ends
 * before its end; -EBADMSG, damaged; or -errno of reading.  Only if it is good,
 * it is dropped, and head and meta are those.
 */
int fpt_log_source__header(struct fpt_log_source *source);

/* The same for the next file, after this one.  -ENOENT: there is none. */
int fpt_log_source__next(struct fpt_log_source *source);

/* Whether the sound file header of a log of another run is at this place. */
bool fpt_log_source__is_other(struct fpt_log_source *source);

/* Reads until @wanted bytes are held.  False if there are not so many: see read_err. */
bool fpt_log_source__fill(struct fpt_log_source *source, size_t wanted);

void fpt_log_source__drop(struct fpt_log_source *source, size_t size);

/* A message, with the name of the file in front. */
void fpt_log_source__explain(const struct fpt_log_source *source, char *why, size_t size,
			     const char *format, ...) __attribute__((format(printf, 4, 5)));

void fpt_log_source__close(struct fpt_log_source *source);

#endif
