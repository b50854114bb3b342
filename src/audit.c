// SPDX-License-Identifier: GPL-2.0-only
/* fusept-audit: the verdict of a run, from its log. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit_options.h"
#include "log_pieces.h"
#include "options.h"
#include "report.h"
#include "timeline.h"

/* Reads to the end; @why tells what was wrong with the log, if anything. */
static int read_log(struct fpt_session *session, struct fpt_log_reader *reader, char *why,
		    size_t why_size)
{
	struct fpt_batch batch;
	char what[256];
	int err = 0;

	for (;;) {
		switch (fpt_log_reader__next(reader, &batch, what, sizeof(what))) {
		case FPT_LOG_END:
			return fpt_session__batch(session, &batch);
		case FPT_LOG_TRUNCATED:
			snprintf(why, why_size, "%s", what);
			fprintf(stderr, "fusept-audit: %s\n", what);
			return err;
		case FPT_LOG_DAMAGED:
			snprintf(why, why_size, "%s", what);
			fprintf(stderr, "fusept-audit: %s\n", what);
			fpt_session__gap(session);
			break;
		case FPT_LOG_OK:
			err = fpt_session__batch(session, &batch);
			if (err)
				return err;
		}
	}
}

/* Judges one run; its exit status. */
static int audit(const struct fpt_session_options *options, const struct fpt_log_pieces *pieces,
		 size_t run)
{
	struct fpt_ending ending = {};
	struct fpt_log_reader *reader;
	struct fpt_session session;
	char why[512] = "";
	int code = FPT_EXIT_USAGE, err;

	reader = fpt_log_reader__open_run(pieces, run, why, sizeof(why));
	if (!reader)
		fprintf(stderr, "fusept-audit: %s\n", why);
	if (fpt_session__init(&session, options) || !reader)
		goto out;
	err = read_log(&session, reader, why, sizeof(why));
	if (err) {
		fprintf(stderr, "fusept-audit: %s: %s\n", fpt_log_reader__name(reader),
			err == -EPROTO ? "no record of a run comes before its events"
				       : strerror(-err));
		goto out;
	}
	ending.cut = *why ? why : NULL;
	code = fpt_session__end(&session, &ending);
out:
	fpt_session__free(&session);
	fpt_log_reader__close(reader);
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

/* Reads the command line, for each run anew: a session takes over its outputs and assertions. */
static int parse(struct fpt_audit_options *options, int argc, char **argv)
{
	int err = fpt_audit_options__parse(options, argc, argv);
	struct fpt_sink *sink;

	if (err || !options->timeline)
		return err;
	sink = &options->session.sinks.sink[0];
	sink->form = &fpt_out_timeline;
	sink->state = fpt_timeline__new(options->timeline_ino);
	return sink->state ? 0 : -ENOMEM;
}

static int find_logs(struct fpt_log_pieces *pieces, const struct fpt_audit_options *options)
{
	char why[512];
	int i, err = 0;

	for (i = 0; i < options->logs && !err; i++)
		err = fpt_log_pieces__find(pieces, options->log[i], why, sizeof(why));
	if (err)
		fprintf(stderr, "fusept-audit: %s\n", why);
	else if (pieces->runs > 1)
		err = check_forms(&options->session);
	return err;
}

int main(int argc, char **argv)
{
	struct fpt_audit_options options;
	struct fpt_log_pieces pieces = { 0 };
	char title[64];
	size_t run;
	int code = 0, err = parse(&options, argc, argv);

	if (err)
		return err > 0 ? EXIT_SUCCESS : FPT_EXIT_USAGE;
	err = find_logs(&pieces, &options);
	if (err) {
		fpt_assertions__free(&options.session.assertions);
		code = FPT_EXIT_USAGE;
	}
	for (run = 0; run < pieces.runs && !err; run++) {
		if (run)
			err = parse(&options, argc, argv);
		snprintf(title, sizeof(title), "run %zu of %zu", run + 1, pieces.runs);
		if (pieces.runs > 1)
			options.session.title = title;
		if (!err)
			code = worse(code, audit(&options.session, &pieces, run));
	}
	fpt_log_pieces__free(&pieces);
	return code;
}
