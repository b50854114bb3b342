// SPDX-License-Identifier: GPL-2.0-only
/* The command line. */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stress.h"

enum {
	OPT_OPS = 256,
	OPT_THREADS,
	OPT_FILES,
	OPT_SEED,
	OPT_ONLY,
	OPT_SKIP,
	OPT_EXPECT,
	OPT_LIMIT,
	OPT_PROGRESS,
	OPT_RECORD,
	OPT_REPLAY
};

static const struct option options[] = {
	{ "ops", required_argument, NULL, OPT_OPS },
	{ "threads", required_argument, NULL, OPT_THREADS },
	{ "files", required_argument, NULL, OPT_FILES },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "only", required_argument, NULL, OPT_ONLY },
	{ "skip", required_argument, NULL, OPT_SKIP },
	{ "expect", required_argument, NULL, OPT_EXPECT },
	{ "limit", required_argument, NULL, OPT_LIMIT },
	{ "progress", required_argument, NULL, OPT_PROGRESS },
	{ "record", required_argument, NULL, OPT_RECORD },
	{ "replay", required_argument, NULL, OPT_REPLAY },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char usage_text[] =
	"usage: " FPT_NAME " [options] FOLDER\n"
	"Does random operations in FOLDER, an empty one on the mount to be tried: many threads on\n"
	"few files. What a thread does depends on the seed and its number alone.\n"
	"\n"
	"  --ops N              operations in all (default: 10000)\n"
	"  --threads N          threads, 1 to 256 (default: 8)\n"
	"  --files N            files, under twice as many names (default: 4)\n"
	"  --seed N             (default: 1)\n"
	"  --only OP[,OP...]    only these operations\n"
	"  --skip OP[,OP...]    all but these\n"
	"  --expect ERRNO[,...] errors that are legal here besides the usual ones, such as EIO\n"
	"  --limit SECONDS      an operation that takes longer is named (default: 30); after three\n"
	"                       times as long the run is given up\n"
	"  --progress SECONDS   how far it is, on standard error, so often\n"
	"  --record FILE        each operation as it begins, a line each\n"
	"  --replay FILE        run a record again, in its order, in place of a seed\n"
	"  -v, --verbose        each operation and its result\n"
	"  -h, --help           this text\n"
	"\n"
	"Operations:\n";

static const char usage_end[] =
	"\n"
	"Exit: 0 all done, 1 an error that nothing explains, or a hang; 2 usage or environment.\n";

void fpt_warn(const char *fmt, ...)
{
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fprintf(stderr, FPT_NAME ": %s\n", line);
}

static void usage(void)
{
	fputs(usage_text, stdout);
	for (unsigned int i = 0; i < FPT_STRESS_OP_MAX; i++)
		printf("  %-10s %s\n", fpt_stress_rows[i].name, fpt_stress_rows[i].help);
	fputs(usage_end, stdout);
}

static int parse_number(const char *option, const char *text, uint64_t min, uint64_t max,
			uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-' || *value < min || *value > max) {
		fpt_warn("--%s %s: not a number from %llu to %llu", option, text,
			 (unsigned long long)min, (unsigned long long)max);
		return -1;
	}
	return 0;
}

static int parse_small(const char *option, const char *text, unsigned int max, unsigned int *value)
{
	uint64_t n;

	if (parse_number(option, text, 1, max, &n))
		return -1;
	*value = (unsigned int)n;
	return 0;
}

/* Takes the list apart, in place. */
static int parse_ops(const char *option, char *list, bool chosen[FPT_STRESS_OP_MAX])
{
	char *name;
	unsigned int op;

	while ((name = strsep(&list, ","))) {
		for (op = 0; op < FPT_STRESS_OP_MAX; op++)
			if (!strcmp(name, fpt_stress_rows[op].name))
				break;
		if (op == FPT_STRESS_OP_MAX) {
			fpt_warn("--%s: no operation is named '%s': see --help", option, name);
			return -1;
		}
		chosen[op] = true;
	}
	return 0;
}

static int parse_expect(struct fpt_stress_opts *opts, char *list)
{
	const char *known;
	char *name;
	int err;

	while ((name = strsep(&list, ","))) {
		for (err = 1; err < FPT_ERRNO_MAX; err++) {
			known = strerrorname_np(err);
			if (known && !strcmp(name, known))
				break;
		}
		if (err == FPT_ERRNO_MAX) {
			fpt_warn("--expect: no error is named '%s': want names such as EIO", name);
			return -1;
		}
		opts->expected[err] = true;
	}
	return 0;
}

static int parse_one(struct fpt_stress_opts *opts, int c, char *arg)
{
	switch (c) {
	case OPT_OPS:
		return parse_number("ops", arg, 0, UINT64_MAX, &opts->ops);
	case OPT_THREADS:
		return parse_small("threads", arg, FPT_THREADS_MAX, &opts->threads);
	case OPT_FILES:
		return parse_small("files", arg, 10000, &opts->files);
	case OPT_SEED:
		return parse_number("seed", arg, 0, UINT64_MAX, &opts->seed);
	case OPT_ONLY:
		return parse_ops("only", arg, opts->only);
	case OPT_SKIP:
		return parse_ops("skip", arg, opts->skip);
	case OPT_EXPECT:
		return parse_expect(opts, arg);
	case OPT_LIMIT:
		return parse_small("limit", arg, 86400, &opts->limit);
	case OPT_PROGRESS:
		return parse_small("progress", arg, 86400, &opts->progress);
	case OPT_RECORD:
		opts->record = arg;
		return 0;
	case OPT_REPLAY:
		opts->replay = arg;
		return 0;
	case 'v':
		opts->verbose = true;
		return 0;
	default:
		return -1;
	}
}

int fpt_stress_opts__parse(struct fpt_stress_opts *opts, int argc, char **argv, bool *done)
{
	int c;

	*done = false;
	*opts = (struct fpt_stress_opts){
		.ops = 10000, .seed = 1, .threads = 8, .files = 4, .limit = 30
	};
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":vh", options, NULL)) != -1) {
		if (c == 'h') {
			usage();
			*done = true;
			return 0;
		}
		if (c == '?' || c == ':') {
			fpt_warn("%s: %s: see --help", argv[optind - 1],
				 c == '?' ? "unknown option" : "lacks its argument");
			return -1;
		}
		if (parse_one(opts, c, optarg))
			return -1;
	}
	if (argc - optind != 1) {
		fpt_warn("want one FOLDER, got %d: see --help", argc - optind);
		return -1;
	}
	opts->dir = argv[optind];
	return 0;
}
