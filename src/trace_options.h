/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line of fusept-trace, and its help. */
#ifndef FPT_TRACE_OPTIONS_H
#define FPT_TRACE_OPTIONS_H

#include "log.h"
#include "session.h"
#include "source_ring.h"

struct fpt_trace_options {
	struct fpt_session_options session;
	struct fpt_ring_options ring;
	const char *mount; /* -m */
	const char *target; /* "fuse" or "fusept"; NULL: all there are */
	const char *log; /* -w; "-" is standard output */
	struct fpt_log_options write; /* how; its meta text is not the command line's */
	uint64_t duration_ns; /* -d; 0: until interrupted or CMD ends */
	bool features, dry_run, quiet, verbose;
	char **command; /* after "--"; NULL: none */
};

/**
 * fpt_trace_options__parse - read argv.
 *
 * Returns 0; 1 after --help, --version or --explain was served; -EINVAL after a line on
 * standard error said what is wrong.
 */
int fpt_trace_options__parse(struct fpt_trace_options *options, int argc, char **argv);

#endif
