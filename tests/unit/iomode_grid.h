/* SPDX-License-Identifier: GPL-2.0-only */
/* Every state of a small grid, and every operation in it. */
#ifndef IOMODE_GRID_H
#define IOMODE_GRID_H

#include "model.h"

#define A 0xa0
#define B 0xb0

static const enum fpt_op grid_ops[] = { FPT_OP_IO_OPEN, FPT_OP_CACHED_OPEN, FPT_OP_UNCACHED_START,
					FPT_OP_UNCACHED_END, FPT_OP_IO_RELEASE };
#define GRID_OPS (sizeof(grid_ops) / sizeof(grid_ops[0]))

/* ctr from -3 to 3; fb none, A or B, of inode and operation; numbers equal or not. */
static inline void for_each_step(void (*check)(const struct fpt_mode_state *,
					       const struct fpt_mode_op *))
{
	static const uint64_t fbs[] = { 0, A, B };
	size_t variant, count = GRID_OPS * 3 * 3 * 3 * 2;
	int ctr;

	for (ctr = -3; ctr <= 3; ctr++)
		for (variant = 0; variant < count; variant++) {
			size_t rest = variant;
			struct fpt_mode_state s = { .ctr = ctr, .fb = fbs[rest % 3] };
			struct fpt_mode_op op = { .fb = fbs[(rest /= 3) % 3] };

			op.file_mode = (rest /= 3) % 3;
			op.op = grid_ops[(rest /= 3) % GRID_OPS];
			op.may_be_unequal = rest / GRID_OPS;
			op.may_be_equal = !op.may_be_unequal;
			check(&s, &op);
		}
}

#endif
