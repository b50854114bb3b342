// SPDX-License-Identifier: GPL-2.0-only
/* fusept-audit: the verdict of a run, from its log. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log_pieces.h"
#include "options.h"
#include "report.h"
#include "version.h"

// clang-format off
static const char help[] =
"usage: fusept-audit [options] LOG...\n"
"Reads a log that fusept-trace -w wrote, prints what it would have printed, and gives\n"
"the same verdict and exit status. LOG is a file, maybe compressed with zstd; -,\n"
"standard input; a folder; or what the names of the pieces of a log begin with.\n"
"Pieces are put in order; logs of several runs are judged one after the other.\n"
"\n"
FPT_REPORT_HELP
"  -c / -C               the summary only, with counts / counts after the events\n"
"  -x                    only opens that failed, and findings\n"
"  -t, -tt, -ttt, -r     clock time / with microseconds / Unix time / deltas\n"
"  -a, --all             inner events too\n"
"      --color WHEN      always, never or auto (default; NO_COLOR is honoured)\n"
FPT_ASSERT_HELP
"other\n"
"      --explain [CHECK] what a check means and what to do; without CHECK, list them\n"
"  -h, --help            this text\n"
"  -V, --version         the version\n"
"\n"
"Exit status: 0 pass; 1 violation or failed assertion; 2 usage, or no readable log;\n"
"3 inconclusive: the log is truncated or damaged, or evidence was lost while it was\n"
"written.\n";
// clang-format on

// clang-format off
static const struct option long_options[] = {
	FPT_COMMON_OPTIONS, { "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' }, {},
};
// clang-format on

static int refuse(const char *what, const char *value, const char *wanted)
{
	return fpt_refuse("fusept-audit", what, value, wanted);
}

/* 0; 1 when help, version or an explanation was served; -EINVAL after saying why. */
static int parse(struct fpt_session_options *options, int argc, char **argv)
{
	struct fpt_common_options common;
	const char *word;
	int option, err = 0;

	fpt_common_options__init(&common, "fusept-audit", argc, argv, options);
	opterr = 0;
	while (!err &&
	       (word = argv[optind], option = getopt_long(argc, argv, ":xhV" FPT_COMMON_LETTERS,
							  long_options, NULL)) != -1) {
		switch (option) {
		case 'x':
			options->failures_only = true;
			break;
		case 'h':
			fputs(help, stdout);
			return 1;
		case 'V':
			puts("fusept-audit " FPT_VERSION);
			return 1;
		case '?':
		case ':':
			return refuse("option", word,
				      option == ':' ? "lacks its value, see fusept-audit --help"
						    : "unknown, see fusept-audit --help");
		default:
			err = fpt_common_options__take(&common, option, optarg);
		}
	}
	if (!err)
		err = fpt_common_options__finish(&common);
	if (!err && optind == argc)
		return refuse("arguments", "", "want a log, or - for standard input");
	return err;
}

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
		return refuse("output", options->sinks.sink[1].path,
			      "these are logs of several runs, and a file takes one");
	if (form != &fpt_out_text && form != &fpt_out_json && form != &fpt_out_github)
		return refuse("format", form->name,
			      "these are logs of several runs, want text, json or github");
	return 0;
}

int main(int argc, char **argv)
{
	struct fpt_session_options options;
	struct fpt_log_pieces pieces = { 0 };
	char why[512];
	size_t run;
	int code = 0, first, err = parse(&options, argc, argv);

	if (err)
		return err > 0 ? EXIT_SUCCESS : FPT_EXIT_USAGE;
	for (first = optind; first < argc && !err; first++)
		err = fpt_log_pieces__find(&pieces, argv[first], why, sizeof(why));
	if (err)
		fprintf(stderr, "fusept-audit: %s\n", why);
	else if (pieces.runs > 1)
		err = check_forms(&options);
	if (err) {
		fpt_assertions__free(&options.assertions);
		code = FPT_EXIT_USAGE;
	}
	for (run = 0; run < pieces.runs && !err; run++) {
		/* Each session takes over its outputs and assertions. */
		optind = 0;
		if (run)
			err = parse(&options, argc, argv);
		if (!err)
			code = worse(code, audit(&options, &pieces, run));
	}
	fpt_log_pieces__free(&pieces);
	return code;
}
