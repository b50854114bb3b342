/* SPDX-License-Identifier: GPL-2.0-only */
/* The bytes of a log: from a file, a pipe, or what zstd made of one. */
#ifndef FPT_LOG_INPUT_H
#define FPT_LOG_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct fpt_log_input {
	int fd;
	bool from_zstd;
	struct ZSTD_DCtx_s *zstd;
	char *packed; /* read and not decompressed yet */
	size_t packed_at, packed_size;
	uint64_t taken; /* bytes of the file, so far */
	bool looked; /* whether the first bytes show zstd */
};

/* @path: NULL is standard input.  0 or -errno. */
int fpt_log_input__open(struct fpt_log_input *input, const char *path);

/**
 * fpt_log_input__read - read on.
 *
 * Returns how many bytes came, 0 at the end, or -errno: EILSEQ for what zstd
 * cannot decompress, EINTR never.
 */
ssize_t fpt_log_input__read(struct fpt_log_input *input, void *bytes, size_t size);

/* One that was never opened, but is all zero, is fine. */
void fpt_log_input__close(struct fpt_log_input *input);

#endif
