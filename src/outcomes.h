/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What came of each operation of a run, by what was asked and not by when, so
 * that two runs can be compared: --diff.
 */
#ifndef FPT_OUTCOMES_H
#define FPT_OUTCOMES_H

#include "output.h"

/* What was asked, what came of it, and how often; both are printable. */
struct fpt_outcome {
	char *scenario; /* "open of \"a\" for reading by cat" */
	char *result; /* "passthrough", "EIO [ino-backing-mismatch]" */
	uint64_t count;
};

struct fpt_outcomes {
	struct fpt_outcome *item;
	size_t count, room; /* room: of the table in which they are found; a power of two */
	bool sorted; /* by scenario and result, no more to be found */
	bool failed; /* for want of memory, or there are too many */
	enum fpt_verdict verdict;
	bool complete; /* no evidence is missing */
};

/* The form for a sink whose state is such a list, to be kept by its owner. */
extern const struct fpt_output fpt_out_outcomes;

/* Counts one.  Others than the form's own are for tests. */
void fpt_outcomes__add(struct fpt_outcomes *outcomes, const char *scenario, const char *result);

/**
 * fpt_outcomes__diff - print how two runs differ.
 * @names: of the two, for people.
 *
 * Returns the exit status: 1 if what one run has must be missing in the other; 3
 * if there is no such difference, but evidence is missing; else 0.
 */
int fpt_outcomes__diff(FILE *out, struct fpt_outcomes outcomes[2], char *const names[2]);

void fpt_outcomes__free(struct fpt_outcomes *outcomes);

#endif
