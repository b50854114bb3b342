// SPDX-License-Identifier: GPL-2.0-only
/* Reads files and pipes, and decompresses what comes compressed. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#define PACKED_BYTES (128 << 10)

int fpt_input__open(struct fpt_input *input, const char *path)
{
	*input = (struct fpt_input){ 0 };
	if (!path || strcmp(path, "-") == 0)
		input->fd = STDIN_FILENO;
	else
		input->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return input->fd < 0 ? -errno : 0;
}

static ssize_t read_on(struct fpt_input *input, void *bytes, size_t size)
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
static int look(struct fpt_input *input)
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

static ssize_t read_zstd(struct fpt_input *input, void *bytes, size_t size)
{
	ZSTD_outBuffer out = { bytes, size, 0 };
	size_t left;

	for (;;) {
		ZSTD_inBuffer in = { input->packed, input->packed_size, input->packed_at };
		const size_t before = in.pos;

		left = ZSTD_decompressStream(input->zstd, &out, &in);
		if (ZSTD_isError(left))
			return -EILSEQ;
		input->packed_at = in.pos;
		if (in.pos > before || out.pos)
			input->in_frame = left > 0;
		if (out.pos)
			return (ssize_t)out.pos;
		if (in.pos == in.size) {
			ssize_t n = read_on(input, input->packed, PACKED_BYTES);

			if (n == 0 && input->in_frame)
				return -ENODATA;
			if (n <= 0)
				return n;
			input->packed_at = 0;
			input->packed_size = (size_t)n;
		}
	}
}

/* As fpt_input__read(), whatever was peeked. */
static ssize_t read_next(struct fpt_input *input, void *bytes, size_t size)
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

ssize_t fpt_input__read(struct fpt_input *input, void *bytes, size_t size)
{
	size_t kept = input->peeked_size - input->peeked_at;

	if (!kept && input->err)
		return input->err;
	if (!kept)
		return read_next(input, bytes, size);
	if (kept > size)
		kept = size;
	memcpy(bytes, input->peeked + input->peeked_at, kept);
	input->peeked_at += kept;
	return (ssize_t)kept;
}

size_t fpt_input__peek(struct fpt_input *input, size_t least, const char **bytes)
{
	ssize_t n = 1;

	if (!input->peeked)
		input->peeked = malloc(FPT_INPUT_PEEK);
	*bytes = input->peeked ?: "";
	while (input->peeked && input->peeked_size < least && n > 0) {
		n = read_next(input, input->peeked + input->peeked_size,
			      FPT_INPUT_PEEK - input->peeked_size);
		if (n > 0)
			input->peeked_size += (size_t)n;
	}
	if (n < 0)
		input->err = (int)n;
	return input->peeked_size;
}

const char *fpt_input__error(int err)
{
	switch (err) {
	case EILSEQ:
		return "zstd cannot decompress what follows";
	case ENODATA:
		return "the compressed file was cut short there";
	default:
		return strerror(err);
	}
}

void fpt_input__close(struct fpt_input *input)
{
	if (input->fd > STDIN_FILENO)
		close(input->fd);
	ZSTD_freeDCtx(input->zstd);
	free(input->packed);
	free(input->peeked);
	*input = (struct fpt_input){ 0 };
}
