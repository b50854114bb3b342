// SPDX-License-Identifier: GPL-2.0-only
/* Parses fusept-trace's command line.  Checks words, not the machine. */
#include "trace_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "value.h"
#include "version.h"

#define RING_BYTES (8UL << 20)
#define FLUSH_MS 800 /* a kill costs a second at the most, the time to drain the ring included */

// clang-format off
static const char help[] =
"usage: fusept-trace [options] [-- CMD [ARG...]]\n"
"Watches FUSE passthrough live, on the built-in fuse and the bundled module, and\n"
"judges it: with CMD while that runs, else until -d is over or Ctrl-C.\n"
"\n"
"which events (decided in the kernel)\n"
"  -m, --mount DIR       only this mount\n"
"      --ino N           only inodes with this nodeid or inode number\n"
"      --target NAME     only fuse, the built-in one, or fusept, the bundled module\n"
"  -p, -P PID            only this process / all but this one\n"
"  -n, -N GLOB           only commands of this name / all but those (one * allowed)\n"
"how long\n"
"  -d, --duration TIME   stop after TIME: 10s, 500ms, 2m, 1h\n"
"      --max-events N    stop after N events were printed\n"
"what is printed\n"
FPT_REPORT_HELP
"  -c / -C               the summary only, with counts / counts after the events\n"
"  -x[ERRNO]             only opens that failed (with this errno) and findings\n"
"  -t, -tt, -ttt, -r     clock time / with microseconds / Unix time / deltas\n"
"  -a, --all             inner events too\n"
"      --stacks[=WHICH]  where they were called from: failed ones (default) or all\n"
"      --color WHEN      always, never or auto (default; NO_COLOR is honoured)\n"
"  -q, -v                no remarks / what is being done, and libbpf's messages; and\n"
"                        call stacks in full\n"
FPT_ASSERT_HELP
"what is kept\n"
"  -w, --write LOG       a log for fusept-audit; - is standard output\n"
"      --rotate SIZE     in pieces of this size, LOG.000000 and so on\n"
"      --max-log-size SIZE  of all pieces together: the oldest are removed\n"
"      --compress[=LEVEL]   by zstd, at level 1 to 19 (default 3)\n"
"      --ring-size SIZE  of the buffer between kernel and tool (default 8M)\n"
"what is possible\n"
"      --features        which hooks and checks this kernel allows, and stop\n"
"      --dry-run         say what would be traced, and stop\n"
"      --explain [CHECK] what a check means and what to do; without CHECK, list them\n"
"  -h, --help            this text\n"
"  -V, --version         the version\n"
"\n"
"Exit status: 0 pass (or CMD's own); 1 violation or failed assertion; 2 usage or\n"
"environment; 3 inconclusive, evidence was lost; 77 this kernel lacks what is needed.\n";
// clang-format on

// clang-format off
enum {
	OPT_INO = 256, OPT_MAX_EVENTS, OPT_RING_SIZE, OPT_FEATURES, OPT_DRY_RUN, OPT_TARGET,
	OPT_ROTATE, OPT_MAX_LOG_SIZE, OPT_COMPRESS, OPT_STACKS,
};

static const struct option long_options[] = {
	{ "mount", required_argument, NULL, 'm' },
	{ "ino", required_argument, NULL, OPT_INO },
	{ "target", required_argument, NULL, OPT_TARGET },
	{ "duration", required_argument, NULL, 'd' },
	{ "max-events", required_argument, NULL, OPT_MAX_EVENTS },
	FPT_COMMON_OPTIONS,
	{ "stacks", optional_argument, NULL, OPT_STACKS },
	{ "write", required_argument, NULL, 'w' },
	{ "rotate", required_argument, NULL, OPT_ROTATE },
	{ "max-log-size", required_argument, NULL, OPT_MAX_LOG_SIZE },
	{ "compress", optional_argument, NULL, OPT_COMPRESS },
	{ "ring-size", required_argument, NULL, OPT_RING_SIZE },
	{ "features", no_argument, NULL, OPT_FEATURES },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{},
};
// clang-format on

struct parse {
	struct fpt_trace_options *options;
	struct fpt_common_options common;
	const char *word; /* of the command line, in which the option stands */
};

static int refuse(const char *what, const char *value, const char *wanted)
{
	return fpt_refuse("fusept-trace", what, value, wanted);
}

static int parse_number(const char *what, const char *text, uint64_t max, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-' || *value == 0 || *value > max)
		return refuse(what, text, "want a whole number above 0");
	return 0;
}

