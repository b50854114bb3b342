// SPDX-License-Identifier: GPL-2.0-only
/* Reads files and pipes, and decompresses what comes compressed. */
#include "log_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#define PACKED_BYTES (128 << 10)

int fpt_log_input__open(struct fpt_log_input *input, const char *path)
{
	*input = (struct fpt_log_input){ 0 };
	input->fd = path ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	return input->fd < 0 ? -errno : 0;
}

static ssize_t read_on(struct fpt_log_input *input, void *bytes, size_t size)
{
	ssize_t n;

	do
		n = read(input->fd, bytes, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	input->taken += (uint64_t)n;
	return n;
}

/* Whether it begins as a zstd frame does; keeps what it reads to see that. */
static int look(struct fpt_log_input *input)
{
	static const unsigned char magic[] = { 0x28, 0xb5, 0x2f, 0xfd };
	ssize_t n = 1;

	input->looked = true;
	input->packed = malloc(PACKED_BYTES);
	if (!input->packed)
		return -ENOMEM;
	while (input->packed_size < sizeof(magic) && n > 0) {
		n = read_on(input, input->packed + input->packed_size,
			    sizeof(magic) - input->packed_size);
		if (n > 0)
			input->packed_size += (size_t)n;
	}
	if (n < 0)
		return (int)n;
	if (input->packed_size < sizeof(magic) || memcmp(input->packed, magic, sizeof(magic)) != 0)
		return 0;
	input->from_zstd = true;
	input->zstd = ZSTD_createDCtx();
	return input->zstd ? 0 : -ENOMEM;
}

static ssize_t read_zstd(struct fpt_log_input *input, void *bytes, size_t size)
{
	ZSTD_outBuffer out = { bytes, size, 0 };
	size_t left;

	for (;;) {
		ZSTD_inBuffer in = { input->packed, input->packed_size, input->packed_at };

		left = ZSTD_decompressStream(input->zstd, &out, &in);
		if (ZSTD_isError(left))
			return -EILSEQ;
		input->packed_at = in.pos;
		if (out.pos)
			return (ssize_t)out.pos;
		if (in.pos == in.size) {
			ssize_t n = read_on(input, input->packed, PACKED_BYTES);

			if (n <= 0)
				return n;
			input->packed_at = 0;
			input->packed_size = (size_t)n;
		}
	}
}

ssize_t fpt_log_input__read(struct fpt_log_input *input, void *bytes, size_t size)
{
	size_t kept;
	int err = input->looked ? 0 : look(input);

	if (err)
		return err;
	if (input->from_zstd)
		return read_zstd(input, bytes, size);
	kept = input->packed_size - input->packed_at;
	if (!kept)
		return read_on(input, bytes, size);
	if (kept > size)
		kept = size;
	memcpy(bytes, input->packed + input->packed_at, kept);
	input->packed_at += kept;
	return (ssize_t)kept;
}

void fpt_log_input__close(struct fpt_log_input *input)
{
	if (input->fd > STDIN_FILENO)
		close(input->fd);
	ZSTD_freeDCtx(input->zstd);
	free(input->packed);
	*input = (struct fpt_log_input){ 0 };
}
