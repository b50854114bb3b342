/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first findings of each check with their witnesses, for reports that are
 * written at the end.  Bounded, however many there are.
 */
#ifndef FPT_KEPT_H
#define FPT_KEPT_H

#include "check.h"
#include "mounts.h"

#define FPT_KEPT_PER_CHECK 10

struct fpt_kept_finding {
	struct fpt_finding finding; /* its event is the one below */
	char mount[FPT_MOUNT_WORDS]; /* where; its device can be another's by the end */
	union {
		struct fpt_header event;
		char bytes[FPT_EVENT_MAX];
	};
};

struct fpt_kept {
	struct fpt_kept_finding *first[FPT_CHECK_MAX]; /* FPT_KEPT_PER_CHECK of them, or NULL */
	unsigned int count[FPT_CHECK_MAX];
};

/* Without memory it is not kept; the summary counts it all the same. */
void fpt_kept__add(struct fpt_kept *kept, const struct fpt_finding *finding, const char *mount);
void fpt_kept__free(struct fpt_kept *kept);

#endif
