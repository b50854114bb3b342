/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much of what could go through passthrough did, and why the rest did not.
 * Counts; judges nothing.
 */
#ifndef FPT_COVERAGE_H
#define FPT_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

/* FPT_REASON(NAME, name, "why an open was not served by passthrough") */
// clang-format off
#define FPT_REASONS(R) \
	R(PASSTHROUGH_OFF, passthrough_off, "passthrough is not in force on the connection") \
	R(NO_OPEN, no_open, "the server answers no OPEN (ENOSYS), so the file is cached") \
	R(SERVER_CACHED, server_cached, "the server asked neither for passthrough nor direct I/O") \
	R(SERVER_DIRECT, server_direct, "the server asked for direct I/O without passthrough") \
	R(REFUSED, refused, "the kernel refused the server's answer: see the findings") \
	R(FAILED, failed, "the open failed for another reason")
// clang-format on

#define FPT_REASON(NAME, name, why) FPT_REASON_##NAME,
enum fpt_reason { FPT_REASONS(FPT_REASON) FPT_REASON_MAX };
#undef FPT_REASON

struct fpt_reason_info {
	const char *name, *why;
};
extern const struct fpt_reason_info fpt_reasons[FPT_REASON_MAX];

struct fpt_coverage {
	uint64_t eligible; /* opens where passthrough is in force */
	uint64_t reason[FPT_REASON_MAX];
};

/*
 * What read and write moved, in bytes, counted in the kernel; known is set by a
 * run that counts them.
 */
struct fpt_bytes {
	bool known;
	uint64_t backing_read, backing_written; /* past the server */
	uint64_t server_read, server_written;
};

/* @refused: the event led to a finding. */
void fpt_coverage__open(struct fpt_coverage *coverage, const struct fpt_open *e, bool refused);

#endif
