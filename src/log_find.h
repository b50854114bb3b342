/* SPDX-License-Identifier: GPL-2.0-only */
/* What reading a log has come to, and the search for its next block; for the reader alone. */
#ifndef FPT_LOG_FIND_H
#define FPT_LOG_FIND_H

#include "log.h"
#include "log_code.h"
#include "log_source.h"

/* What the blocks so far say of a processor. */
struct fpt_log_seen {
	uint64_t count; /* events in them */
	uint64_t end; /* after its highest sequence number */
	uint64_t lost; /* as it was counted */
};

struct fpt_log_reader {
	struct fpt_log_pieces own; /* those that fpt_log_reader__open() found */
	struct fpt_log_source source;
	size_t consume; /* bytes of it that the next call drops */

	struct fpt_log_decoder *decoder;
	struct ZSTD_DCtx_s *zstd;
	struct fpt_buffer content; /* of the block, decompressed */
	struct fpt_log_block head; /* of the block */
	bool in_block; /* it has more to give */
	const char *wrong; /* with the block, if that shows in the middle of it */

	uint32_t blocks; /* number of the next block */
	uint64_t first; /* number of the next event */
	uint64_t lost; /* events lost before that, as the batches told */
	uint64_t cost; /* events that damage took since the last batch */
	uint64_t damage; /* and in all: the end block knows the others */
	bool reported; /* the damage before the next block */
	bool searching; /* the next block is not where it should be */
	bool introduced; /* the records of the run were read */
	bool ended; /* the end block was read: all that is left is totals */
	struct fpt_log_seen cpu[FPT_MAX_CPUS];
	struct fpt_batch totals;
};

/**
 * fpt_log_find - bring the header of the next block to the start of what is held.
 *
 * head is then that header, and it fits to what came before.  Else the result is
 * DAMAGED, after which this may be called again, or TRUNCATED; @why says it.
 */
enum fpt_log_state fpt_log_find(struct fpt_log_reader *reader, char *why, size_t size);

/* What is missing before the block, in events and in losses that were told. */
uint64_t fpt_log_missing(const struct fpt_log_reader *reader);

#endif
