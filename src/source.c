// SPDX-License-Identifier: GPL-2.0-only
/* Opens the reader of an input, whatever its form is. */
#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

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

static int log_another(struct fpt_source *source, char *why, size_t why_size)
{
	return fpt_log_reader__another(((struct log_source *)source)->reader, why, why_size);
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
	static const struct fpt_source_ops ops = {
		.next = log_next, .another = log_another, .done = log_done, .close = log_close
	};
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
	struct fpt_input input;
	char name[256];
	int err = fpt_input__open(&input, path);

	if (err) {
		fpt_sanitize(name, sizeof(name), path, SIZE_MAX);
		snprintf(why, why_size, "%s: cannot open: %s", name, strerror(-err));
		errno = -err;
		return NULL;
	}
	if (form == FPT_SOURCE_MAX)
		form = fpt_source_form__of(&input);
	switch (form) {
	case FPT_SOURCE_JSONL:
		return fpt_source_jsonl__open(path, &input, why, why_size);
	case FPT_SOURCE_LIBFUSE:
		return fpt_source_libfuse__open(path, &input, why, why_size);
	default:
		return log_source(fpt_log_reader__open_input(path, &input, why, why_size), why,
				  why_size);
	}
}

struct fpt_source *fpt_source__open_run(const struct fpt_log_pieces *pieces, size_t run,
					enum fpt_source_form form, char *why, size_t why_size)
{
	size_t count;
	const struct fpt_log_piece *piece = fpt_log_pieces__run(pieces, run, &count);

	if (piece->run && (form == FPT_SOURCE_MAX || form == FPT_SOURCE_LOG))
		return log_source(fpt_log_reader__open_run(pieces, run, why, why_size), why,
				  why_size);
	return fpt_source__open(piece->path ?: "-", form, why, why_size);
}

int fpt_source__another(struct fpt_source *source, char *why, size_t why_size)
{
	return source->ops->another ? source->ops->another(source, why, why_size) : -ENOENT;
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
