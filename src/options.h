/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two command lines have in common. */
#ifndef FPT_OPTIONS_H
#define FPT_OPTIONS_H

#include <getopt.h>

#include "session.h"

// clang-format off
#define FPT_REPORT_HELP \
"  -f, --format FORM     text (default), json (JSON Lines), tap, ktap, junit, github,\n" \
"                        html or perfetto\n" \
"  -o, --output FORM:FILE  the same run in another form, into a file; repeatable\n" \
"      --junit FILE      the same as -o junit:FILE\n" \
"      --json-schema     the JSON Schema of -f json, and stop\n"

#define FPT_ASSERT_HELP \
"what it must be\n" \
"      --assert EXPR     a jq expression that must hold for the summary, such as\n" \
"                        '.opens.passthrough.share > 0.95'; repeatable\n" \
"      --expect FILE     assertions from a file, one a line; # begins a comment\n" \
"      --fail-on LIST    what makes the exit status other than 0, beside a violation:\n" \
"                        warning, suspect, inconclusive (default: inconclusive)\n"

enum {
	FPT_OPT_JUNIT = 512, FPT_OPT_ASSERT, FPT_OPT_EXPECT, FPT_OPT_FAIL_ON, FPT_OPT_JSON_SCHEMA,
	FPT_OPT_COLOR, FPT_OPT_EXPLAIN,
};

#define FPT_COMMON_OPTIONS \
	{ "format", required_argument, NULL, 'f' }, \
	{ "output", required_argument, NULL, 'o' }, \
	{ "junit", required_argument, NULL, FPT_OPT_JUNIT }, \
	{ "json-schema", no_argument, NULL, FPT_OPT_JSON_SCHEMA }, \
	{ "assert", required_argument, NULL, FPT_OPT_ASSERT }, \
	{ "expect", required_argument, NULL, FPT_OPT_EXPECT }, \
	{ "fail-on", required_argument, NULL, FPT_OPT_FAIL_ON }, \
	{ "explain", optional_argument, NULL, FPT_OPT_EXPLAIN }, \
	{ "all", no_argument, NULL, 'a' }, \
	{ "color", required_argument, NULL, FPT_OPT_COLOR }
// clang-format on
#define FPT_COMMON_LETTERS "f:o:acCtr"

struct fpt_common_options {
	const char *tool;
	int argc;
	char **argv;
	struct fpt_session_options *session;
	const char *color;
	int t_count;
	bool relative;
};

/* Sets the defaults; standard output gets text. */
void fpt_common_options__init(struct fpt_common_options *common, const char *tool, int argc,
			      char **argv, struct fpt_session_options *session);

/**
 * fpt_common_options__take - one option of those that both tools have.
 *
 * Returns 0; 1 when it was served and nothing is left to do; -ENOENT if it is
 * none of them; -EINVAL after a line on standard error said what is wrong.
 */
int fpt_common_options__take(struct fpt_common_options *common, int option, const char *argument);

/* After the last option.  0 or -EINVAL, as above. */
int fpt_common_options__finish(struct fpt_common_options *common);

/* Says what is wrong with an argument.  -EINVAL */
int fpt_refuse(const char *tool, const char *what, const char *value, const char *wanted);

#endif
