/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work that may never end, or eat all memory: done in a child process that the
 * kernel ends when it has used what it may.
 */
#ifndef FPT_LIMITED_H
#define FPT_LIMITED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FPT_LIMITED_SECONDS 3 /* of processor time */
#define FPT_LIMITED_MIB 512 /* of memory, beside what was in use before */

struct fpt_limited {
	pid_t pid;
	int from; /* what it writes is read here */
};

/**
 * fpt_limited__start - begin some work.
 * @work: done in the child, which ends when it returns; writes results to @to.
 *
 * Returns 0 or -errno.
 */
int fpt_limited__start(struct fpt_limited *child, void (*work)(void *context, int to),
		       void *context);

/* So many bytes of the results.  False if it ends before; also for what it reads with itself. */
bool fpt_limited__read(const struct fpt_limited *child, void *bytes, size_t size);

/* For the child.  False if nobody reads it any more. */
bool fpt_limited__write(int to, const void *bytes, size_t size);

/* Waits for its end.  NULL if the work was done, else what it used too much of. */
const char *fpt_limited__finish(struct fpt_limited *child);

#endif
