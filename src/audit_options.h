/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line of fusept-audit. */
#ifndef FPT_AUDIT_OPTIONS_H
#define FPT_AUDIT_OPTIONS_H

#include "filter.h"
#include "session.h"
#include "source.h"

/* Whether some run has what the options name. */
struct fpt_shown {
	bool inode, mount, time; /* of --timeline, --mount, between --since and --until */
};

struct fpt_audit_options {
	struct fpt_session_options session; /* its filter is the one below, if that is used */
	struct fpt_filter filter;
	enum fpt_source_form from; /* what the logs are; FPT_SOURCE_MAX: see their first bytes */
	bool timeline; /* print the life of one inode */
	uint64_t timeline_ino; /* its nodeid or its number */
	bool diff; /* compare two runs */
	struct fpt_shown *shown; /* once there are runs */
	char **log; /* what is to be read */
	int logs;
};

/**
 * fpt_audit_options__parse - read the command line.
 *
 * Returns 0; 1 when help, version or an explanation was served; -EINVAL after a
 * line on standard error said what is wrong.  It may be called again, for options
 * that another session can take over.
 */
int fpt_audit_options__parse(struct fpt_audit_options *options, int argc, char **argv);

#endif
