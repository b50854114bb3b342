/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The automaton of spec/iomode.def as a pure function: no memory, no events.
 */
#ifndef FPT_MODEL_H
#define FPT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

struct fpt_mode_state {
	int32_t ctr; /* fuse_inode.iocachectr */
	uint64_t fb; /* key of fuse_inode.fb; 0: none */
};

/* What an operation brings; op is one of those in iomode.def. */
struct fpt_mode_op {
	enum fpt_op op;
	uint32_t file_mode; /* enum fpt_iomode, before the operation */
	uint64_t fb; /* UNCACHED_START: the backing file's key; 0: direct write */
	bool may_be_equal; /* the numbers may agree, or need not */
	bool may_be_unequal; /* the numbers may differ, and the mode is in force */
	uint64_t file; /* CACHED_OPEN: whose mode file_mode is; 0: of none other */
};

enum fpt_fb_effect { FPT_FB_KEEP, FPT_FB_SET, FPT_FB_CLEAR };

struct fpt_row {
	const char *name; /* of the transition: "T9" */
	enum fpt_op op;
	const char *from, *to; /* letters of the states it leads from and to */
	bool (*guard)(const struct fpt_mode_state *s, const struct fpt_mode_op *a);
	int result; /* 0 or -errno, as the kernel function returns it */
	int step; /* of ctr */
	enum fpt_fb_effect fb;
};

extern const struct fpt_row fpt_rows[];
extern const size_t fpt_row_count;

/* The rows by which an operation can go on in @s: bit n is fpt_rows[n]. */
uint32_t fpt_mode_rows(const struct fpt_mode_state *s, const struct fpt_mode_op *a);

/* Where an operation has no outcome: it waits, or cannot be there at all. */
struct fpt_hold {
	const char *name;
	enum fpt_op op;
	const char *from; /* letters of states */
	bool (*guard)(const struct fpt_mode_state *s, const struct fpt_mode_op *a);
	bool waits;
};

extern const struct fpt_hold fpt_holds[];
extern const size_t fpt_hold_count;

/* The letter of a state: 'N', 'C', 'D' or 'P'; '?' for one that cannot be. */
char fpt_mode_letter(const struct fpt_mode_state *s);

/* The state after a row that was enabled in @s. */
struct fpt_mode_state fpt_mode_apply(const struct fpt_row *row, const struct fpt_mode_state *s,
				     const struct fpt_mode_op *a);

/* Whether the operation sleeps in @s, by a row of the table (T6b). */
bool fpt_mode_waits(const struct fpt_mode_state *s, const struct fpt_mode_op *a);

#endif
