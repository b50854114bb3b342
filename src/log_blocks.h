/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The blocks of a log as they are written: each gets its place, and the log is
 * cut into pieces between them.  For the writer alone; it does the locking.
 */
#ifndef FPT_LOG_BLOCKS_H
#define FPT_LOG_BLOCKS_H

#include "log.h"
#include "log_code.h"
#include "log_frames.h"
#include "log_sink.h"

struct fpt_log_blocks {
	struct fpt_log_sink sink;
	uint64_t rotate; /* as in the options */
	int zstd_level;
	char *meta;
	uint64_t run;
	bool begun; /* the piece has its file header */
	uint32_t next; /* number of the next block; those left out have one, too */
	uint32_t in_piece; /* blocks of events */
	uint64_t first, lost; /* as in the header of the next block */
	struct fpt_buffer records; /* of the run: those that every piece begins with */
	bool has_run; /* they are worth something */
	uint32_t record_count;
	struct fpt_log_frames frames;
	struct fpt_log_encoder *encoder;
	struct ZSTD_CCtx_s *zstd;
	struct fpt_buffer content, packed; /* of the block in the making */
};

/* As fpt_log_writer__open(), but for the result.  Close it whatever the result is. */
int fpt_log_blocks__open(struct fpt_log_blocks *blocks, const char *path,
			 const struct fpt_log_options *options);

/* As fpt_log_writer__set_meta(). */
int fpt_log_blocks__set_meta(struct fpt_log_blocks *blocks, const char *meta);

/* Keeps a record to be repeated, if it is of that kind.  0 or -ENOMEM. */
int fpt_log_blocks__remember(struct fpt_log_blocks *blocks, const struct fpt_header *record);

/**
 * fpt_log_blocks__write - add a block.
 * @magic: FPT_LOG_BLOCK_MAGIC or FPT_LOG_END_MAGIC.
 *
 * Its events and its number are taken, whether it can be written or not.
 * Returns 0 or -errno.
 */
int fpt_log_blocks__write(struct fpt_log_blocks *blocks, uint32_t magic,
			  const struct fpt_log_content *content);

/* Writes the file header if nothing else was written.  0 or -errno. */
int fpt_log_blocks__close(struct fpt_log_blocks *blocks);

#endif
