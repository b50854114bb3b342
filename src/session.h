/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run, live or from a log: takes batches, keeps the log if one is written,
 * has the checker judge, and hands events and findings to an output.
 */
#ifndef FPT_SESSION_H
#define FPT_SESSION_H

#include <stdio.h>

#include "batch.h"
#include "check.h"
#include "log.h"
#include "mounts.h"
#include "record.h"
#include "stream.h"

enum fpt_time_form {
	FPT_TIME_START,
	FPT_TIME_CLOCK,
	FPT_TIME_CLOCK_US,
	FPT_TIME_UNIX,
	FPT_TIME_DELTA
};

struct fpt_output;

struct fpt_session_options {
	FILE *out;
	const struct fpt_output *output;
	enum fpt_time_form time;
	bool events; /* print events; without, only the summary */
	bool counts; /* print the table of counts in the summary */
	bool all_events; /* also the inner ones, not only what users know */
	bool color;
	bool failures_only;
	int only_errno; /* with failures_only: this one; 0: any */
	uint64_t max_events; /* stop after so many printed; 0: never */
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
	struct fpt_summary no_summary; /* before the first record */
};

/* How events, findings and the summary are printed. */
struct fpt_output {
	const char *name; /* -f NAME */
	void (*header)(struct fpt_session *session);
	/* An event with the findings it led to, if any. */
	void (*event)(struct fpt_session *session, const struct fpt_header *event);
	/* @why: what cut the stream short, or NULL; @command: of "-- CMD", or NULL */
	void (*summary)(struct fpt_session *session, const char *why, const char *command);
};

extern const struct fpt_output fpt_out_text, fpt_out_json;

/* NULL if there is no such form. */
const struct fpt_output *fpt_output__find(const char *name);

void fpt_session__init(struct fpt_session *session, const struct fpt_session_options *options);
void fpt_session__free(struct fpt_session *session);

/**
 * fpt_session__batch - one batch of the stream.
 *
 * The first batch begins with a RUN record, which starts the checker.
 * Returns 0; -EPROTO for a stream that does not begin with a RUN record; -ENOMEM.
 */
int fpt_session__batch(struct fpt_session *session, const struct fpt_batch *batch);

/* Whether max_events were printed: time to stop. */
bool fpt_session__full(const struct fpt_session *session);

/* How many opens wait, of which the passing of time alone may show something. */
unsigned int fpt_session__waiting(const struct fpt_session *session);

/* The stream is damaged or cut here. */
void fpt_session__gap(struct fpt_session *session);

/* Says on standard error why the recording is not to be trusted, if it is not. */
void fpt_session__warn(const struct fpt_session *session, const char *program);

const struct fpt_summary *fpt_session__summary(const struct fpt_session *session);

/* Whether people want to see it by default: what servers and users do. */
bool fpt_session__shows(const struct fpt_session *session, const struct fpt_header *event);

/* "/mnt", or "dev 0:35" for a mount that is not known; printable. */
const char *fpt_session__mount_words(const struct fpt_session *session, uint32_t dev, char *out,
				     size_t size);

#endif
