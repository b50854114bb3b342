/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by mode_set.c and mode_query.c alone. */
#ifndef FPT_MODE_INTERNAL_H
#define FPT_MODE_INTERNAL_H

#include "mode_set.h"

#define NOT_YET 0xff

struct pending {
	struct fpt_mode_op op;
	uint32_t tid;
	bool exclusive;
	bool used;
	bool told; /* overdue */
	uint64_t free_ns; /* since when it need not wait any more; 0: it must */
};

/* One possible present: the state, and by which row each pending one was done. */
struct config {
	struct fpt_mode_state state;
	uint8_t row[FPT_PENDING_MAX]; /* NOT_YET: it has not taken effect */
};

struct fpt_mode_busy {
	unsigned int in_flight; /* operations begun and not ended, followed or not */
	unsigned int not_followed;
	struct pending pending[FPT_PENDING_MAX];
	unsigned int count, room; /* room: a power of two */
	struct config *config;
	uint16_t *place; /* twice the room: number of a config + 1 by its hash; 0: none */
};

/* From here on the general way; false without memory. */
bool fpt_mode_end_solo(struct fpt_mode *mode);

#endif
