/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The search for blocks in the bytes of a log.  What a header says is believed if
 * its checksum is right and it is of the run and of this piece, or a later one;
 * whether it fits to the blocks before it is not known here.
 */
#ifndef FPT_LOG_SCAN_H
#define FPT_LOG_SCAN_H

#include "log_source.h"

/* Whether the header of a block is at the start of what is held; @head gets it. */
bool fpt_log_scan__here(struct fpt_log_source *source, struct fpt_log_block *head);

/* Whether a later piece of the run begins there; if so, it is gone over to. */
bool fpt_log_scan__piece(struct fpt_log_source *source);

/**
 * fpt_log_scan - drop bytes until the header of a block is at hand.
 * @limit: how many bytes to drop at the most.
 *
 * It may be of a piece that follows in the same file.  Stops, too, where a log of another
 * run begins.  False if there is neither.
 */
bool fpt_log_scan(struct fpt_log_source *source, uint64_t limit);

/* How many sound blocks there are up to the end, or to another log. */
uint64_t fpt_log_scan__count(struct fpt_log_source *source);

#endif
