/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much of what could go through passthrough did, and why the rest did not.
 * Counts; judges nothing.
 */
#ifndef FPT_COVERAGE_H
#define FPT_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "check.h"
#include "record.h"

/*
 * Only regular files are opened in an io mode, and only these are counted.
 * FPT_REASON(NAME, name, "why an open was not served by passthrough")
 */
// clang-format off
#define FPT_REASONS(R) \
	R(PASSTHROUGH_OFF, passthrough_off, "passthrough is not in force on the connection") \
	R(NO_OPEN, no_open, "the server answers no OPEN (ENOSYS), so the file is cached") \
	R(SERVER_CACHED, server_cached, "the server asked neither for passthrough nor direct I/O") \
	R(SERVER_DIRECT, server_direct, "the server asked for direct I/O without passthrough") \
	R(SERVER_BOTH, server_both, "the server asked for both: direct I/O wins, but for mmap") \
	R(DAX, dax, "the file is mapped from the host (DAX)") \
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
	uint64_t served; /* opens whose reads and writes go past the server */
	uint64_t reason[FPT_REASON_MAX]; /* of those that are not served */
	uint64_t refused[FPT_CHECK_MAX]; /* of those refused: by the check that tells why */
};

struct fpt_bytes_row {
	uint32_t dev; /* s_dev of the mount; 0: all that found no room */
	struct fpt_moved moved;
};

/* What reads and writes moved, by mounts. */
struct fpt_bytes {
	bool known; /* the run counted it */
	uint64_t missed; /* program runs that the kernel skipped, and that had counted */
	struct fpt_bytes_row *row;
	size_t rows;
};

/* @check: the first finding that the open led to; -1: none. */
void fpt_coverage__open(struct fpt_coverage *coverage, const struct fpt_open *e, int check);

/* A later record of a mount replaces an earlier one.  0 or -ENOMEM. */
int fpt_bytes__take(struct fpt_bytes *bytes, const struct fpt_moved_record *record);
void fpt_bytes__free(struct fpt_bytes *bytes);

/* Of one mount; zeros for one that moved nothing. */
struct fpt_moved fpt_bytes__of(const struct fpt_bytes *bytes, uint32_t dev);
struct fpt_moved fpt_bytes__total(const struct fpt_bytes *bytes);

#endif
