/* SPDX-License-Identifier: GPL-2.0-only */
/* How far the reading of a long log is, for who waits at a terminal. */
#ifndef FPT_PROGRESS_H
#define FPT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct fpt_progress {
	FILE *out; /* NULL: nobody waits */
	uint64_t total; /* bytes of the log; 0: not known, as of a pipe */
	uint64_t begin_ns, next_ns; /* CLOCK_MONOTONIC */
	bool shown; /* a line is there */
};

/* @out: standard error; it gets something only if it is a terminal. */
void fpt_progress__begin(struct fpt_progress *progress, FILE *out, uint64_t total);

/* After so many bytes and events: shows it, from the first second on, now and then. */
void fpt_progress__step(struct fpt_progress *progress, uint64_t bytes, uint64_t events);

/* Takes the line away, so that something else can be printed. */
void fpt_progress__clear(struct fpt_progress *progress);

/* The line: "34 % of 1.2 GB, 21 million events, 12 s left"; into @out. */
const char *fpt_progress__words(char *out, size_t size, const struct fpt_progress *progress,
				uint64_t bytes, uint64_t events, uint64_t passed_ns);

#endif
