/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of a run at its end: the one source of all that is said of it
 * then, as numbers for the forms and as a JSON document for assertions.
 */
#ifndef FPT_REPORT_H
#define FPT_REPORT_H

#include "assertions.h"
#include "json.h"
#include "session.h"

#define FPT_EXIT_FAILED 1
#define FPT_EXIT_USAGE 2

/* How a run ended, beside what its stream tells. */
struct fpt_ending {
	const char *cut; /* what cut the stream short; NULL: nothing did */
	const char *command; /* how "-- CMD" ended; NULL without one */
	const char *command_line; /* all words of CMD; NULL if they are not known */
	int command_status; /* its exit status; -1: it has not ended */
	bool log_failed; /* the log could not be written */
};

struct fpt_report {
	const struct fpt_session *session;
	const struct fpt_summary *summary;
	const struct fpt_ending *ending;
	enum fpt_verdict verdict;
	uint64_t count[FPT_SEVERITIES]; /* findings */
	bool failed; /* by what --fail-on names, or by an assertion */
	int exit; /* status; until the assertions are judged, without them */
	const struct fpt_assertions *assertions; /* once judged */
};

void fpt_report__make(struct fpt_report *report, const struct fpt_session *session,
		      const struct fpt_ending *ending);

/* The members of the document, for an object that is open. */
void fpt_report__members(struct fpt_json *json, const struct fpt_report *report);

/* Judges the session's assertions; the exit status may get worse.  0, -ENOMEM or -EINVAL. */
int fpt_report__judge(struct fpt_report *report, struct fpt_assertions *assertions);

/* Whether findings of that severity, or an inconclusive verdict, make a run fail. */
bool fpt_report__fails_on(const struct fpt_report *report, unsigned int what);

/* "violation", "warning", "suspect" */
const char *fpt_severity_word(enum fpt_severity severity);

/* Nanoseconds between the first and the last event. */
uint64_t fpt_report__duration(const struct fpt_report *report);

/* Why a check is off; into @out. */
const char *fpt_report__off_words(const struct fpt_report *report, enum fpt_check_id check,
				  char *out, size_t size);
/* What is missing for a verdict, in a sentence; NULL if nothing is. */
const char *fpt_report__doubt_words(const struct fpt_report *report, char *out, size_t size);

#endif