/* A number and a unit, out of "unit:factor" pairs of which the first is the default. */
static int parse_scaled(const char *what, const char *text, const char *wanted,
			const char *const units[], const uint64_t factors[], uint64_t *value)
{
	char *end;
	double number = strtod(text, &end);
	int i;

	for (i = 0; units[i]; i++) {
		if (strcmp(end, units[i]) != 0 || end == text || !(number * factors[i] >= 1) ||
		    number * factors[i] > 1e18)
			continue;
		*value = number * factors[i];
		return 0;
	}
	return refuse(what, text, wanted);
}

static int parse_duration(const char *text, uint64_t *ns)
{
	static const char *const units[] = { "", "s", "ms", "us", "m", "h", NULL };
	static const uint64_t factors[] = { 1000000000, 1000000000,  1000000,
					    1000,	60000000000, 3600000000000 };

	return parse_scaled("duration", text, "want a time above 0, such as 10s or 500ms", units,
			    factors, ns);
}

static int parse_bytes(const char *what, const char *text, const char *wanted, uint64_t *value)
{
	static const char *const units[] = { "", "K", "M", "G", "T", NULL };
	static const uint64_t factors[] = { 1, 1 << 10, 1 << 20, 1 << 30, 1ULL << 40 };

	return parse_scaled(what, text, wanted, units, factors, value);
}

static int parse_ring_size(const char *text, size_t *bytes)
{
	static const char wanted[] = "want a power of two from 4K to 1G";
	uint64_t value;
	int err = parse_bytes("ring size", text, wanted, &value);

	if (!err && (value < 4096 || value > 1UL << 30 || value & (value - 1)))
		err = refuse("ring size", text, wanted);
	if (!err)
		*bytes = value;
	return err;
}

static int parse_log_size(const char *what, const char *text, uint64_t *bytes)
{
	static const char wanted[] = "want a size of at least 64K, such as 100M";
	int err = parse_bytes(what, text, wanted, bytes);

	return err || *bytes >= 64 << 10 ? err : refuse(what, text, wanted);
}

static int parse_level(const char *text, int *level)
{
	uint64_t number = 3;
	int err = text ? parse_number("compression level", text, 19, &number) : 0;

	*level = (int)number;
	return err;
}

static int parse_comm(struct fpt_config *filter, const char *glob, bool not )
{
	const char *star = strchr(glob, '*');
	size_t head = star ? (size_t)(star - glob) : strlen(glob);

	if (!*glob || strpbrk(glob, "?[\\") || (star && strchr(star + 1, '*')))
		return refuse("command pattern", glob, "want a name with at most one *");
	if (head > 15 || (star && strlen(star + 1) > 15))
		return refuse("command pattern", glob, "the kernel keeps 15 bytes of a name");
	memset(filter->comm, 0, sizeof(filter->comm));
	memset(filter->comm_tail, 0, sizeof(filter->comm_tail));
	memcpy(filter->comm, glob, head);
	if (star)
		snprintf(filter->comm_tail, sizeof(filter->comm_tail), "%s", star + 1);
	filter->comm_mode = star ? FPT_COMM_GLOB : FPT_COMM_EXACT;
	filter->comm_not = not ;
	return 0;
}

static int parse_only_errno(struct fpt_session_options *session, const char *name)
{
	int number;

	session->failures_only = true;
	if (!name)
		return 0;
	for (number = 1; number < 256; number++) {
		if (fpt_errno_name(number) && strcmp(fpt_errno_name(number), name) == 0) {
			session->only_errno = number;
			return 0;
		}
	}
	return refuse("errno", name, "want a name such as EIO");
}

static int parse_which(struct parse *parse, int option)
{
	struct fpt_config *filter = &parse->options->ring.filter;
	uint64_t number = 0;
	int err;

	switch (option) {
	case 'm':
		parse->options->mount = optarg;
		return 0;
	case OPT_TARGET:
		parse->options->target = optarg;
		if (strcmp(optarg, "fuse") == 0 || strcmp(optarg, "fusept") == 0)
			return 0;
		return refuse("target", optarg, "want fuse or fusept");
	case OPT_INO:
		err = parse_number("inode number", optarg, UINT64_MAX, &number);
		filter->ino = number;
		return err;
	case 'p':
	case 'P':
		err = parse_number("pid", optarg, INT32_MAX, &number);
		*(option == 'p' ? &filter->tgid : &filter->not_tgid) = number;
		return err;
	default:
		return parse_comm(filter, optarg, option == 'N');
	}
}

