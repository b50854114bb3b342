// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a log.  Buffers nothing: what was appended is in the file, or the
 * caller knows that it is not.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zlib.h>

#include "table.h"

struct fpt_log_writer {
	int fd;
	int err; /* the first failed write, as -errno */
	bool owned; /* the file is this log's from offset 0: it may be cut back */
	off_t end; /* of the last whole block */
	uint32_t crc; /* of the file header: crcs of blocks go on from it */
	uint32_t blocks;
	bool ended;
};

/* Writes both parts, in one system call unless the kernel takes less. */
static int write_pair(int fd, const void *head, size_t head_size, const void *body,
		      size_t body_size)
{
	struct iovec part[2] = {
		{ .iov_base = (void *)head, .iov_len = head_size },
		{ .iov_base = (void *)body, .iov_len = body_size },
	};
	ssize_t n;
	int i;

	while (part[0].iov_len + part[1].iov_len) {
		n = writev(fd, part, 2);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		for (i = 0; i < 2; i++) {
			size_t done = (size_t)n < part[i].iov_len ? (size_t)n : part[i].iov_len;

			part[i].iov_base = (char *)part[i].iov_base + done;
			part[i].iov_len -= done;
			n -= (ssize_t)done;
		}
	}
	return 0;
}

static int writer_write(struct fpt_log_writer *writer, const void *head, size_t head_size,
			const void *body, size_t body_size)
{
	writer->err = write_pair(writer->fd, head, head_size, body, body_size);
	if (!writer->err)
		writer->end += (off_t)(head_size + body_size);
	else if (writer->owned && ftruncate(writer->fd, writer->end) != 0)
		return writer->err; /* a torn block stays: the reader says so */
	return writer->err;
}

struct fpt_log_writer *fpt_log_writer__open(const char *path, const char *meta_json)
{
	struct fpt_log_file head = { .magic = FPT_LOG_MAGIC, .version = FPT_LOG_VERSION };
	size_t meta_size = strlen(meta_json);
	struct fpt_log_writer *writer;
	bool to_stdout = strcmp(path, "-") == 0;
	int err;

	if (meta_size > FPT_LOG_META_MAX || strchr(meta_json, '\n')) {
		errno = EINVAL;
		return NULL;
	}
	writer = calloc(1, sizeof(*writer));
	if (!writer)
		return NULL;
	if (to_stdout)
		writer->fd = STDOUT_FILENO;
	else
		writer->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (writer->fd < 0) {
		err = -errno;
		goto out;
	}
	writer->owned = !to_stdout;
	head.meta_size = (uint32_t)meta_size;
	head.crc = (uint32_t)crc32_z(0, (const void *)&head, sizeof(head));
	head.crc = (uint32_t)crc32_z(head.crc, (const void *)meta_json, meta_size);
	writer->crc = head.crc;
	err = writer_write(writer, &head, sizeof(head), meta_json, meta_size);
out:
	if (err) {
		if (writer->owned)
			close(writer->fd);
		free(writer);
		errno = -err;
		return NULL;
	}
	return writer;
}

static bool batch_is_sound(const struct fpt_batch *batch)
{
	const char *at = batch->events;
	size_t room = batch->bytes;
	uint32_t count = 0;

	if (room > FPT_LOG_BLOCK_MAX || (batch->end && room))
		return false;
	while (room) {
		struct fpt_header h;

		if (fpt_event__check(at, room))
			return false;
		memcpy(&h, at, sizeof(h));
		at += h.size;
		room -= h.size;
		count++;
	}
	return count == batch->count;
}

int fpt_log_writer__append(struct fpt_log_writer *writer, const struct fpt_batch *batch)
{
	struct fpt_log_block head = {
		.magic = batch->end ? FPT_LOG_END_MAGIC : FPT_LOG_BLOCK_MAGIC,
		.number = writer->blocks,
		.size = (uint32_t)batch->bytes,
		.count = batch->count,
		.lost = batch->lost,
		.produced = batch->produced,
		.missed = batch->missed,
	};
	int err;

	if (writer->err)
		return writer->err;
	if (writer->ended || !batch_is_sound(batch))
		return -EINVAL;
	head.events_crc = writer->crc;
	if (batch->bytes)
		head.events_crc = (uint32_t)crc32_z(writer->crc, batch->events, batch->bytes);
	head.header_crc = (uint32_t)crc32_z(writer->crc, (const void *)&head,
					    offsetof(struct fpt_log_block, header_crc));
	err = writer_write(writer, &head, sizeof(head), batch->events, batch->bytes);
	if (!err) {
		writer->blocks++;
		writer->ended = batch->end;
	}
	return err;
}

int fpt_log_writer__close(struct fpt_log_writer *writer)
{
	int err = writer->err;

	if (writer->owned && close(writer->fd) != 0 && !err)
		err = -errno;
	free(writer);
	return err;
}
