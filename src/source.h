/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where an audit's stream comes from: a log of fusept-trace -w, JSON Lines that
 * fusept wrote, or the debug log of a libfuse server.  Each gives batches as
 * log.h has them.
 */
#ifndef FPT_SOURCE_H
#define FPT_SOURCE_H

#include "form.h"
#include "log.h"
#include "log_pieces.h"

/* One stream being read. */
struct fpt_source {
	const struct fpt_source_ops *ops;
};

struct fpt_source_ops {
	enum fpt_log_state (*next)(struct fpt_source *source, struct fpt_batch *batch, char *why,
				   size_t why_size);
	/* NULL: there is never one */
	int (*another)(struct fpt_source *source, char *why, size_t why_size);
	uint64_t (*done)(const struct fpt_source *source); /* NULL: not known */
	void (*close)(struct fpt_source *source);
};

/**
 * fpt_source__open - begin to read.
 * @path: a file or a pipe, maybe compressed with zstd; "-" is standard input.
 * @form: FPT_SOURCE_MAX for what its first bytes say; what they do not say is
 *	taken for a log, whose reader says what is wrong.
 * @why: on failure, a message with the path, what is wrong and what to do.
 *
 * Returns NULL with errno set: EINVAL, not of that form; EPROTO, of another
 * version; else that of open(2) or read(2).
 */
struct fpt_source *fpt_source__open(const char *path, enum fpt_source_form form, char *why,
				    size_t why_size);

/* The same for the files of a run that fpt_log_pieces__find() has found. */
struct fpt_source *fpt_source__open_run(const struct fpt_log_pieces *pieces, size_t run,
					enum fpt_source_form form, char *why, size_t why_size);

/* The same of one form; takes over the input, whatever the result is. */
struct fpt_source *fpt_source_jsonl__open(const char *path, const struct fpt_input *input,
					  char *why, size_t why_size);
struct fpt_source *fpt_source_libfuse__open(const char *path, const struct fpt_input *input,
					    char *why, size_t why_size);

/* As fpt_log_reader__next(): file, line and offset are in @why. */
enum fpt_log_state fpt_source__next(struct fpt_source *source, struct fpt_batch *batch, char *why,
				    size_t why_size);

/**
 * fpt_source__another - go over to the next run in the same stream, if there is one.
 *
 * What is left of the run before is skipped.  Returns 0; -ENOENT at the end; another
 * -errno for a run that cannot be read, with why in @why: it may be called again.
 */
int fpt_source__another(struct fpt_source *source, char *why, size_t why_size);

/* How many bytes were read; 0 if that is not known. */
uint64_t fpt_source__done(const struct fpt_source *source);

/* NULL is fine. */
void fpt_source__close(struct fpt_source *source);

#endif
