/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which events and findings of a log people want to see.  What is judged, and
 * counted, is always the whole run.
 */
#ifndef FPT_FILTER_H
#define FPT_FILTER_H

#include "check.h"
#include "mounts.h"

/* A point in time, in one of the forms that -t prints. */
struct fpt_when {
	enum { FPT_WHEN_NONE, FPT_WHEN_START, FPT_WHEN_CLOCK, FPT_WHEN_UNIX } form;
	/* since the first event; since midnight, local time; since 1970 */
	uint64_t ns;
};

struct fpt_filter {
	struct fpt_when since, until; /* both belong to what is shown */
	const char *mount; /* its path, or "0:36"; NULL: any */
	uint64_t nodeid;
	uint32_t pid; /* 0: any */
	bool one_nodeid, some_checks;
	bool check[FPT_CHECK_MAX]; /* with some_checks: those */
	bool *met; /* set once something of the mount is seen; NULL: nobody asks */
};

/* What a filter needs to know of the run. */
struct fpt_filter_run {
	uint64_t first_ns; /* of the first event */
	uint64_t realtime_offset_ns;
	const struct fpt_mounts *mounts;
};

/* Reads "1.5", "12:30", "12:30:01.5", "2026-11-22 12:30" or a time since 1970.  -EINVAL */
int fpt_when__parse(struct fpt_when *when, const char *text);

/* As the events have it: CLOCK_MONOTONIC, nanoseconds; negative before that began. */
int64_t fpt_when__ns(const struct fpt_when *when, const struct fpt_filter_run *run);

/* Adds a check by its id, or those of an invariant or a transition.  -ENOENT */
int fpt_filter__add_check(struct fpt_filter *filter, const char *name);

/* Whether @since is after @until, so that nothing can pass. */
bool fpt_filter__is_backwards(const struct fpt_filter *filter, const struct fpt_filter_run *run);

/* Whether one of the mounts is the one that is wanted, seen or not. */
bool fpt_filter__has_mount(const struct fpt_filter *filter, const struct fpt_mounts *mounts);

/* Whether the event passes, whatever was found on it. */
bool fpt_filter__event(const struct fpt_filter *filter, const struct fpt_filter_run *run,
		       const struct fpt_header *event);

/* Whether the finding does, and the event that showed it. */
bool fpt_filter__finding(const struct fpt_filter *filter, const struct fpt_filter_run *run,
			 const struct fpt_finding *finding);

#endif
