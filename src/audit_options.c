// SPDX-License-Identifier: GPL-2.0-only
#include "audit_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "options.h"
#include "version.h"

// clang-format off
static const char help[] =
"usage: fusept-audit [options] LOG...\n"
"       fusept-audit --diff [options] LOG LOG\n"
"Reads a log that fusept-trace -w wrote, prints what it would have printed, and gives\n"
"the same verdict and exit status. LOG is a file, maybe compressed with zstd; -,\n"
"standard input; a folder; or what the names of the pieces of a log begin with.\n"
"Pieces are put in order; logs of several runs are judged one after the other.\n"
"JSON Lines (-f json) do for a log, and what a libfuse server prints under -d, which\n"
"shows requests and replies only.\n"
"\n"
"      --from FORM       what LOG is: log, jsonl or libfuse (default: as its first bytes\n"
"                        say)\n"
FPT_REPORT_HELP
"  -c / -C               the summary only, with counts / counts after the events\n"
"  -x                    only opens that failed, and findings\n"
"  -t, -tt, -ttt, -r     clock time / with microseconds / Unix time / deltas\n"
"  -a, --all             inner events too\n"
"  -v, --verbose         call stacks in full (fusept-trace --stacks)\n"
"      --color WHEN      always, never or auto (default; NO_COLOR is honoured)\n"
"what is shown; the verdict is on all of the log\n"
"      --since, --until TIME  as -t prints it, or seconds since the first event\n"
"  -m, --mount DIR       of this mount, by path or device number\n"
"      --nodeid N        of inodes with this nodeid\n"
"  -p, --pid PID         of this process\n"
"      --check CHECK     findings of this check, and what shows them; repeatable\n"
"      --timeline INO    the life of the inode with this nodeid or number\n"
FPT_ASSERT_HELP
"other\n"
"      --diff            two runs by what came of the same operations\n"
"      --explain [CHECK] what a check means and what to do; without CHECK, list them\n"
"  -h, --help            this text\n"
"  -V, --version         the version\n"
"\n"
"Exit status: 0 pass; 1 violation or failed assertion, with --diff a difference;\n"
"2 usage, or no readable log; 3 inconclusive: the log is truncated or damaged, or\n"
"evidence was lost while it was written.\n";

enum { OPT_SINCE = 256, OPT_UNTIL, OPT_NODEID, OPT_CHECK, OPT_TIMELINE, OPT_DIFF, OPT_FROM };