static int parse_stacks(const char *which, struct fpt_config *filter)
{
	if (!which || strcmp(which, "failed") == 0)
		filter->stacks = FPT_STACKS_FAILED;
	else if (strcmp(which, "all") == 0)
		filter->stacks = FPT_STACKS_ALL;
	else
		return refuse("stacks", which, "want failed or all");
	return 0;
}

static int parse_how(struct parse *parse, int option)
{
	struct fpt_trace_options *options = parse->options;
	struct fpt_session_options *session = &options->session;

	switch (option) {
	case 'd':
		return parse_duration(optarg, &options->duration_ns);
	case OPT_MAX_EVENTS:
		return parse_number("event count", optarg, UINT64_MAX, &session->max_events);
	case 'x':
		return parse_only_errno(session, optarg);
	case OPT_STACKS:
		return parse_stacks(optarg, &options->ring.filter);
	case OPT_RING_SIZE:
		return parse_ring_size(optarg, &options->ring.ring_bytes);
	case OPT_ROTATE:
		return parse_log_size("piece size", optarg, &options->write.rotate);
	case OPT_MAX_LOG_SIZE:
		return parse_log_size("log size", optarg, &options->write.max);
	case OPT_COMPRESS:
		return parse_level(optarg, &options->write.zstd);
	default:
		return fpt_common_options__take(&parse->common, option, optarg);
	}
}

static int parse_one(struct parse *parse, int option)
{
	struct fpt_trace_options *options = parse->options;

	switch (option) {
	case 'm':
	case OPT_INO:
	case OPT_TARGET:
	case 'p':
	case 'P':
	case 'n':
	case 'N':
		return parse_which(parse, option);
	case 'w':
		options->log = optarg;
		return 0;
	case 'q':
		options->quiet = true;
		return 0;
	case 'v':
		options->verbose = true;
		options->session.whole_stacks = true;
		return 0;
	case OPT_FEATURES:
		options->features = true;
		return 0;
	case OPT_DRY_RUN:
		options->dry_run = true;
		return 0;
	case 'h':
		fputs(help, stdout);
		return 1;
	case 'V':
		puts("fusept-trace " FPT_VERSION);
		return 1;
	case '?':
	case ':':
		return refuse("option", parse->word,
			      option == ':' ? "lacks its value, see fusept-trace --help"
					    : "unknown, see fusept-trace --help");
	default:
		return parse_how(parse, option);
	}
}

/* What the options for the log say together. */
static int check_log(struct fpt_trace_options *options)
{
	struct fpt_log_options *write = &options->write;
	const char *about = write->rotate ? "--rotate"
			    : write->max  ? "--max-log-size"
					  : "--compress";

	if (options->log) {
		options->session.sinks.kept = &options->log;
		options->session.sinks.kept_count = 1;
	}
	if (!options->log && (write->rotate || write->max || write->zstd))
		return refuse("option", about, "needs a log, -w LOG");
	if (options->log && strcmp(options->log, "-") == 0) {
		if (write->rotate || write->max)
			return refuse("option", about, "standard output cannot be cut into pieces");
		if (isatty(STDOUT_FILENO))
			return refuse("log", "-", "is a terminal here: redirect standard output");
		options->session.sinks.sink[0].out = stderr; /* standard output carries the log */
	}
	/* Few pieces would lose much of the log at once, many are a nuisance. */
	if (!write->rotate)
		write->rotate = write->max / 8;
	if (write->max && write->max < 2 * write->rotate)
		return refuse("option", "--max-log-size", "must be twice --rotate or more");
	return 0;
}

int fpt_trace_options__parse(struct fpt_trace_options *options, int argc, char **argv)
{
	struct parse parse = { .options = options };
	int option, err = 0;

	memset(options, 0, sizeof(*options));
	fpt_common_options__init(&parse.common, "fusept-trace", argc, argv, &options->session);
	options->ring.ring_bytes = RING_BYTES;
	options->write = (struct fpt_log_options){ .meta = "{}", .flush_ms = FLUSH_MS };
	opterr = 0;
	while (!err &&
	       (parse.word = argv[optind],
		option = getopt_long(argc, argv, "+:m:p:P:n:N:d:x::w:qvhV" FPT_COMMON_LETTERS,
				     long_options, NULL)) != -1)
		err = parse_one(&parse, option);
	if (err)
		return err;
	if (optind < argc && strcmp(argv[optind - 1], "--") != 0)
		return refuse("argument", argv[optind], "a command goes after --");
	if (optind < argc)
		options->command = argv + optind;
	err = check_log(options);
	return err ?: fpt_common_options__finish(&parse.common);
}
