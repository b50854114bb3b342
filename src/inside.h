/* SPDX-License-Identifier: GPL-2.0-only */
/* Which operations threads are inside of: those that have begun and not ended, on any inode. */
#ifndef FPT_INSIDE_H
#define FPT_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

struct fpt_inside_slot {
	uint64_t inode;
	uint64_t who; /* the thread << 8 | enum fpt_op; 0: free */
};

/* Open addressing, at most half full.  Empty when all is 0. */
struct fpt_inside {
	struct fpt_inside_slot *slot;
	uint32_t mask; /* number of slots - 1 */
	uint32_t used;
};

/* -EALREADY: the thread is inside this operation on this inode already; -ENOMEM; 0. */
int fpt_inside__enter(struct fpt_inside *inside, uint64_t inode, uint32_t tid, enum fpt_op op);
/* False: it was not. */
bool fpt_inside__leave(struct fpt_inside *inside, uint64_t inode, uint32_t tid, enum fpt_op op);
/* Which they are inside of is not known any more. */
void fpt_inside__clear(struct fpt_inside *inside);

#endif
