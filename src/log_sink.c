// SPDX-License-Identifier: GPL-2.0-only
/* Writes the files of a log.  Buffers nothing: what was written is in the file. */
#include "log_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

#include "log.h"
#include "log_pieces.h"

static char *piece_path(const struct fpt_log_sink *sink, uint32_t piece)
{
	char *path = NULL;

	if (!sink->numbered)
		return strdup(sink->path);
	return asprintf(&path, "%s.%06u", sink->path, piece) < 0 ? NULL : path;
}

static int open_piece(struct fpt_log_sink *sink)
{
	char *path;

	if (!sink->path) {
		sink->fd = STDOUT_FILENO;
		return 0;
	}
	path = piece_path(sink, sink->piece);
	if (!path)
		return -ENOMEM;
	sink->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	free(path);
	sink->size = 0;
	return sink->fd < 0 ? -errno : 0;
}

static bool is_log(const char *path)
{
	char magic[sizeof(FPT_LOG_MAGIC)] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, magic, sizeof(magic) - 1);

	if (fd >= 0)
		close(fd);
	return n >= 0 && strcmp(magic, FPT_LOG_MAGIC) == 0;
}

static int remove_log(void *context, const char *path)
{
	(void)context;
	if (is_log(path))
		unlink(path);
	return 0;
}

int fpt_log_sink__open(struct fpt_log_sink *sink, const char *path, bool numbered, uint64_t max)
{
	*sink = (struct fpt_log_sink){ .numbered = numbered, .max = max, .fd = -1 };
	if (strcmp(path, "-") == 0)
		return numbered ? -EINVAL : open_piece(sink);
	sink->path = strdup(path);
	if (!sink->path)
		return -ENOMEM;
	/* The pieces of an older log of that name would be taken for this one's. */
	if (numbered)
		fpt_log_pieces__each(path, remove_log, NULL);
	return open_piece(sink);
}

int fpt_log_sink__next(struct fpt_log_sink *sink)
{
	const uint64_t size = (uint64_t)sink->size;

	if (sink->fd >= 0) {
		close(sink->fd);
		sink->fd = -1;
		fpt_buffer__put(&sink->sizes, &size, sizeof(size));
		sink->total += size;
		sink->size = 0;
		sink->piece++;
	}
	return sink->sizes.failed ? -ENOMEM : open_piece(sink);
}

/* Removes old pieces until @bytes more are within the limit. */
static void make_room(struct fpt_log_sink *sink, size_t bytes)
{
	const uint64_t *sizes = (const uint64_t *)sink->sizes.at;
	char *path;

	while (sink->max && sink->oldest < sink->piece &&
	       sink->total + (uint64_t)sink->size + bytes > sink->max) {
		path = piece_path(sink, sink->oldest);
		if (!path)
			return;
		unlink(path);
		free(path);
		sink->total -= sizes[sink->oldest++];
	}
}

/* Whether the write may be tried again at once. */
static bool try_again(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLOUT };

	if (errno == EAGAIN)
		poll(&wait, 1, -1);
	return errno == EINTR || errno == EAGAIN;
}

static int write_parts(int fd, struct iovec *part, int count)
{
	ssize_t n;

	while (count) {
		n = writev(fd, part, count);
		if (n < 0 && try_again(fd))
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		while (count && (size_t)n >= part->iov_len) {
			n -= (ssize_t)part->iov_len;
			part++;
			count--;
		}
		if (count) {
			part->iov_base = (char *)part->iov_base + n;
			part->iov_len -= (size_t)n;
		}
	}
	return 0;
}

int fpt_log_sink__write(struct fpt_log_sink *sink, const void *head, size_t head_size,
			const void *body, size_t body_size)
{
	struct iovec part[2] = {
		{ .iov_base = (void *)head, .iov_len = head_size },
		{ .iov_base = (void *)body, .iov_len = body_size },
	};
	int err;

	make_room(sink, head_size + body_size);
	err = write_parts(sink->fd, part, body_size ? 2 : 1);
	if (!err)
		sink->size += (off_t)(head_size + body_size);
	else if (sink->path && ftruncate(sink->fd, sink->size) == 0)
		lseek(sink->fd, sink->size, SEEK_SET);
	return err;
}

int fpt_log_sink__close(struct fpt_log_sink *sink)
{
	int err = 0;

	if (sink->path && sink->fd >= 0 && close(sink->fd) != 0)
		err = -errno;
	free(sink->sizes.at);
	free(sink->path);
	return err;
}
