/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a form writes of each run before it knows what stands above all of them.
 * It is the sink's "all".
 */
#ifndef FPT_BODY_H
#define FPT_BODY_H

#include "output.h"

struct fpt_body {
	FILE *out; /* in memory */
	char *text;
	size_t size;
	/* of test points, for forms that count them */
	unsigned int tests, failures, errors;
	uint64_t duration_ns;
};

/* For a form's open(): makes one.  0 or -ENOMEM. */
int fpt_body__open(struct fpt_sink *sink, const struct fpt_tally *tally);

/* What was written until now, as a string; NULL without memory. */
const char *fpt_body__text(struct fpt_body *body);

/* For a form's close(): frees it. */
void fpt_body__free(struct fpt_sink *sink);

#endif
