/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where an audit's stream comes from: a log of fusept-trace -w, JSON Lines that
 * fusept wrote, or the debug log of a libfuse server.  Each gives batches as
 * log.h has them.
 */
#ifndef FPT_SOURCE_H
#define FPT_SOURCE_H

#include "log.h"
#include "log_pieces.h"

#define FPT_SOURCE_FORMS(F) F(LOG, "log") F(JSONL, "jsonl") F(LIBFUSE, "libfuse")
#define FPT_SOURCE_FORM(NAME, name) FPT_SOURCE_##NAME,
enum fpt_source_form { FPT_SOURCE_FORMS(FPT_SOURCE_FORM) FPT_SOURCE_MAX };
#undef FPT_SOURCE_FORM
#define FPT_SOURCE_NAMES "log, jsonl or libfuse"

/* FPT_SOURCE_MAX if there is no such form. */
enum fpt_source_form fpt_source_form__find(const char *name);

/**
 * fpt_source_form__of - what a file holds, from its first bytes.
 * @path: a file or a pipe, of which nothing is consumed; "-" is standard input.
 *
 * What is neither JSON Lines nor a debug log is taken for a log, whose reader
 * says what is wrong.
 */
enum fpt_source_form fpt_source_form__of(const char *path);

/* One stream being read. */
struct fpt_source {
	const struct fpt_source_ops *ops;
};

struct fpt_source_ops {
	enum fpt_log_state (*next)(struct fpt_source *source, struct fpt_batch *batch, char *why,
				   size_t why_size);
	uint64_t (*done)(const struct fpt_source *source); /* NULL: not known */
	void (*close)(struct fpt_source *source);
};

/**
 * fpt_source__open - begin to read.
 * @path: a file or a pipe; "-" is standard input.
 * @why: on failure, a message with the path, what is wrong and what to do.
 *
 * Returns NULL with errno set: EINVAL, not of that form; EPROTO, of another
 * version; else that of open(2) or read(2).
 */
struct fpt_source *fpt_source__open(const char *path, enum fpt_source_form form, char *why,
				    size_t why_size);

/*
 * The same for the files of a run that fpt_log_pieces__find() has found; @form is
 * FPT_SOURCE_MAX for what their first bytes say.
 */
struct fpt_source *fpt_source__open_run(const struct fpt_log_pieces *pieces, size_t run,
					enum fpt_source_form form, char *why, size_t why_size);

/* The same of one form. */
struct fpt_source *fpt_source_jsonl__open(const char *path, char *why, size_t why_size);
struct fpt_source *fpt_source_libfuse__open(const char *path, char *why, size_t why_size);

/* As fpt_log_reader__next(): file, line and offset are in @why. */
enum fpt_log_state fpt_source__next(struct fpt_source *source, struct fpt_batch *batch, char *why,
				    size_t why_size);

/* How many bytes were read; 0 if that is not known. */
uint64_t fpt_source__done(const struct fpt_source *source);

/* NULL is fine. */
void fpt_source__close(struct fpt_source *source);

#endif
