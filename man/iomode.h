/* SPDX-License-Identifier: GPL-2.0-only */
/* The rows of spec/iomode.def as texts, in their order, of all kinds. */
#ifndef FPT_IOMODE_H
#define FPT_IOMODE_H

#include <stddef.h>

#include "model.h"

enum entry_kind { ENTRY_ROW, ENTRY_WAIT, ENTRY_NEVER, ENTRY_BESIDE };

/* A text is empty where the kind has none. */
struct entry {
	enum entry_kind kind;
	const char *name; /* "T9" */
	enum fpt_op op; /* not of ENTRY_BESIDE */
	const char *from, *to;
	const char *condition;
	const char *result; /* "0", "-EBUSY", "EINVAL; ENOENT" */
	int step;
	enum fpt_fb_effect fb;
	const char *event, *sees, *checks, *why;
};

extern const struct entry entries[];
extern const size_t entry_count;

/* "cached_open" */
const char *operation_name(enum fpt_op op);

#endif
