/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The forms in which a run can be reported, and where one goes: standard output
 * or a file beside it.  What is reported is session.h's and report.h's to say.
 */
#ifndef FPT_OUTPUT_H
#define FPT_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "check.h"

struct fpt_session;
struct fpt_report;
struct fpt_output;

/* One report being written. */
struct fpt_sink {
	const struct fpt_output *form;
	const char *path; /* NULL: out was open before, and stays so */
	FILE *out;
	bool color;
	void *state; /* the form's own, of the run */
	void *all; /* and of all runs that are reported one after the other */
};

/* What became of runs that are reported together. */
struct fpt_tally {
	unsigned int runs; /* in all, those to come too */
	unsigned int verdicts[FPT_VERDICTS]; /* runs of each, until now */
	unsigned int unread; /* runs that could not be read to their end */
};

/* The worst verdict; one that could not be read proves nothing. */
enum fpt_verdict fpt_tally__verdict(const struct fpt_tally *tally);
/* "1 violation, 2 pass, 1 not read"; into @out. */
const char *fpt_tally__words(const struct fpt_tally *tally, char *out, size_t size);

/* Any of the functions but end() may be NULL. */
struct fpt_output {
	const char *name; /* -f NAME */
	bool binary; /* nothing for a terminal */
	bool counts_runs; /* it must know before the first how many come */
	/* Before the first run.  0 or -ENOMEM. */
	int (*open)(struct fpt_sink *sink, const struct fpt_tally *tally);
	/* The stream has begun.  0 or -ENOMEM. */
	int (*begin)(struct fpt_sink *sink, const struct fpt_session *session);
	/* Each event, before its findings. */
	void (*every)(struct fpt_sink *sink, const struct fpt_session *session,
		      const struct fpt_header *event);
	/* Instead of it, one that cannot be understood: only its header is sure. */
	void (*strange)(struct fpt_sink *sink, const struct fpt_session *session,
			const struct fpt_header *event);
	/* Each finding; its event may be long past. */
	void (*finding)(struct fpt_sink *sink, const struct fpt_session *session,
			const struct fpt_finding *finding);
	/* An event that the options let through, with the findings it led to, if any. */
	void (*event)(struct fpt_sink *sink, const struct fpt_session *session,
		      const struct fpt_header *event);
	/* A record of the stream, as it comes. */
	void (*record)(struct fpt_sink *sink, const struct fpt_session *session,
		       const struct fpt_header *record);
	/* All events of a batch were told, or the stream came to its end. */
	void (*batch)(struct fpt_sink *sink, const struct fpt_session *session,
		      const struct fpt_batch *batch);
	/* The stream is damaged here. */
	void (*gap)(struct fpt_sink *sink, const struct fpt_session *session);
	void (*end)(struct fpt_sink *sink, const struct fpt_report *report);
	/* Instead of end(), for one of several runs that cannot be read.  @run: from 1. */
	void (*unread)(struct fpt_sink *sink, unsigned int run, const char *log, const char *why);
	void (*free)(struct fpt_sink *sink); /* state */
	/*
	 * After the last run: writes what is left of it, and frees @all.  @tally NULL: there is
	 * nothing to say.  0, or -errno after a line on standard error.
	 */
	int (*close)(struct fpt_sink *sink, const struct fpt_tally *tally);
};

extern const struct fpt_output fpt_out_text, fpt_out_json, fpt_out_tap, fpt_out_ktap;
extern const struct fpt_output fpt_out_junit, fpt_out_github, fpt_out_html, fpt_out_perfetto;

/* NULL if there is no such form. */
const struct fpt_output *fpt_output__find(const char *name);
#define FPT_OUTPUT_NAMES "text, json, tap, ktap, junit, github, html or perfetto"

#define FPT_SINKS_MAX 16 /* reports of one run */

struct fpt_sinks {
	struct fpt_sink sink[FPT_SINKS_MAX]; /* the first is standard output's */
	unsigned int count;
	/* Files that are read, or written by others: no report may go there. */
	const char *const *kept;
	int kept_count;
};

/* Adds "FORM:FILE", a form of its own or @form.  NULL, or what was wanted instead. */
const char *fpt_sinks__add(struct fpt_sinks *sinks, const struct fpt_output *form,
			   const char *file);
const char *fpt_sinks__add_words(struct fpt_sinks *sinks, const char *words);

/* Says on standard error that a report cannot be written.  @err */
int fpt_sink__refuse(const struct fpt_sink *sink, int err);

/* Opens the files.  0, or -errno after a line on standard error said why not. */
int fpt_sinks__open(struct fpt_sinks *sinks, const struct fpt_tally *tally);

/* A run is over: what the forms kept of it is freed. */
void fpt_sinks__end_run(struct fpt_sinks *sinks);

/**
 * fpt_sinks__close - write what is left, and close the files.
 * @tally: of the runs; NULL: nothing can be said of them, and nothing is added.
 *
 * Returns 0, or -errno after a line on standard error said what could not be written.
 */
int fpt_sinks__close(struct fpt_sinks *sinks, const struct fpt_tally *tally);

/* Writes what standard output still has, and says if it cannot.  The exit status: @code or 2. */
int fpt_finish_stdout(int code);

#endif
