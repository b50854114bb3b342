// SPDX-License-Identifier: GPL-2.0-only
/* fusept-audit: the verdict of a run, from its log. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "report.h"
#include "version.h"

// clang-format off
static const char help[] =
"usage: fusept-audit [options] LOG\n"
"Reads a log that fusept-trace -w wrote (- is standard input), prints what it would\n"
"have printed, and gives the same verdict and exit status.\n"
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
	if (!err && optind + 1 != argc)
		return refuse("arguments", optind < argc ? argv[optind + 1] : "",
			      "want one log, or - for standard input");
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

/* The exit status. */
static int judge(const struct fpt_session_options *options, struct fpt_log_reader *reader,
		 const char *log)
{
	struct fpt_ending ending = {};
	struct fpt_session session;
	char why[256] = "";
	int err = fpt_session__init(&session, options), code = FPT_EXIT_USAGE;

	if (err)
		goto out;
	err = read_log(&session, reader, why, sizeof(why));
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
	struct fpt_log_reader *reader;
	char why[256] = "";
	int code = parse(&options, argc, argv);

	if (code)
		return code > 0 ? EXIT_SUCCESS : FPT_EXIT_USAGE;
	reader = fpt_log_reader__open(argv[optind], why, sizeof(why));
	if (!reader) {
		fprintf(stderr, "fusept-audit: %s\n", why);
		return FPT_EXIT_USAGE;
	}
	code = judge(&options, reader, argv[optind]);
	fpt_log_reader__close(reader);
	return code;
}
