/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text as an input of an audit: what its reader says, batch by batch, and what
 * the run comes to.
 */
#ifndef AUDIT_FIXTURE_H
#define AUDIT_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report.h"
#include "source.h"
#include "table.h"

struct audited {
	int open_err; /* 0: it was opened */
	unsigned int damages;
	enum fpt_log_state state; /* the last: END or TRUNCATED */
	char first[512],
		last[512]; /* what was wrong at first, or why it was refused; and at last */
	struct fpt_summary summary;
	uint64_t events; /* that the reader gave; no records */
};

static inline const char *input_file(const char *text, size_t size)
{
	static int fd = -1;
	static char path[64];

	if (fd >= 0)
		close(fd);
	fd = memfd_create("input", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

static inline void note_damage(struct audited *got, const char *why)
{
	assert_true(*why);
	snprintf(*got->first ? got->last : got->first, sizeof(got->first), "%s", why);
}

/* Each batch is also given to @each, if there is one. */
static inline void audit_with(const char *text, size_t size, enum fpt_source_form form,
			      struct audited *got, void (*each)(const struct fpt_batch *batch))
{
	struct fpt_session_options options = { .sinks = { .count = 1 } };
	struct fpt_source *source;
	struct fpt_session session;
	struct fpt_batch batch;
	char why[512] = "";

	memset(got, 0, sizeof(*got));
	source = fpt_source__open(input_file(text, size), form, got->first, sizeof(got->first));
	if (!source) {
		got->open_err = errno;
		assert_true(errno && *got->first);
		return;
	}
	options.sinks.sink[0] = (struct fpt_sink){ .form = &fpt_out_tap, .out = stderr };
	assert_int_equal(fpt_session__init(&session, &options), 0);
	do {
		got->state = fpt_source__next(source, &batch, why, sizeof(why));
		got->damages += got->state == FPT_LOG_DAMAGED;
		if (got->state == FPT_LOG_DAMAGED || got->state == FPT_LOG_TRUNCATED)
			note_damage(got, why);
		else
			assert_int_equal(fpt_session__batch(&session, &batch), 0);
		if (got->state == FPT_LOG_DAMAGED)
			fpt_session__gap(&session);
		if (got->state == FPT_LOG_OK && each)
			each(&batch);
	} while (got->state == FPT_LOG_OK || got->state == FPT_LOG_DAMAGED);
	got->summary = *fpt_session__summary(&session);
	for (int kind = 0; kind < 64; kind++)
		got->events += got->summary.events[kind];
	fpt_session__free(&session);
	fpt_source__close(source);
}

static inline void audit(const char *text, enum fpt_source_form form, struct audited *got)
{
	audit_with(text, strlen(text), form, got, NULL);
}

#endif
