// SPDX-License-Identifier: GPL-2.0-only
/* Sorts opens by the way in which they were served. */
#include "coverage.h"

#define REASON(NAME, name, why) { #name, why },
const struct fpt_reason_info fpt_reasons[FPT_REASON_MAX] = { FPT_REASONS(REASON) };

/* Of an open that is not in passthrough. */
static enum fpt_reason reason_of(const struct fpt_open *e, bool refused)
{
	if (!(e->conn_flags & FPT_CONN_PASSTHROUGH))
		return FPT_REASON_PASSTHROUGH_OFF;
	if (e->ret)
		return refused ? FPT_REASON_REFUSED : FPT_REASON_FAILED;
	if (e->file_mode == FPT_IOM_NONE)
		return FPT_REASON_SERVER_DIRECT;
	return e->conn_flags & FPT_CONN_NO_OPEN ? FPT_REASON_NO_OPEN : FPT_REASON_SERVER_CACHED;
}

void fpt_coverage__open(struct fpt_coverage *coverage, const struct fpt_open *e, bool refused)
{
	coverage->eligible += (e->conn_flags & FPT_CONN_PASSTHROUGH) != 0;
	if (e->ret || e->file_mode != FPT_IOM_UNCACHED)
		coverage->reason[reason_of(e, refused)]++;
}
