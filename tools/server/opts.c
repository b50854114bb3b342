// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parses the command line. Looks at no file and changes nothing: what a path is good for is
 * found out where it is used.
 */
#include "opts.h"

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "mode.h"

// clang-format off
enum {
	OPT_DEV = 256, OPT_MODE, OPT_MODE_OF, OPT_INO, OPT_INO_BIT, OPT_STACK_DEPTH, OPT_WRITEBACK,
	OPT_THREADS, OPT_TIMEOUT, OPT_FAULT, OPT_LIST_FAULTS, OPT_BACKGROUND, OPT_PIDFILE, OPT_LOG,
	OPT_DELAY, OPT_FAULT_SHARE,
};

static const struct option options[] = {
	{ "dev", required_argument, NULL, OPT_DEV },
	{ "mode", required_argument, NULL, OPT_MODE },
	{ "mode-of", required_argument, NULL, OPT_MODE_OF },
	{ "ino", required_argument, NULL, OPT_INO },
	{ "ino-bit", required_argument, NULL, OPT_INO_BIT },
	{ "stack-depth", required_argument, NULL, OPT_STACK_DEPTH },
	{ "writeback", no_argument, NULL, OPT_WRITEBACK },
	{ "threads", required_argument, NULL, OPT_THREADS },
	{ "delay", required_argument, NULL, OPT_DELAY },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "fault-share", required_argument, NULL, OPT_FAULT_SHARE },
	{ "list-faults", no_argument, NULL, OPT_LIST_FAULTS },
	{ "background", no_argument, NULL, OPT_BACKGROUND },
	{ "pidfile", required_argument, NULL, OPT_PIDFILE },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char usage_head[] =
	"usage: " FPT_NAME " [options] BACKING-DIR MOUNTPOINT\n"
	"Shows BACKING-DIR at MOUNTPOINT through FUSE passthrough, with faults on demand.\n"
	"\n"
	"  --dev PATH           /dev/fuse (default) or another device of that protocol, such as\n"
	"                       /dev/fusept; the file system type is its last component\n"
	"  --mode MODE          how files are opened (default: passthrough)\n"
	"                       random[:SEED[:MODE,MODE...]]: passthrough or not is drawn at a file's\n"
	"                       first open and holds until its last release; later opens mostly get\n"
	"                       the same mode\n"
	"  --mode-of GLOB=MODE  the same for files by name; the first match wins, else --mode\n"
	"  --ino on|off|auto    request FUSE_PASSTHROUGH_INO; auto (default): if offered and\n"
	"                       its bit published by the kernel; on: in any case\n"
	"  --ino-bit N          its bit (default: what the kernel publishes, else 43)\n"
	"  --stack-depth N      max_stack_depth of the INIT reply (default: 1)\n"
	"  --writeback          request the writeback cache, and no passthrough: they exclude\n"
	"                       each other\n"
	"  --threads N          threads that read the device (default: 4)\n"
	"  --delay US[:SEED]    hold replies back for random times of at most US microseconds\n"
	"  --timeout SECONDS    how long entries and attributes stay valid (default: 1)\n"
	"  --fault NAME[=VALUE][@GLOB]\n"
	"                       misbehave; GLOB limits it to file names; may be given many times\n"
	"  --fault-share PERCENT[:SEED]\n"
	"                       err in that share of the requests only, drawn at random\n"
	"  --list-faults        name every fault and say what it does\n"
	"  --background         return when the mount is usable; the server goes on by itself\n"
	"  --pidfile FILE       write the pid when the mount is usable; removed at the end\n"
	"  --log FILE           a line per request, reply and backing id\n"
	"  -q, -v               say less; say more (without --log: the log on standard error)\n"
	"  -h                   this text\n"
	"\n"
	"Modes:\n";

static const char usage_tail[] =
	"\n"
	"SIGTERM and SIGINT unmount and end the server; so does an unmount from outside.\n"
	"Exit: 0 after an unmount, 1 the device failed, 2 usage or environment.\n";
// clang-format on

void fpt_warn(const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fprintf(stderr, FPT_NAME ": %s\n", line);
}

