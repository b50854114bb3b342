/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which frames of call stacks a piece of the log has: a block that refers to others
 * gets their records once more, so that the piece can be read without those before it.
 */
#ifndef FPT_LOG_FRAMES_H
#define FPT_LOG_FRAMES_H

#include "log_code.h"
#include "map.h"
#include "record.h"

#define FPT_LOG_FRAMES_MAX (512 << 10) /* bytes of them that a block gets */

/* Empty when all is 0. */
struct fpt_log_frames {
	struct fpt_map known; /* by number */
	uint32_t piece; /* counts them; or what has to begin anew like one */
	struct fpt_buffer events; /* of the block in the making, with what it needs */
	struct fpt_buffer parts;
	uint32_t added; /* records among those */
};

/* -ENOMEM, or 0. */
int fpt_log_frames__remember(struct fpt_log_frames *frames, const struct fpt_frame_record *record);

/* What follows is to be read without what was before. */
void fpt_log_frames__begin_piece(struct fpt_log_frames *frames);

/**
 * fpt_log_frames__complete - what a block is to hold.
 * @content: what it is to hold in any case.
 * @complete: that, with the frames before it that the piece lacks; valid until
 *	the next call.
 *
 * The piece has all of them then; of more than FPT_LOG_FRAMES_MAX bytes some are left
 * out, which is told of a stack by its reader.  0 or -ENOMEM.
 */
int fpt_log_frames__complete(struct fpt_log_frames *frames, const struct fpt_log_content *content,
			     struct fpt_log_content *complete);

void fpt_log_frames__free(struct fpt_log_frames *frames);

#endif