static const struct option long_options[] = {
	FPT_COMMON_OPTIONS, { "from", required_argument, NULL, OPT_FROM },
	{ "since", required_argument, NULL, OPT_SINCE },
	{ "until", required_argument, NULL, OPT_UNTIL },
	{ "mount", required_argument, NULL, 'm' }, { "pid", required_argument, NULL, 'p' },
	{ "nodeid", required_argument, NULL, OPT_NODEID },
	{ "check", required_argument, NULL, OPT_CHECK },
	{ "timeline", required_argument, NULL, OPT_TIMELINE },
	{ "verbose", no_argument, NULL, 'v' },
	{ "diff", no_argument, NULL, OPT_DIFF }, { "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' }, {},
};
// clang-format on

static int refuse(const char *what, const char *value, const char *wanted)
{
	return fpt_refuse("fusept-audit", what, value, wanted);
}

static int parse_number(const char *what, const char *text, uint64_t max, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (*text < '0' || *text > '9' || *end || errno || *value > max)
		return refuse(what, text, "want a number");
	return 0;
}

static int parse_when(struct fpt_when *when, const char *text)
{
	static const char wanted[] =
		"want 1.5 (seconds since the first event), 12:30:01, 2026-11-22 12:30 or Unix time";

	return fpt_when__parse(when, text) ? refuse("time", text, wanted) : 0;
}

static int parse_filter(struct fpt_audit_options *options, int option, const char *argument)
{
	struct fpt_filter *filter = &options->filter;
	uint64_t pid;
	int err;

	options->session.filter = filter;
	switch (option) {
	case OPT_SINCE:
		return parse_when(&filter->since, argument);
	case OPT_UNTIL:
		return parse_when(&filter->until, argument);
	case 'm':
		filter->mount = argument;
		return 0;
	case OPT_NODEID:
		filter->one_nodeid = true;
		return parse_number("nodeid", argument, UINT64_MAX, &filter->nodeid);
	case 'p':
		err = parse_number("pid", argument, UINT32_MAX, &pid);
		filter->pid = (uint32_t)pid;
		return !err && !pid ? refuse("pid", argument, "want one above 0") : err;
	default:
		err = fpt_filter__add_check(filter, argument);
		return err ? fpt_describe(stdout, "fusept-audit", argument) : 0;
	}
}

/* What getopt did not take; it may have put other words before it. */
static int refuse_option(char **argv, int option)
{
	const char letter[] = { '-', (char)optopt, '\0' };

	return refuse("option", optopt > 0 && optopt < 256 ? letter : argv[optind - 1],
		      option == ':' ? "lacks its value, see fusept-audit --help"
				    : "unknown, see fusept-audit --help");
}

/* Whether standard input is wanted for something else, too. */
static bool wants_stdin(const struct fpt_common_options *common, const char *argument)
{
	int i;

	for (i = 1; i < common->argc; i++)
		if (common->argv[i] != argument && strcmp(common->argv[i], "-") == 0)
			return true;
	return false;
}

static int parse_one(struct fpt_audit_options *options, struct fpt_common_options *common,
		     int option)
{
	switch (option) {
	case 'x':
		options->session.failures_only = true;
		return 0;
	case 'v':
		options->session.whole_stacks = true;
		return 0;
	case OPT_TIMELINE:
		options->timeline = true;
		return parse_number("inode", optarg, UINT64_MAX, &options->timeline_ino);
	case OPT_DIFF:
		options->diff = true;
		return 0;
	case FPT_OPT_EXPECT:
		if (strcmp(optarg, "-") == 0 && wants_stdin(common, optarg))
			return refuse("expect", optarg,
				      "standard input is taken, put the assertions into a file");
		return fpt_common_options__take(common, option, optarg);
	case OPT_FROM:
		options->from = fpt_source_form__find(optarg);
		return options->from == FPT_SOURCE_MAX
			       ? refuse("form", optarg, "want " FPT_SOURCE_NAMES)
			       : 0;
	case 'h':
		fputs(help, stdout);
		return 1;
	case 'V':
		puts("fusept-audit " FPT_VERSION);
		return 1;
	case '?':
	case ':':
		return refuse_option(common->argv, option);
	case OPT_SINCE:
	case OPT_UNTIL:
	case OPT_NODEID:
	case OPT_CHECK:
	case 'm':
	case 'p':
		return parse_filter(options, option, optarg);
	default:
		return fpt_common_options__take(common, option, optarg);
	}
}

/* Times of day are put in order by the run, which can go over midnight. */
static int check_times(const struct fpt_filter *filter)
{
	const struct fpt_filter_run none = { 0 };

	if (filter->since.form != filter->until.form || filter->since.form == FPT_WHEN_CLOCK ||
	    !fpt_filter__is_backwards(filter, &none))
		return 0;
	return refuse("option", "--since", "it is later than --until: nothing is between them");
}

/* What the options say together. */
static int check(const struct fpt_audit_options *options)
{
	const struct fpt_output *form = options->session.sinks.sink[0].form;

	if (!options->logs)
		return refuse("arguments", "none", "want a log, or - for standard input");
	if (options->diff && options->logs != 2)
		return refuse("arguments", options->log[0], "--diff wants two logs");
	if (options->diff && (options->session.assertions.count || options->session.fail_on))
		return refuse("option", "--diff",
			      "it judges no run: neither --assert nor --fail-on");
	if (options->diff && options->timeline)
		return refuse("option", "--timeline", "it is about one run, --diff about two");
	if ((options->diff || options->timeline) && form != &fpt_out_text)
		return refuse("format", form->name, "--timeline and --diff are text");
	if ((options->diff || options->timeline) && options->session.sinks.count > 1)
		return refuse("output", options->session.sinks.sink[1].path,
			      "--timeline and --diff go to standard output alone");
	return check_times(&options->filter);
}

int fpt_audit_options__parse(struct fpt_audit_options *options, int argc, char **argv)
{
	struct fpt_common_options common;
	int option, err = 0;

	memset(options, 0, sizeof(*options));
	options->from = FPT_SOURCE_MAX;
	fpt_common_options__init(&common, "fusept-audit", argc, argv, &options->session);
	optind = 0; /* getopt begins anew */
	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, ":m:p:vxhV" FPT_COMMON_LETTERS,
					     long_options, NULL)) != -1)
		err = parse_one(options, &common, option);
	if (!err)
		err = fpt_common_options__finish(&common);
	options->log = argv + optind;
	options->logs = argc - optind;
	err = err ?: check(options);
	if (err)
		fpt_assertions__free(&options->session.assertions);
	return err;
}
