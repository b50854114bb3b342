/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run, live or from a log: takes batches, keeps the log if one is written,
 * has the checker judge, and hands events and findings to an output.
 */
#ifndef FPT_SESSION_H
#define FPT_SESSION_H

#include <stdio.h>

#include "assertions.h"
#include "batch.h"
#include "callers.h"
#include "check.h"
#include "coverage.h"
#include "filter.h"
#include "kept.h"
#include "log.h"
#include "mounts.h"
#include "output.h"
#include "record.h"
#include "stream.h"

enum fpt_time_form {
	FPT_TIME_START,
	FPT_TIME_CLOCK,
	FPT_TIME_CLOCK_US,
	FPT_TIME_UNIX,
	FPT_TIME_DELTA
};

/* --fail-on: what makes the exit status other than 0; a bit each */
enum fpt_fail_on {
	FPT_FAIL_ON_VIOLATION = 1 << FPT_SEVERITY_VIOLATION,
	FPT_FAIL_ON_WARNING = 1 << FPT_SEVERITY_WARNING,
	FPT_FAIL_ON_SUSPECT = 1 << FPT_SEVERITY_SUSPECT,
	FPT_FAIL_ON_INCONCLUSIVE = 1 << FPT_SEVERITIES,
	FPT_FAIL_ON_DEFAULT = FPT_FAIL_ON_VIOLATION | FPT_FAIL_ON_INCONCLUSIVE
};

struct fpt_session_options {
	struct fpt_sinks sinks; /* where reports go */
	struct fpt_assertions assertions;
	unsigned int fail_on; /* enum fpt_fail_on; 0: the default */
	enum fpt_time_form time;
	bool events; /* print events; without, only the summary */
	bool counts; /* print the table of counts in the summary */
	bool all_events; /* also the inner ones, not only what users know */
	bool failures_only;
	bool whole_stacks; /* all frames, with offsets; else those that people want */
	int only_errno; /* with failures_only: this one; 0: any */
	uint64_t max_events; /* stop after so many printed; 0: never */
	const char *log; /* what is read, printable; NULL: a live run */
	unsigned int run; /* which of the tally's runs, from 1 */
	/*
	 * Of several runs that are reported together: the sinks are open, and stay so.  NULL: they
	 * are this run's alone.
	 */
	struct fpt_tally *tally;
	const struct fpt_filter *filter; /* of what is shown; NULL: all of it */
};

#define FPT_FINDINGS_PER_EVENT 8

struct fpt_session {
	struct fpt_session_options options;
	struct fpt_checker *checker;
	struct fpt_stream stream;
	struct fpt_mounts mounts;
	struct fpt_run_record run;
	struct fpt_target_record target[2];
	unsigned int targets;
	struct fpt_cpu_record *cpu; /* at the end of the stream; NULL without memory */
	unsigned int cpus;
	uint64_t first_ns, last_ns; /* of events; 0: none yet */
	uint64_t printed;
	struct fpt_finding finding[FPT_FINDINGS_PER_EVENT]; /* of the current event */
	unsigned int findings;
	bool tells_events; /* a form is told of each, or they are printed */
	struct fpt_kept kept;
	struct fpt_coverage coverage;
	struct fpt_bytes bytes;
	struct fpt_callers callers;
	const char *called_from; /* the current event, see callers.h; NULL: not told */
	uint64_t parts_lost, parts_missed; /* of the batch whose end has not come */
	struct fpt_summary no_summary; /* before the first record */
};

/**
 * fpt_session__init - begin a run.
 * @options: the session takes over its sinks and assertions.
 *
 * Returns 0, or -errno after a line on standard error said which output cannot
 * be opened.
 */
int fpt_session__init(struct fpt_session *session, const struct fpt_session_options *options);
void fpt_session__free(struct fpt_session *session);

/**
 * fpt_session__batch - one batch of the stream.
 *
 * The first batch begins with a RUN record, which starts the checker; behind damage
 * events are left out until there is one.  Returns 0; -EPROTO for a stream that does
 * not begin with a RUN record, or has none up to its end; -ENOMEM.
 */
int fpt_session__batch(struct fpt_session *session, const struct fpt_batch *batch);

/* Whether it is one of several that are reported together. */
bool fpt_session__is_one_of_several(const struct fpt_session *session);

/* Whether max_events were printed: time to stop. */
bool fpt_session__full(const struct fpt_session *session);

/* How many opens wait, of which the passing of time alone may show something. */
unsigned int fpt_session__waiting(const struct fpt_session *session);

/* The stream is damaged or cut here. */
void fpt_session__gap(struct fpt_session *session);

/* What a filter needs to know of the run, as far as it is known. */
struct fpt_filter_run fpt_session__filter_run(const struct fpt_session *session);

struct fpt_ending;
/* The stream is over: judges the assertions and writes all reports.  The exit status. */
int fpt_session__end(struct fpt_session *session, const struct fpt_ending *ending);
/* Says on standard error why the recording is not to be trusted, if it is not. */
void fpt_session__warn(const struct fpt_session *session, const char *program);

const struct fpt_summary *fpt_session__summary(const struct fpt_session *session);

/* Whether the stream is of requests and replies, from the debug log of a server. */
bool fpt_session__is_of_server(const struct fpt_session *session);

/* Whether the stream tells of opens: else their numbers are not 0, but not known. */
bool fpt_session__knows_opens(const struct fpt_session *session);

/* Whether people want to see it by default: what servers and users do. */
bool fpt_session__shows(const struct fpt_session *session, const struct fpt_header *event);

/* "/mnt", or "dev 0:35" for a mount that is not known; printable. */
const char *fpt_session__mount_words(const struct fpt_session *session, uint32_t dev, char *out,
				     size_t size);

#endif
