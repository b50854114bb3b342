// SPDX-License-Identifier: GPL-2.0-only
/* Tells forms of input apart by their first bytes, and opens their readers. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libfuse_line.h"

#define PEEK_BYTES 65536
#define PEEK_WAIT_MS 20 /* between two looks at a pipe that has not enough to tell */

enum fpt_source_form fpt_source_form__find(const char *name)
{
#define FORM_NAME(NAME, text) text,
	static const char *const names[] = { FPT_SOURCE_FORMS(FORM_NAME) };
#undef FORM_NAME
	int form;

	for (form = 0; form < FPT_SOURCE_MAX; form++)
		if (strcmp(names[form], name) == 0)
			break;
	return form;
}

/* Copies what a pipe holds, and leaves it there.  -1: it is no pipe. */
static ssize_t peek_pipe(int fd, char *bytes, size_t size)
{
	int copy[2];
	ssize_t n;

	if (pipe2(copy, O_CLOEXEC) < 0)
		return -1;
	n = tee(fd, copy[1], size, 0);
	if (n > 0)
		n = read(copy[0], bytes, (size_t)n);
	close(copy[0]);
	close(copy[1]);
	return n;
}

/* Whether a pipe may get more than the @n bytes that it has. */
static bool wait_for_more(int fd)
{
	struct pollfd poller = { .fd = fd };

	if (poll(&poller, 1, PEEK_WAIT_MS) < 0)
		return errno == EINTR;
	return !(poller.revents & (POLLHUP | POLLERR | POLLNVAL));
}

/*
 * A line says what it is: a pipe is looked at again until it has a whole one, is full, or gets no
 * more.
 */
static ssize_t peek(int fd, char *bytes, size_t size)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	ssize_t n;
	bool more;

	if (at >= 0)
		return pread(fd, bytes, size, at);
	do {
		more = wait_for_more(fd);
		n = peek_pipe(fd, bytes, size);
		if (n < 0 && errno == EAGAIN)
			n = 0; /* it is empty so far */
		bytes[n > 0 ? n : 0] = '\0';
	} while (more && n >= 0 && n < 4096 && *bytes != '{' && !memchr(bytes, '\n', (size_t)n) &&
		 strncmp(bytes, FPT_LOG_MAGIC, 8) != 0);
	return n;
}

/* Whether some line of it is one that only libfuse writes. */
static bool is_libfuse(char *bytes)
{
	struct fpt_libfuse_line line;
	char *at, *end;

	for (at = bytes; *at; at = end + 1) {
		end = strchr(at, '\n');
		if (end)
			*end = '\0';
		fpt_libfuse_line__parse(&line, at);
		if (line.what == FPT_LIBFUSE_VERSION || line.what == FPT_LIBFUSE_REQUEST)
			return true;
		if (!end)
			break;
	}
	return false;
}

/*
 * A named pipe has its bytes from a writer that waits for a reader, and that is killed when this
 * one goes.  One of the shell's <(command) is held open.
 */
static bool can_peek(int fd, const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 || strncmp(path, "/dev/fd/", 8) == 0 ||
	       (fstat(fd, &st) == 0 && !S_ISFIFO(st.st_mode));
}

enum fpt_source_form fpt_source_form__of(const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum fpt_source_form form = FPT_SOURCE_LOG;
	char *bytes;
	ssize_t n;

	bytes = fd < 0 ? NULL : malloc(PEEK_BYTES + 1);
	if (bytes && can_peek(fd, path)) {
		n = peek(fd, bytes, PEEK_BYTES);
		bytes[n > 0 ? n : 0] = '\0';
		if (*bytes == '{')
			form = FPT_SOURCE_JSONL;
		else if (is_libfuse(bytes))
			form = FPT_SOURCE_LIBFUSE;
	}
	free(bytes);
	if (fd >= 0 && !is_stdin)
		close(fd);
	return form;
}

/* ---- a log ---- */

struct log_source {
	struct fpt_source source;
	struct fpt_log_reader *reader;
};

static enum fpt_log_state log_next(struct fpt_source *source, struct fpt_batch *batch, char *why,
				   size_t why_size)
{
	return fpt_log_reader__next(((struct log_source *)source)->reader, batch, why, why_size);
}

static uint64_t log_done(const struct fpt_source *source)
{
	return fpt_log_reader__done(((const struct log_source *)source)->reader);
}

static void log_close(struct fpt_source *source)
{
	fpt_log_reader__close(((struct log_source *)source)->reader);
	free(source);
}

/* Takes over the reader, which is NULL if there is none. */
static struct fpt_source *log_source(struct fpt_log_reader *reader, char *why, size_t why_size)
{
	static const struct fpt_source_ops ops = { .next = log_next,
						   .done = log_done,
						   .close = log_close };
	struct log_source *log = reader ? calloc(1, sizeof(*log)) : NULL;

	if (log) {
		log->source.ops = &ops;
		log->reader = reader;
		return &log->source;
	}
	if (reader)
		snprintf(why, why_size, "out of memory");
	fpt_log_reader__close(reader);
	return NULL;
}

struct fpt_source *fpt_source__open(const char *path, enum fpt_source_form form, char *why,
				    size_t why_size)
{
	switch (form) {
	case FPT_SOURCE_JSONL:
		return fpt_source_jsonl__open(path, why, why_size);
	case FPT_SOURCE_LIBFUSE:
		return fpt_source_libfuse__open(path, why, why_size);
	default:
		return log_source(fpt_log_reader__open(path, why, why_size), why, why_size);
	}
}

struct fpt_source *fpt_source__open_run(const struct fpt_log_pieces *pieces, size_t run,
					enum fpt_source_form form, char *why, size_t why_size)
{
	size_t count;
	const struct fpt_log_piece *piece = fpt_log_pieces__run(pieces, run, &count);
	const char *path = piece->path ? piece->path : "-";

	/* What has the header of a log was looked at already. */
	if (form == FPT_SOURCE_MAX)
		form = piece->run ? FPT_SOURCE_LOG : fpt_source_form__of(path);
	if (form == FPT_SOURCE_LOG)
		return log_source(fpt_log_reader__open_run(pieces, run, why, why_size), why,
				  why_size);
	return fpt_source__open(path, form, why, why_size);
}

uint64_t fpt_source__done(const struct fpt_source *source)
{
	return source->ops->done ? source->ops->done(source) : 0;
}

enum fpt_log_state fpt_source__next(struct fpt_source *source, struct fpt_batch *batch, char *why,
				    size_t why_size)
{
	memset(batch, 0, sizeof(*batch));
	return source->ops->next(source, batch, why, why_size);
}

void fpt_source__close(struct fpt_source *source)
{
	if (source)
		source->ops->close(source);
}
