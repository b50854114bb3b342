// SPDX-License-Identifier: GPL-2.0-only
/* fusept-audit: the verdict of a run, from its log. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit_options.h"
#include "log_pieces.h"
#include "options.h"
#include "outcomes.h"
#include "progress.h"
#include "report.h"
#include "source.h"
#include "timeline.h"
#include "value.h"

#define DAMAGES_TOLD 20 /* of one run; what is worse than that is not looked at one by one */

/* What a log that is being read has shown beside its events. */
struct reading {
	struct fpt_source *source;
	struct fpt_progress progress;
	uint64_t damages;
	char why[512]; /* what was wrong last; "": nothing */
};

static void tell(struct reading *reading, const char *what)
{
	fpt_progress__clear(&reading->progress);
	if (reading->damages++ < DAMAGES_TOLD)
		fprintf(stderr, "fusept-audit: %s\n", what);
	snprintf(reading->why, sizeof(reading->why), "%s", what);
}

/* Reads to the end.  0 or -errno. */
static int read_log(struct fpt_session *session, struct reading *reading)
{
	struct fpt_source *source = reading->source;
	struct fpt_batch batch;
	char what[512];
	int err = 0;

	for (;;) {
		switch (fpt_source__next(source, &batch, what, sizeof(what))) {
		case FPT_LOG_END:
			return fpt_session__batch(session, &batch);
		case FPT_LOG_TRUNCATED:
			tell(reading, what);
			return err;
		case FPT_LOG_DAMAGED:
			tell(reading, what);
			fpt_session__gap(session);
			break;
		case FPT_LOG_OK:
			err = fpt_session__batch(session, &batch);
			if (err)
				return err;
			fpt_progress__step(&reading->progress, fpt_source__done(source),
					   batch.produced);
		}
	}
}

/* Whether events come out on the terminal: they show how far it is, too. */
static bool prints_events(const struct fpt_session_options *options)
{
	const struct fpt_output *form = options->sinks.sink[0].form;

	return options->events && form->event && isatty(fileno(options->sinks.sink[0].out));
}

/*
 * Opens a run, or goes over to it in the stream that has the run before, too: then @source stays.
 * False, with the reason in @why, if it cannot be read.
 */
static bool open_run(const struct fpt_audit_options *options, const struct fpt_log_pieces *pieces,
		     size_t run, struct fpt_source **source, char *why, size_t why_size)
{
	size_t count;
	const struct fpt_log_piece *piece = fpt_log_pieces__run(pieces, run, &count);

	if (*source && piece->nth)
		return fpt_source__another(*source, why, why_size) == 0;
	fpt_source__close(*source);
	*source = fpt_source__open_run(pieces, run, options->from, why, why_size);
	return *source;
}

/* Judges one run; its exit status.  @source: NULL if it cannot be read, for @why. */
static int audit(const struct fpt_audit_options *options, const struct fpt_log_pieces *pieces,
		 size_t run, struct fpt_source *source, const char *why)
{
	size_t count;
	const char *path = fpt_log_pieces__run(pieces, run, &count)->path;
	struct fpt_ending ending = {};
	struct reading reading = { .source = source };
	struct fpt_session session;
	char name[256];
	int code = FPT_EXIT_USAGE, err;

	fpt_sanitize(name, sizeof(name), path ? path : "standard input", SIZE_MAX);
	if (!source)
		fprintf(stderr, "fusept-audit: %s\n", why);
	if (fpt_session__init(&session, &options->session) || !source)
		goto out;
	if (!prints_events(&options->session))
		fpt_progress__begin(&reading.progress, stderr, fpt_log_pieces__size(pieces, run));
	err = read_log(&session, &reading);
	fpt_progress__clear(&reading.progress);
	if (reading.damages > DAMAGES_TOLD)
		fprintf(stderr, "fusept-audit: %s: and %llu more places like these\n", name,
			(unsigned long long)(reading.damages - DAMAGES_TOLD));
	if (err) {
		fprintf(stderr, "fusept-audit: %s: %s\n", name,
			err == -EPROTO ? "no record of a run comes before its events"
				       : strerror(-err));
		goto out;
	}
	ending.cut = *reading.why ? reading.why : NULL;
	fpt_session__warn(&session, "fusept-audit");
	code = fpt_session__end(&session, &ending);
out:
	fpt_session__free(&session);
	return code;
}

/* Of two runs, the worse: a violation is one whatever cannot be read. */
static int worse(int a, int b)
{
	static const int order[] = { FPT_EXIT_FAILED, FPT_EXIT_USAGE, 3 };
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return 0;
}

/* What can be said of several runs one after the other. */
static int check_forms(const struct fpt_session_options *options)
{
	const struct fpt_output *form = options->sinks.sink[0].form;

	if (options->sinks.count > 1)
		return fpt_refuse("fusept-audit", "output", options->sinks.sink[1].path,
				  "these are logs of several runs, and a file takes one");
	if (form != &fpt_out_timeline && form != &fpt_out_text && form != &fpt_out_json &&
	    form != &fpt_out_github)
		return fpt_refuse("fusept-audit", "format", form->name,
				  "these are logs of several runs, want text, json or github");
	return 0;
}

/* The options for one run more: a session takes over its outputs and assertions. */
static int for_run(struct fpt_audit_options *mine, const struct fpt_audit_options *options)
{
	struct fpt_sink *sink;
	int err;

	*mine = *options;
	err = fpt_assertions__copy(&mine->session.assertions, &options->session.assertions);
	if (err || !options->timeline)
		return err;
	sink = &mine->session.sinks.sink[0];
	sink->form = &fpt_out_timeline;
	sink->state = fpt_timeline__new(options->timeline_ino);
	return sink->state ? 0 : -ENOMEM;
}

