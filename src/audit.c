// SPDX-License-Identifier: GPL-2.0-only
/* fusept-audit: the verdict of a run, from its log. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "report.h"
#include "source.h"
#include "version.h"

// clang-format off
static const char help[] =
"usage: fusept-audit [options] LOG\n"
"Reads a log that fusept-trace -w wrote (- is standard input), prints what it would\n"
"have printed, and gives the same verdict and exit status. JSON Lines (-f json) do for\n"
"a log, and what a libfuse server prints under -d, which shows requests and replies only.\n"
"\n"
"      --from FORM       what LOG is: log, jsonl or libfuse (default: as its first bytes\n"
"                        say)\n"
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

#define OPT_FROM 1024 /* above those that both tools have */

// clang-format off
static const struct option long_options[] = {
	FPT_COMMON_OPTIONS, { "from", required_argument, NULL, OPT_FROM },
	{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' }, {},
};
// clang-format on

static int refuse(const char *what, const char *value, const char *wanted)
{
	return fpt_refuse("fusept-audit", what, value, wanted);
}

/* 0; 1 when help, version or an explanation was served; -EINVAL after saying why. */
static int parse(struct fpt_session_options *options, enum fpt_source_form *form, int argc,
		 char **argv)
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
		case OPT_FROM:
			*form = fpt_source_form__find(optarg);
			if (*form == FPT_SOURCE_MAX)
				return refuse("form", optarg, "want " FPT_SOURCE_NAMES);
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
	if (!err && optind + 1 != argc)
		return refuse("arguments", optind < argc ? argv[optind + 1] : "",
			      "want one log, or - for standard input");
	return err;
}

/* Reads to the end; @why tells what was wrong with the log, if anything. */
static int read_log(struct fpt_session *session, struct fpt_source *source, char *why,
		    size_t why_size)
{
	struct fpt_batch batch;
	char what[512];
	int err = 0;

	for (;;) {
		switch (fpt_source__next(source, &batch, what, sizeof(what))) {
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

/* The exit status. */
static int judge(const struct fpt_session_options *options, struct fpt_source *source,
		 const char *log)
{
	struct fpt_ending ending = {};
	struct fpt_session session;
	char why[512] = "";
	int err = fpt_session__init(&session, options), code = FPT_EXIT_USAGE;

	if (err)
		goto out;
	err = read_log(&session, source, why, sizeof(why));
	if (err) {
		fprintf(stderr, "fusept-audit: %s: %s\n", log,
			err == -EPROTO ? "no record of a run comes before its events"
				       : strerror(-err));
		goto out;
	}
	ending.cut = *why ? why : NULL;
	fpt_session__warn(&session, "fusept-audit");
	code = fpt_session__end(&session, &ending);
out:
	fpt_session__free(&session);
	return code;
}

int main(int argc, char **argv)
{
	struct fpt_session_options options;
	struct fpt_source *source;
	enum fpt_source_form form = FPT_SOURCE_MAX;
	char why[512] = "";
	int code = parse(&options, &form, argc, argv);

	if (code)
		return code > 0 ? EXIT_SUCCESS : FPT_EXIT_USAGE;
	if (form == FPT_SOURCE_MAX)
		form = fpt_source_form__of(argv[optind]);
	source = fpt_source__open(argv[optind], form, why, sizeof(why));
	if (!source) {
		fprintf(stderr, "fusept-audit: %s\n", why);
		return FPT_EXIT_USAGE;
	}
	code = judge(&options, source, argv[optind]);
	fpt_source__close(source);
	return code;
}