static size_t distance(const char *a, const char *b)
{
	size_t row[65], n = strlen(b);

	if (n > 64)
		return n;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (a[i] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

const char *fpt_opts__nearest(const char *word, const char *(*get)(size_t i))
{
	const char *nearest = NULL, *name;
	size_t least = strlen(word) / 2 + 1;

	for (size_t i = 0; (name = get(i)); i++) {
		size_t d = distance(word, name);

		if (d < least) {
			least = d;
			nearest = name;
		}
	}
	return nearest;
}

static int parse_number(const char *option, const char *text, unsigned long min, unsigned long max,
			unsigned long *value)
{
	char *end;

	errno = 0;
	*value = strtoul(text, &end, 0);
	if (errno || end == text || *end || *text == '-' || *value < min || *value > max) {
		fpt_warn("--%s %s: not a number from %lu to %lu", option, text, min, max);
		return -1;
	}
	return 0;
}

static const struct fpt_mode *parse_mode(const char *name)
{
	const struct fpt_mode *mode = fpt_mode__find(name);
	const char *near;

	if (mode)
		return mode;
	near = fpt_opts__nearest(name, fpt_mode__name);
	fpt_warn("unknown mode %s%s%s: see %s -h", name, near ? ", did you mean " : "",
		 near ? near : "", FPT_NAME);
	return NULL;
}

/* The number behind a colon, if there is one; cuts it off. */
static int cut_seed(const char *option, char *text, uint64_t *seed)
{
	char *colon = strchr(text, ':');
	unsigned long n;

	if (!colon)
		return 0;
	if (parse_number(option, colon + 1, 0, ULONG_MAX, &n))
		return -1;
	*colon = '\0';
	*seed = n;
	return 0;
}

/* "MODE,MODE...", in place. */
static int parse_set(char *list, unsigned int *set)
{
	const struct fpt_mode *mode;
	char *name;

	*set = 0;
	while ((name = strsep(&list, ","))) {
		mode = parse_mode(name);
		if (!mode)
			return -1;
		*set |= fpt_mode__bit(mode);
	}
	return 0;
}

/* "MODE", or "random", "random:SEED" and "random:SEED:MODE,MODE..." */
static int set_mode(struct fpt_opts *opts, char *text)
{
	char *colon = strchr(text, ':'), *list = colon ? strchr(colon + 1, ':') : NULL;

	if (strncmp(text, "random", 6) || (text[6] && text[6] != ':')) {
		opts->mode = parse_mode(text);
		return opts->mode ? 0 : -1;
	}
	opts->mode = NULL;
	if (list)
		*list++ = '\0';
	if (cut_seed("mode", text, &opts->mode_seed))
		return -1;
	return list ? parse_set(list, &opts->mode_set) : 0;
}

static int set_delay(struct fpt_opts *opts, char *text)
{
	unsigned long n;

	if (cut_seed("delay", text, &opts->delay_seed) ||
	    parse_number("delay", text, 0, 1000000, &n))
		return -1;
	opts->delay_us = (unsigned int)n;
	return 0;
}

static int set_fault_share(char *text)
{
	uint64_t seed = 0;
	double share;
	char *end;

	if (cut_seed("fault-share", text, &seed))
		return -1;
	share = strtod(text, &end);
	if (end == text || (*end && strcmp(end, "%") != 0) || !(share >= 0 && share <= 100)) {
		fpt_warn("--fault-share %s: want a percentage, such as 5%% or 0.1", text);
		return -1;
	}
	fpt_fault__set_share(share / 100, seed);
	return 0;
}

static int add_rule(struct fpt_opts *opts, char *text)
{
	struct fpt_mode_rule *rules;
	char *equals = strrchr(text, '=');
	const struct fpt_mode *mode;

	if (!equals || equals == text) {
		fpt_warn("--mode-of %s: want GLOB=MODE, such as '*.db=direct'", text);
		return -1;
	}
	mode = parse_mode(equals + 1);
	if (!mode)
		return -1;
	rules = realloc(opts->rules, (opts->n_rules + 1) * sizeof(*rules));
	if (!rules) {
		fpt_warn("--mode-of %s: out of memory", text);
		return -1;
	}
	*equals = '\0';
	rules[opts->n_rules++] = (struct fpt_mode_rule){ text, mode };
	opts->rules = rules;
	return 0;
}

static int parse_ino(struct fpt_opts *opts, const char *text)
{
	static const char *const names[] = { "auto", "on", "off" };

	for (unsigned int i = 0; i < 3; i++) {
		if (!strcmp(text, names[i])) {
			opts->ino = (enum fpt_ino_request)i;
			return 0;
		}
	}
	fpt_warn("--ino %s: want on, off or auto", text);
	return -1;
}

static int parse_timeout(struct fpt_opts *opts, const char *text)
{
	char *end;

	opts->timeout = strtod(text, &end);
	if (end == text || *end || !(opts->timeout >= 0 && opts->timeout <= 1e9)) {
		fpt_warn("--timeout %s: want seconds, such as 0, 0.5 or 3600", text);
		return -1;
	}
	return 0;
}

static int parse_one(struct fpt_opts *opts, int c, char *arg)
{
	unsigned long n = 0;

	switch (c) {
	case OPT_DEV:
		opts->dev = arg;
		return 0;
	case OPT_MODE:
		return set_mode(opts, arg);
	case OPT_DELAY:
		return set_delay(opts, arg);
	case OPT_MODE_OF:
		return add_rule(opts, arg);
	case OPT_INO:
		return parse_ino(opts, arg);
	case OPT_INO_BIT:
		if (parse_number("ino-bit", arg, 0, 63, &n))
			return -1;
		opts->ino_bit = (int)n;
		return 0;
	case OPT_STACK_DEPTH:
		if (parse_number("stack-depth", arg, 0, UINT32_MAX, &n))
			return -1;
		opts->stack_depth = (unsigned int)n;
		return 0;
	case OPT_THREADS:
		if (parse_number("threads", arg, 1, 64, &n))
			return -1;
		opts->threads = (unsigned int)n;
		return 0;
	case OPT_TIMEOUT:
		return parse_timeout(opts, arg);
	case OPT_FAULT:
		return fpt_fault__add(arg);
	case OPT_FAULT_SHARE:
		return set_fault_share(arg);
	case OPT_WRITEBACK:
		opts->writeback = true;
		return 0;
	case OPT_BACKGROUND:
		opts->background = true;
		return 0;
	case OPT_PIDFILE:
		opts->pidfile = arg;
		return 0;
	case OPT_LOG:
		opts->log = arg;
		return 0;
	case 'q':
		opts->verbose--;
		return 0;
	case 'v':
		opts->verbose++;
		return 0;
	default:
		return -1;
	}
}

static int parse_paths(struct fpt_opts *opts, int argc, char **argv)
{
	const char *slash = strrchr(opts->dev, '/');

	if (argc - optind != 2) {
		fpt_warn("want BACKING-DIR and MOUNTPOINT, got %d paths: see %s -h", argc - optind,
			 FPT_NAME);
		return -1;
	}
	opts->backing = argv[optind];
	opts->mountpoint = argv[optind + 1];
	opts->fstype = slash ? slash + 1 : opts->dev;
	return 0;
}

int fpt_opts__parse(struct fpt_opts *opts, int argc, char **argv, bool *done)
{
	int c;

	*done = false;
	*opts = (struct fpt_opts){
		.dev = "/dev/fuse",
		.mode = fpt_mode__find("passthrough"),
		.mode_set = UINT_MAX,
		.ino_bit = -1,
		.stack_depth = 1,
		.threads = 4,
		.timeout = 1,
	};
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":qvh", options, NULL)) != -1) {
		if (c == 'h') {
			fputs(usage_head, stdout);
			fpt_mode__list(stdout);
			fputs(usage_tail, stdout);
			*done = true;
			return 0;
		}
		if (c == OPT_LIST_FAULTS) {
			fpt_fault__list(stdout);
			*done = true;
			return 0;
		}
		if (c == '?' || c == ':') {
			fpt_warn("%s: %s: see %s -h", argv[optind - 1],
				 c == '?' ? "unknown option" : "lacks its argument", FPT_NAME);
			return -1;
		}
		if (parse_one(opts, c, optarg))
			return -1;
	}
	return parse_paths(opts, argc, argv);
}

void fpt_opts__free(struct fpt_opts *opts)
{
	free(opts->rules);
	opts->rules = NULL;
	opts->n_rules = 0;
}

const struct fpt_mode *fpt_opts__mode(const struct fpt_opts *opts, const char *name)
{
	for (size_t i = 0; i < opts->n_rules; i++)
		if (!fnmatch(opts->rules[i].glob, name, 0))
			return opts->rules[i].mode;
	return opts->mode;
}
