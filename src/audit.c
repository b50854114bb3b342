// SPDX-License-Identifier: GPL-2.0-only
/* fusept-audit: the verdict of a run, from its log. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "log_pieces.h"
#include "trace_options.h"
#include "version.h"

#define EXIT_USAGE 2

// clang-format off
static const char help[] =
"usage: fusept-audit [options] LOG...\n"
"Reads a log that fusept-trace -w wrote, prints what it would have printed, and gives\n"
"the same verdict and exit status. LOG is a file, maybe compressed with zstd; -,\n"
"standard input; a folder; or what the names of the pieces of a log begin with.\n"
"Pieces are put in order; logs of several runs are judged one after the other.\n"
"\n"
"  -f, --format FORM     text (default) or json: JSON Lines\n"
"  -c / -C               the summary only, with counts / counts after the events\n"
"  -x                    only opens that failed, and findings\n"
"  -t, -tt, -ttt, -r     clock time / with microseconds / Unix time / deltas\n"
"  -a, --all             inner events too\n"
"      --color WHEN      always, never or auto (default; NO_COLOR is honoured)\n"
"      --explain [CHECK] what a check means and what to do; without CHECK, list them\n"
"  -h, --help            this text\n"
"  -V, --version         the version\n"
"\n"
"Exit status: 0 pass; 1 violation; 2 usage, or no readable log; 3 inconclusive: the\n"
"log is truncated or damaged, or evidence was lost while it was written.\n";
// clang-format on

// clang-format off
static const struct option long_options[] = {
	{ "format", required_argument, NULL, 'f' }, { "all", no_argument, NULL, 'a' },
	{ "color", required_argument, NULL, 'k' }, { "explain", optional_argument, NULL, 'e' },
	{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' }, {},
};
// clang-format on

static int refuse(const char *what, const char *value, const char *wanted)
{
	fprintf(stderr, "fusept-audit: %s '%s': %s\n", what, value, wanted);
	return -EINVAL;
}

/* 0; 1 when help, version or an explanation was served; -EINVAL after saying why. */
static int parse(struct fpt_session_options *options, int argc, char **argv)
{
	const char *color = "auto", *word;
	int option, t_count = 0;
	bool relative = false;

	opterr = 0;
	while (word = argv[optind],
	       (option = getopt_long(argc, argv, ":f:cCxtrahV", long_options, NULL)) != -1) {
		switch (option) {
		case 'f':
			options->output = fpt_output__find(optarg);
			if (!options->output)
				return refuse("format", optarg, "want text or json");
			break;
		case 'c':
			options->events = false;
			options->counts = true;
			break;
		case 'C':
			options->events = options->counts = true;
			break;
		case 'x':
			options->failures_only = true;
			break;
		case 't':
			t_count++;
			break;
		case 'r':
			relative = true;
			break;
		case 'a':
			options->all_events = true;
			break;
		case 'k':
			color = optarg;
			break;
		case 'e':
			return fpt_parse_explain("fusept-audit", argc, argv, optarg);
		case 'h':
			fputs(help, stdout);
			return 1;
		case 'V':
			puts("fusept-audit " FPT_VERSION);
			return 1;
		default:
			return refuse("option", word,
				      option == ':' ? "lacks its value, see fusept-audit --help"
						    : "unknown, see fusept-audit --help");
		}
	}
	options->time = fpt_parse_time(t_count, relative);
	if (fpt_parse_color(color, stdout, &options->color))
		return refuse("color", color, "want always, never or auto");
	if (optind == argc)
		return refuse("arguments", "", "want a log, or - for standard input");
	return 0;
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
	struct fpt_log_reader *reader;
	struct fpt_session session;
	char why[256] = "";
	int code, err;

	reader = fpt_log_reader__open_run(pieces, run, why, sizeof(why));
	if (!reader) {
		fprintf(stderr, "fusept-audit: %s\n", why);
		return EXIT_USAGE;
	}
	fpt_session__init(&session, options);
	err = read_log(&session, reader, why, sizeof(why));
	if (err)
		fprintf(stderr, "fusept-audit: %s: %s\n", fpt_log_reader__name(reader),
			err == -EPROTO ? "no record of a run comes before its events"
				       : strerror(-err));
	else
		options->output->summary(&session, *why ? why : NULL, NULL);
	code = err ? EXIT_USAGE
		   : fpt_verdict_exit(fpt_summary__verdict(fpt_session__summary(&session)));
	fpt_session__free(&session);
	fpt_log_reader__close(reader);
	return code;
}

/* Of two runs, the worse: a violation is one whatever cannot be read. */
static int worse(int a, int b)
{
	static const int order[] = { 1, EXIT_USAGE, 3 };
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return 0;
}

int main(int argc, char **argv)
{
	struct fpt_session_options options = { .out = stdout,
					       .output = &fpt_out_text,
					       .events = true };
	struct fpt_log_pieces pieces = { 0 };
	char why[512];
	size_t run;
	int code = 0, err = parse(&options, argc, argv);

	if (err)
		return err > 0 ? EXIT_SUCCESS : EXIT_USAGE;
	for (; optind < argc && !err; optind++)
		err = fpt_log_pieces__find(&pieces, argv[optind], why, sizeof(why));
	if (err) {
		fprintf(stderr, "fusept-audit: %s\n", why);
		code = EXIT_USAGE;
	}
	for (run = 0; run < pieces.runs && !err; run++)
		code = worse(code, audit(&options, &pieces, run));
	fpt_log_pieces__free(&pieces);
	return code;
}
