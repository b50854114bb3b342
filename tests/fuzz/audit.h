/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What fusept-audit does with a file, for the fuzzers and for the test of their
 * seeds: reader, session, checker and a report.  Aborts where no input may lead.
 */
#ifndef FUZZ_AUDIT_H
#define FUZZ_AUDIT_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report.h"
#include "source.h"

/* The bytes as a file. */
static inline const char *fuzz_file(const void *data, size_t size)
{
	static int fd = -1;
	static char path[32];

	if (fd < 0)
		fd = memfd_create("input", 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	return path;
}

/* As fusept-audit does.  0 or -errno. */
static inline int fuzz_read(struct fpt_session *session, struct fpt_source *source)
{
	struct fpt_batch batch;
	char why[512] = "";
	int err = 0;

	while (!err) {
		switch (fpt_source__next(source, &batch, why, sizeof(why))) {
		case FPT_LOG_END:
			return fpt_session__batch(session, &batch);
		case FPT_LOG_TRUNCATED:
			return *why ? 0 : (abort(), 0);
		case FPT_LOG_DAMAGED:
			if (!*why)
				abort();
			fpt_session__gap(session);
			break;
		case FPT_LOG_OK:
			err = fpt_session__batch(session, &batch);
		}
	}
	return err;
}

struct fuzz_told {
	struct fpt_summary summary;
	char *text; /* the report */
	size_t size;
};

/*
 * Whether the file could be read as one of that form; then what is told of it
 * is in @told, of which the caller frees the text.
 */
static inline bool fuzz_audit(const char *path, enum fpt_source_form form,
			      const struct fpt_output *output, unsigned int variant,
			      struct fuzz_told *told)
{
	struct fpt_session_options options = { .events = true,
					       .counts = true,
					       .all_events = variant & 1,
					       .time = variant % 5,
					       .sinks = { .count = 1 } };
	const struct fpt_ending ending = {};
	struct fpt_session session;
	struct fpt_source *source;
	char why[512] = "";
	bool sound = false;
	FILE *out;

	memset(told, 0, sizeof(*told));
	source = fpt_source__open(path, form, why, sizeof(why));
	if (!source)
		return *why ? false : (abort(), false);
	out = open_memstream(&told->text, &told->size);
	options.sinks.sink[0] = (struct fpt_sink){ .form = output, .out = out };
	if (!out || fpt_session__init(&session, &options))
		abort();
	if (fuzz_read(&session, source) == 0) {
		fpt_session__end(&session, &ending);
		told->summary = *fpt_session__summary(&session);
		sound = session.checker;
	}
	/* Damage and loss never end in a pass. */
	if (told->summary.gaps && fpt_summary__verdict(&told->summary) == FPT_VERDICT_PASS)
		abort();
	fpt_session__free(&session);
	/* Each of these reads the run before to its end. */
	while (fpt_source__another(source, why, sizeof(why)) != -ENOENT)
		;
	fpt_source__close(source);
	fclose(out);
	return sound;
}

/* The file in the form of text, or of JSON Lines, which lead to the same once more. */
static inline void fuzz_audit_forms(const void *data, size_t size, enum fpt_source_form form)
{
	const struct fpt_output *output = size & 1 ? &fpt_out_text : &fpt_out_json;
	unsigned int variant = (unsigned int)(size / 2);
	struct fuzz_told told, again;

	if (fuzz_audit(fuzz_file(data, size), form, output, variant, &told) && !(size & 1)) {
		if (!fuzz_audit(fuzz_file(told.text, told.size), FPT_SOURCE_JSONL, output, variant,
				&again))
			abort();
		if (memcmp(told.summary.findings, again.summary.findings,
			   sizeof(told.summary.findings)) != 0 ||
		    fpt_summary__verdict(&told.summary) != fpt_summary__verdict(&again.summary))
			abort();
		free(again.text);
	}
	free(told.text);
}

#endif
