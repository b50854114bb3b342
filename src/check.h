/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The checker: one event stream in, findings and a summary out.  It does not
 * know whether the stream is live or comes from a log.
 */
#ifndef FPT_CHECK_H
#define FPT_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "batch.h"
#include "event.h"
#include "spec/checks.def"

#define FPT_CHECK_ID(NAME, ...) FPT_CHECK_##NAME,
enum fpt_check_id { FPT_CHECKS(FPT_CHECK_ID) FPT_CHECK_MAX };
#undef FPT_CHECK_ID

enum fpt_who { FPT_WHO_KERNEL, FPT_WHO_SERVER, FPT_WHO_ENVIRONMENT, FPT_WHOS };
enum fpt_severity {
	FPT_SEVERITY_VIOLATION,
	FPT_SEVERITY_WARNING,
	FPT_SEVERITY_SUSPECT, /* no proof: it took longer than it should */
	FPT_SEVERITIES
};

struct fpt_check_info {
	const char *id; /* "ino-backing-mismatch" */
	enum fpt_who who;
	enum fpt_severity severity;
	const char *invariant; /* "I26"; "T4": a transition of iomode.def */
	unsigned long long needs; /* 1 << kind of the events it cannot do without */
	const char *rule, *remedy; /* a sentence each, for the user */
};

extern const struct fpt_check_info fpt_checks[FPT_CHECK_MAX];

/* What spec/explain.def tells of a check. */
struct fpt_check_text {
	bool history; /* it rests on events before the one that shows the fault */
	const char *means, *cause; /* some sentences each */
	const char *done, *found; /* an example, and its finding to the letter */
	const char *see; /* ids, separated by blanks */
};

extern const struct fpt_check_text *const fpt_check_texts[FPT_CHECK_MAX];

/* Whether it is off where a filter hides what other tasks do. */
bool fpt_check__spans_tasks(enum fpt_check_id check);

/* Whether it is for the debug logs of servers, so that no kernel can feed it. */
bool fpt_check__is_of_server(enum fpt_check_id check);

/* "kernel", "server", "environment" */
const char *fpt_who_name(enum fpt_who who);
/* "bug" for a violation, "warning", "suspect" */
const char *fpt_severity_name(enum fpt_severity severity);

#define FPT_FINDING_TEXT 640
#define FPT_IMPOSSIBLE_TEXT 320
/* A thread's clock goes back by less: only where the kernel adjusts it, by microseconds. */
#define FPT_CLOCK_SLACK_NS 100000000ULL

struct fpt_finding {
	enum fpt_check_id check;
	const struct fpt_header *event; /* that showed it; valid during the call */
	const char *called_from; /* the event, see callers.h; NULL: not told */
	uint64_t nodeid; /* 0: not about an inode */
	uint32_t dev;
	char name[65]; /* of the file, as far as known; untrusted bytes */
	/* Cause and witness in one sentence; names in it are made printable. */
	char text[FPT_FINDING_TEXT];
};

enum fpt_verdict {
	FPT_VERDICT_PASS,
	FPT_VERDICT_VIOLATION,
	FPT_VERDICT_INCONCLUSIVE,
	FPT_VERDICTS
};

struct fpt_summary {
	uint64_t events[64]; /* by kind */
	uint64_t seen; /* events, of unknown kinds too */
	uint64_t findings[FPT_CHECK_MAX];
	uint64_t opens, opens_failed; /* as the user sees them; regular files */
	uint64_t opens_passthrough, opens_cached, opens_direct; /* of those that succeeded */
	uint64_t produced, lost, missed;
	uint64_t gaps; /* places where the stream was damaged */
	uint64_t not_judged; /* events beyond what is followed: overlaps, or no room */
	uint64_t unproven; /* contradictions where evidence was incomplete */
	uint64_t impossible; /* things told that cannot have happened: the recording is wrong */
	char first_impossible[FPT_IMPOSSIBLE_TEXT]; /* what is, and where; printable */
	bool ended; /* the stream came to its proper end */
};

struct fpt_checker_options {
	unsigned long long events; /* 1 << kind of the events that can come */
	bool some_tasks_only; /* a filter hides other tasks: no history */
	uint64_t only_ino; /* a filter hides inodes without this number */
	uint32_t max_inodes; /* that live at a time; more are not judged; 0: no limit */
	void (*report)(void *context, const struct fpt_finding *finding);
	void *context;
};

struct fpt_checker;

/* NULL only without memory. */
struct fpt_checker *fpt_checker__new(const struct fpt_checker_options *options);
void fpt_checker__free(struct fpt_checker *checker);

/* Before the events of a batch: what was lost on the way to them. */
void fpt_checker__batch(struct fpt_checker *checker, const struct fpt_batch *batch);
/*
 * Whether it pays to tell what comes: then in this many events @later, and in half of
 * them @soon.  Judges nothing; each may be NULL.
 */
#define FPT_CHECKER_AHEAD 32
bool fpt_checker__looks_ahead(const struct fpt_checker *checker);
void fpt_checker__ahead(struct fpt_checker *checker, const struct fpt_header *soon,
			const struct fpt_header *later);

/* One event; findings are reported before it returns.  False: it was not understood. */
bool fpt_checker__event(struct fpt_checker *checker, const struct fpt_header *event);
/* Evidence is missing here: the stream is damaged. */
void fpt_checker__gap(struct fpt_checker *checker);

/*
 * What was recorded cannot have happened, whatever the kernel did: the recording
 * is not to be trusted.  @event may be NULL: it is about the stream as a whole.
 */
void fpt_checker__impossible(struct fpt_checker *checker, const struct fpt_header *event,
			     const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Time has passed: looks for what should have happened by now. */
void fpt_checker__tick(struct fpt_checker *checker, uint64_t ts_ns);

/* How many opens wait, so that a tick may show something. */
unsigned int fpt_checker__waiting(const struct fpt_checker *checker);

const struct fpt_summary *fpt_checker__summary(const struct fpt_checker *checker);

/* Whether a check cannot run on this stream. */
bool fpt_checker__off(const struct fpt_checker *checker, enum fpt_check_id check);

/*
 * Violation beats inconclusive: it is reported only from sound evidence.
 * Anything missing makes a pass inconclusive, and what is impossible makes
 * everything so.
 */
enum fpt_verdict fpt_summary__verdict(const struct fpt_summary *summary);
uint64_t fpt_summary__count(const struct fpt_summary *summary, enum fpt_severity severity,
			    enum fpt_who who);
const char *fpt_verdict_name(enum fpt_verdict verdict);
/* 0, 1 or 3: the exit code of a verdict. */
int fpt_verdict_exit(enum fpt_verdict verdict);

#endif
