/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report as test points, for forms that know only such: the evidence, every
 * check, every assertion, the command.  One has failed if, and only if, it would
 * by itself make the exit status other than 0.
 */
#ifndef FPT_POINTS_H
#define FPT_POINTS_H

#include "report.h"

enum fpt_point_kind {
	FPT_POINT_EVIDENCE,
	FPT_POINT_CHECK,
	FPT_POINT_ASSERTION,
	FPT_POINT_COMMAND,
	FPT_POINT_KINDS
};
enum fpt_outcome { FPT_POINT_OK, FPT_POINT_FAILED, FPT_POINT_SKIPPED };

#define FPT_POINT_WORDS 640

struct fpt_point {
	enum fpt_point_kind kind;
	enum fpt_outcome outcome;
	const char *type; /* "violation", "inconclusive", "assertion", "command"... */
	enum fpt_check_id check; /* of a check */
	uint64_t count; /* findings of a check */
	const struct fpt_assertion *assertion; /* of an assertion */
	char name[FPT_POINT_WORDS]; /* printable, as is why */
	char why[FPT_POINT_WORDS]; /* it failed or was skipped, or what there is to say of it; "" */
};

unsigned int fpt_points__count(const struct fpt_report *report);

/* Point @number, from 0.  False behind the last. */
bool fpt_points__get(const struct fpt_report *report, unsigned int number, struct fpt_point *point);

/* The group a point belongs to: "evidence", "checks", "assertions", "command" */
const char *fpt_point__group(enum fpt_point_kind kind);

/* The findings of a check that were kept. */
const struct fpt_kept_finding *fpt_point__findings(const struct fpt_report *report,
						   enum fpt_check_id check, unsigned int *count);

#endif