static void say(const char *what)
{
	fprintf(stderr, "fusept-audit: %s\n", what);
}

/* The exit status: what is not there keeps nothing else from being read. */
static int find_logs(struct fpt_log_pieces *pieces, const struct fpt_audit_options *options)
{
	char why[512];
	int i, code = 0;

	pieces->tell = say;
	for (i = 0; i < options->logs; i++) {
		if (!fpt_log_pieces__find(pieces, options->log[i], why, sizeof(why)))
			continue;
		say(why);
		code = FPT_EXIT_USAGE;
	}
	return code;
}

/* Nobody else looks whether standard output took it. */
static int check_output(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "fusept-audit: cannot write standard output: %s\n", strerror(errno));
	return FPT_EXIT_USAGE;
}

/* Compares two runs; the exit status. */
static int diff(const struct fpt_audit_options *options)
{
	struct fpt_outcomes outcomes[2] = { 0 };
	struct fpt_log_pieces pieces = { .tell = say };
	struct fpt_source *source = NULL;
	struct fpt_audit_options mine;
	int i, code = 0;
	char why[512];
	bool sound;

	for (i = 0; i < 2 && code != FPT_EXIT_USAGE; i++) {
		if (for_run(&mine, options))
			code = FPT_EXIT_USAGE;
		mine.session.sinks.sink[0].form = &fpt_out_outcomes;
		mine.session.sinks.sink[0].state = &outcomes[i];
		if (fpt_log_pieces__find(&pieces, options->log[i], why, sizeof(why)))
			code = fpt_refuse("fusept-audit", "log", options->log[i], why);
		else if (pieces.runs > 1)
			code = fpt_refuse("fusept-audit", "log", options->log[i],
					  "several runs are in it, --diff wants one");
		if (code >= 0 && code != FPT_EXIT_USAGE) {
			sound = open_run(&mine, &pieces, 0, &source, why, sizeof(why));
			code = audit(&mine, &pieces, 0, sound ? source : NULL, why);
			if (sound && fpt_source__another(source, why, sizeof(why)) != -ENOENT)
				code = fpt_refuse("fusept-audit", "log", options->log[i],
						  "several runs are in it, --diff wants one");
		}
		if (code < 0)
			code = FPT_EXIT_USAGE;
		fpt_source__close(source);
		source = NULL;
		fpt_log_pieces__free(&pieces);
	}
	if (code != FPT_EXIT_USAGE)
		code = check_output(fpt_outcomes__diff(stdout, outcomes, options->log));
	fpt_outcomes__free(&outcomes[0]);
	fpt_outcomes__free(&outcomes[1]);
	return code;
}

/* Judges a run, which is that many of all; its exit status. */
static int audit_one(const struct fpt_audit_options *options, const struct fpt_log_pieces *pieces,
		     size_t run, size_t number, size_t runs, struct fpt_source *source,
		     const char *why)
{
	struct fpt_audit_options mine;
	char title[400], name[256];
	const char *path;
	size_t count;

	if (for_run(&mine, options))
		return FPT_EXIT_USAGE;
	path = fpt_log_pieces__run(pieces, run, &count)->path;
	fpt_sanitize(name, sizeof(name), path ? path : "standard input", SIZE_MAX);
	snprintf(title, sizeof(title), "run %zu of %zu, %s", number, runs, name);
	if (runs > 1)
		mine.session.title = title;
	return audit(&mine, pieces, run, source, why);
}

/* Judges all runs, one after the other; the worst exit status. */
static int audit_all(const struct fpt_audit_options *options, const struct fpt_log_pieces *pieces)
{
	struct fpt_source *source = NULL;
	size_t run, number = 0, runs = pieces->runs;
	int code = 0, err = 0;
	char why[512];
	bool sound;

	for (run = 0; run < pieces->runs; run++) {
		sound = open_run(options, pieces, run, &source, why, sizeof(why));
		number++;
		code = worse(code, audit_one(options, pieces, run, number, runs,
					     sound ? source : NULL, why));
		if (!source || (run + 1 < pieces->runs &&
				fpt_log_pieces__run(pieces, run + 1, &(size_t){ 0 })->nth))
			continue;
		/* Only then a pipe shows that more runs are in it. */
		while ((err = fpt_source__another(source, why, sizeof(why))) != -ENOENT) {
			number++;
			if (check_forms(&options->session)) {
				code = worse(code, FPT_EXIT_USAGE);
				break;
			}
			runs++;
			code = worse(code, audit_one(options, pieces, run, number, runs,
						     err ? NULL : source, why));
		}
	}
	fpt_source__close(source);
	return code;
}

int main(int argc, char **argv)
{
	struct fpt_audit_options options;
	struct fpt_log_pieces pieces = { 0 };
	int code = FPT_EXIT_USAGE, err = fpt_audit_options__parse(&options, argc, argv);

	if (err)
		return err > 0 ? check_output(EXIT_SUCCESS) : FPT_EXIT_USAGE;
	if (options.diff)
		code = diff(&options);
	else {
		code = find_logs(&pieces, &options);
		if (pieces.runs > 1 && check_forms(&options.session))
			code = FPT_EXIT_USAGE;
		else
			code = worse(code, audit_all(&options, &pieces));
	}
	fpt_log_pieces__free(&pieces);
	fpt_assertions__free(&options.session.assertions);
	return code;
}
