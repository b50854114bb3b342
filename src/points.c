// SPDX-License-Identifier: GPL-2.0-only
/* Numbers the test points of a report and says what became of each. */
#include "points.h"

#include <string.h>

#include "value.h"

static unsigned int commands(const struct fpt_report *report)
{
	return report->ending->command != NULL;
}

unsigned int fpt_points__count(const struct fpt_report *report)
{
	return 1 + FPT_CHECK_MAX + (unsigned int)report->assertions->count + commands(report);
}

static void set(char out[FPT_POINT_WORDS], const char *words)
{
	fpt_sanitize(out, FPT_POINT_WORDS, words, SIZE_MAX);
}

static void evidence_point(const struct fpt_report *report, struct fpt_point *point)
{
	bool fails = fpt_report__fails_on(report, FPT_FAIL_ON_INCONCLUSIVE);
	char words[FPT_POINT_WORDS];

	point->type = "inconclusive";
	set(point->name, "no evidence is missing");
	if (report->verdict == FPT_VERDICT_INCONCLUSIVE)
		point->outcome = fails ? FPT_POINT_FAILED : FPT_POINT_OK;
	/* Beside a violation it decides nothing, and is told all the same. */
	if (fpt_report__doubt_words(report, words, sizeof(words)))
		set(point->why, words);
}

static void check_point(const struct fpt_report *report, struct fpt_point *point)
{
	const struct fpt_checker *checker = report->session->checker;
	const struct fpt_check_info *check = &fpt_checks[point->check];
	char words[FPT_POINT_WORDS];

	point->type = fpt_severity_word(check->severity);
	point->count = report->summary->findings[point->check];
	set(point->name, check->id);
	if (!checker || fpt_checker__off(checker, point->check)) {
		point->outcome = FPT_POINT_SKIPPED;
		set(point->why, fpt_report__off_words(report, point->check, words, sizeof(words)));
	} else if (point->count) {
		if (fpt_report__fails_on(report, 1U << check->severity))
			point->outcome = FPT_POINT_FAILED;
		set(point->why, check->rule);
	}
}

static void assertion_point(struct fpt_point *point)
{
	point->type = "assertion";
	set(point->name, point->assertion->expression);
	if (point->assertion->holds)
		return;
	point->outcome = FPT_POINT_FAILED;
	set(point->why, point->assertion->found ? point->assertion->found : "?");
}

static void command_point(const struct fpt_report *report, struct fpt_point *point)
{
	point->type = "command";
	set(point->name, "the command succeeds");
	if (report->ending->command_status > 0)
		point->outcome = FPT_POINT_FAILED;
	set(point->why, report->ending->command);
}

bool fpt_points__get(const struct fpt_report *report, unsigned int number, struct fpt_point *point)
{
	size_t assertion = (size_t)number - 1 - FPT_CHECK_MAX;

	*point = (struct fpt_point){ .outcome = FPT_POINT_OK };
	if (number >= fpt_points__count(report))
		return false;
	if (number == 0) {
		evidence_point(report, point);
	} else if (number <= FPT_CHECK_MAX) {
		point->kind = FPT_POINT_CHECK;
		point->check = number - 1;
		check_point(report, point);
	} else if (assertion < report->assertions->count) {
		point->kind = FPT_POINT_ASSERTION;
		point->assertion = &report->assertions->item[assertion];
		assertion_point(point);
	} else {
		point->kind = FPT_POINT_COMMAND;
		command_point(report, point);
	}
	return true;
}

const char *fpt_point__group(enum fpt_point_kind kind)
{
	static const char *const groups[FPT_POINT_KINDS] = { "evidence", "checks", "assertions",
							     "command" };

	return groups[kind];
}

const struct fpt_kept_finding *fpt_point__findings(const struct fpt_report *report,
						   enum fpt_check_id check, unsigned int *count)
{
	*count = report->session->kept.count[check];
	return report->session->kept.first[check];
}
