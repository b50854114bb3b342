/* SPDX-License-Identifier: GPL-2.0-only */
/* The bytes of a file, a pipe or standard input; or what zstd made of one. */
#ifndef FPT_INPUT_H
#define FPT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct fpt_input {
	int fd;
	bool from_zstd;
	struct ZSTD_DCtx_s *zstd;
	bool in_frame; /* the frame that is decompressed has no end yet */
	char *packed; /* read and not decompressed yet */
	size_t packed_at, packed_size;
	uint64_t taken; /* bytes of the file, so far */
	bool looked; /* whether the first bytes show zstd */
	char *peeked; /* looked at and not read yet */
	size_t peeked_at, peeked_size;
	int err; /* what failed then, as -errno, to be told where it is read */
};

/* @path: NULL and "-" are standard input.  0 or -errno. */
int fpt_input__open(struct fpt_input *input, const char *path);

/**
 * fpt_input__read - read on.
 *
 * Returns how many bytes came, 0 at the end, or -errno: EILSEQ for what zstd
 * cannot decompress, ENODATA for a compressed file that was cut short, EINTR never.
 */
ssize_t fpt_input__read(struct fpt_input *input, void *bytes, size_t size);

/**
 * fpt_input__peek - look at the first bytes, which stay to be read.
 * @least: how many are wanted, at the most FPT_INPUT_PEEK; waits until a pipe has them.
 * @bytes: set to those that are at hand; valid until the next call.
 *
 * To be called before anything was read.  Returns how many there are; less than
 * @least is all there is, or all that came before reading failed.
 */
#define FPT_INPUT_PEEK 65536
size_t fpt_input__peek(struct fpt_input *input, size_t least, const char **bytes);

/* Words for an error of reading. */
const char *fpt_input__error(int err);

/* One that was never opened, but is all zero, is fine. */
void fpt_input__close(struct fpt_input *input);

#endif
