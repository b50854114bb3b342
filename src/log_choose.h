/* SPDX-License-Identifier: GPL-2.0-only */
/* Chooses the codec of a column of numbers, and writes the column. */
#ifndef FPT_LOG_CHOOSE_H
#define FPT_LOG_CHOOSE_H

#include "log_code.h"
#include "log_plan.h"

/* The head of a column: its codec, and where it belongs. */
void fpt_column_begin(struct fpt_buffer *out, unsigned int codec, uint16_t offset, uint16_t size);

/**
 * fpt_column_choose - write a column of numbers in the shortest form found.
 * @near: as many numbers, those at @item->near, or room for them.
 *
 * @values and @near are used up.
 */
void fpt_column_choose(struct fpt_buffer *out, const struct fpt_plan_item *item, uint64_t *values,
		       uint64_t *near, uint32_t count);

/**
 * fpt_column_next - write a column of numbers that count up in each context.
 * @context: as many numbers, those at @item->near.
 */
void fpt_column_next(struct fpt_buffer *out, const struct fpt_plan_item *item, uint64_t *values,
		     const uint64_t *context, uint32_t count);

/* Base and packed numbers, for a codec that never goes down; @values is used up. */
void fpt_column_pack(struct fpt_buffer *out, uint64_t *values, uint32_t count);

#endif
