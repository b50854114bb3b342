// SPDX-License-Identifier: GPL-2.0-only
/* fusept-audit: the verdict of a run, from its log. */
#include <errno.h>
#include <inttypes.h>
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

/* Says of a run that it cannot be read: on standard error, and in the reports of several. */
static void cannot_read(struct fpt_session *session, const char *why)
{
	struct fpt_session_options *options = &session->options;
	struct fpt_sink *sink;
	char words[512];

	fprintf(stderr, "fusept-audit: %s\n", why);
	if (!fpt_session__is_one_of_several(session))
		return;
	options->tally->unread++;
	fpt_sanitize(words, sizeof(words), why, SIZE_MAX);
	for (sink = options->sinks.sink; sink < options->sinks.sink + options->sinks.count; sink++)
		if (sink->form->unread)
			sink->form->unread(sink, options->run, options->log, words);
}

/* The name of a run, for people. */
static const char *name_of(const struct fpt_log_pieces *pieces, size_t run, char *out, size_t size)
{
	size_t count;
	const char *path = fpt_log_pieces__run(pieces, run, &count)->path;

	fpt_sanitize(out, size, path ? path : "standard input", SIZE_MAX);
	return out;
}

/* What of that which the options name is in this run. */
static void note_shown(const struct fpt_audit_options *options, const struct fpt_session *session)
{
	const struct fpt_filter_run run = fpt_session__filter_run(session);
	const struct fpt_timeline *timeline = session->options.sinks.sink[0].state;
	struct fpt_shown *shown = options->shown;

	if (!shown)
		return;
	shown->inode |= options->timeline && timeline->inodes;
	shown->mount |=
		options->filter.mount && fpt_filter__has_mount(&options->filter, &session->mounts);
	shown->time |= !fpt_filter__is_backwards(&options->filter, &run);
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

/* Judges one run; its exit status.  @source: NULL if it cannot be read, for @unread. */
static int audit(const struct fpt_audit_options *options, const struct fpt_log_pieces *pieces,
		 size_t run, struct fpt_source *source, const char *unread)
{
	struct fpt_ending ending = {};
	struct reading reading = { .source = source };
	struct fpt_session session;
	char name[256], why[512];
	int code = FPT_EXIT_USAGE, err;

	name_of(pieces, run, name, sizeof(name));
	if (fpt_session__init(&session, &options->session))
		goto out;
	if (!source) {
		cannot_read(&session, unread);
		goto out;
	}
	if (!prints_events(&options->session))
		fpt_progress__begin(&reading.progress, stderr, fpt_log_pieces__size(pieces, run));
	err = read_log(&session, &reading);
	fpt_progress__clear(&reading.progress);
	if (reading.damages > DAMAGES_TOLD)
		fprintf(stderr, "fusept-audit: %s: and %llu more places like these\n", name,
			(unsigned long long)(reading.damages - DAMAGES_TOLD));
	if (err) {
		snprintf(why, sizeof(why), "%s: %s", name,
			 err == -EPROTO ? "no record of a run comes before its events"
					: strerror(-err));
		cannot_read(&session, why);
		goto out;
	}
	note_shown(options, &session);
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
	int i, code = 0;
	char why[512];

	pieces->tell = say;
	for (i = 0; i < options->logs; i++) {
		if (!fpt_log_pieces__find(pieces, options->log[i], why, sizeof(why)))
			continue;
		say(why);
		code = FPT_EXIT_USAGE;
	}
	return code;
}

/* Nothing can be shown of what is not there: the exit status, @code or that of a wrong option. */
static int check_shown(const struct fpt_audit_options *options, int code)
{
	const struct fpt_shown *shown = options->shown;
	char ino[32];

	snprintf(ino, sizeof(ino), "%" PRIu64, options->timeline_ino);
	if (!shown->time)
		fpt_refuse("fusept-audit", "option", "--since",
			   "it is later than --until: nothing is between them");
	else if (options->filter.mount && !shown->mount)
		fpt_refuse("fusept-audit", "mount", options->filter.mount,
			   "nothing was recorded of it; .mounts of -f json lists those that were");
	else if (options->timeline && !shown->inode)
		fpt_refuse("fusept-audit", "inode", ino,
			   "nothing was recorded of an inode with this nodeid or number");
	else
		return code;
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
		code = check_shown(options, code);
	if (code != FPT_EXIT_USAGE)
		code = fpt_finish_stdout(fpt_outcomes__diff(stdout, outcomes, options->log));
	fpt_outcomes__free(&outcomes[0]);
	fpt_outcomes__free(&outcomes[1]);
	return code;
}

/* All files that are read: no report may go there.  NULL without memory. */
static const char **paths_of(const struct fpt_log_pieces *pieces)
{
	const char **paths = calloc(pieces->count + 1, sizeof(*paths));
	size_t i;

	for (i = 0; paths && i < pieces->count; i++)
		paths[i] = pieces->piece[i].path ?: "";
	return paths;
}

/* Judges a run, the @number-th of all; its exit status. */
static int audit_one(const struct fpt_audit_options *options, const struct fpt_log_pieces *pieces,
		     size_t run, unsigned int number, struct fpt_source *source, const char *why)
{
	struct fpt_audit_options mine;
	char name[256];

	if (for_run(&mine, options))
		return FPT_EXIT_USAGE;
	mine.session.log = name_of(pieces, run, name, sizeof(name));
	mine.session.run = number;
	return audit(&mine, pieces, run, source, why);
}

/* Whether a report that has begun can have one run more than was said. */
static bool takes_another(const struct fpt_sinks *sinks)
{
	const struct fpt_sink *sink;

	for (sink = sinks->sink; sink < sinks->sink + sinks->count; sink++)
		if (sink->form->counts_runs)
			return !fpt_refuse(
				"fusept-audit", "format", sink->form->name,
				"other runs follow in the same stream: give each a file of its own");
	return true;
}

/* Those that only show after the run before, as in a pipe; @code or a worse exit status. */
static int audit_others(const struct fpt_audit_options *options,
			const struct fpt_log_pieces *pieces, size_t run, unsigned int *number,
			struct fpt_source *source, int code)
{
	char why[512];
	int err;

	while ((err = fpt_source__another(source, why, sizeof(why))) != -ENOENT) {
		if (!takes_another(&options->session.sinks))
			return worse(code, FPT_EXIT_USAGE);
		options->session.tally->runs++;
		code = worse(code,
			     audit_one(options, pieces, run, ++*number, err ? NULL : source, why));
	}
	return code;
}

/* Judges the runs, one after the other, into the same reports; the worst exit status. */
static int audit_runs(const struct fpt_audit_options *options, const struct fpt_log_pieces *pieces)
{
	struct fpt_source *source = NULL;
	unsigned int number = 0;
	size_t run, count;
	char why[512];
	int code = 0;
	bool sound;

	for (run = 0; run < pieces->runs; run++) {
		sound = open_run(options, pieces, run, &source, why, sizeof(why));
		code = worse(code,
			     audit_one(options, pieces, run, ++number, sound ? source : NULL, why));
		if (source &&
		    (run + 1 == pieces->runs || !fpt_log_pieces__run(pieces, run + 1, &count)->nth))
			code = audit_others(options, pieces, run, &number, source, code);
	}
	fpt_source__close(source);
	return code;
}

static bool tally_is_empty(const struct fpt_tally *tally)
{
	int verdict, runs = 0;

	for (verdict = 0; verdict < FPT_VERDICTS; verdict++)
		runs += (int)tally->verdicts[verdict];
	return !runs;
}

static int audit_all(struct fpt_audit_options *options, const struct fpt_log_pieces *pieces)
{
	struct fpt_tally tally = { .runs = (unsigned int)pieces->runs };
	struct fpt_sinks *sinks = &options->session.sinks;
	const char **paths = paths_of(pieces);
	int code = FPT_EXIT_USAGE, err = paths ? 0 : -ENOMEM;
	bool told;

	sinks->kept = paths;
	sinks->kept_count = (int)pieces->count;
	options->session.tally = &tally;
	err = err ?: fpt_sinks__open(sinks, &tally);
	if (!err)
		code = audit_runs(options, pieces);
	/* Of one that cannot be read nothing is reported. */
	told = !err && (tally.runs > 1 || !tally_is_empty(&tally));
	err = fpt_sinks__close(sinks, told ? &tally : NULL);
	/* A verdict is worth more than a report that is not complete. */
	if (err && !code)
		code = FPT_EXIT_USAGE;
	/* Of what could not be read nobody knows what is in it. */
	if (!err && !tally.unread && code != FPT_EXIT_USAGE)
		code = check_shown(options, code);
	free(paths);
	return code;
}

int main(int argc, char **argv)
{
	struct fpt_audit_options options;
	struct fpt_log_pieces pieces = { 0 };
	struct fpt_shown shown = { 0 };
	int code = FPT_EXIT_USAGE, err = fpt_audit_options__parse(&options, argc, argv);

	if (err)
		return err > 0 ? fpt_finish_stdout(EXIT_SUCCESS) : FPT_EXIT_USAGE;
	options.shown = &shown;
	options.filter.met = &shown.mount;
	if (options.diff)
		code = diff(&options);
	else {
		code = find_logs(&pieces, &options);
		if (pieces.runs)
			code = worse(code, audit_all(&options, &pieces));
	}
	fpt_log_pieces__free(&pieces);
	fpt_assertions__free(&options.session.assertions);
	return code;
}
