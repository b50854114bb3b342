/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel's io-mode functions do, written by hand and apart from
 * spec/iomode.def, so that the two can be held against each other.
 */
#ifndef IOMODE_REFERENCE_H
#define IOMODE_REFERENCE_H

#include <errno.h>

#include "model.h"

#define NO_RESULT 1 /* it waits, or the kernel warns: the state cannot be */

struct ref_outcome {
	int result; /* 0, -errno, or NO_RESULT */
	struct fpt_mode_state next;
};

static inline bool ref_same(const struct fpt_mode_state *a, const struct fpt_mode_state *b)
{
	return a->ctr == b->ctr && a->fb == b->fb;
}

static inline struct ref_outcome ref_stays(const struct fpt_mode_state *s, int result)
{
	return (struct ref_outcome){ result, *s };
}

static inline struct ref_outcome ref_cached_open(const struct fpt_mode_state *s, uint32_t file_mode)
{
	struct ref_outcome out = ref_stays(s, 0);

	if (s->ctr < 0 && !s->fb)
		return ref_stays(s, NO_RESULT);
	if (s->fb)
		return ref_stays(s, -ETXTBSY);
	if (file_mode == FPT_IOM_UNCACHED || (file_mode == FPT_IOM_CACHED && s->ctr == 0))
		return ref_stays(s, NO_RESULT); /* WARN: such a file cannot be here */
	if (file_mode == FPT_IOM_NONE)
		out.next.ctr++;
	return out;
}

static inline struct ref_outcome ref_uncached_start(const struct fpt_mode_state *s, uint64_t fb,
						    bool unequal)
{
	struct ref_outcome out = ref_stays(s, 0);

	if (fb && s->fb && fb != s->fb)
		return ref_stays(s, -EBUSY);
	if (fb && unequal)
		return ref_stays(s, -EIO);
	if (s->ctr > 0)
		return ref_stays(s, -ETXTBSY);
	out.next.ctr--;
	if (fb)
		out.next.fb = fb;
	return out;
}

static inline struct ref_outcome ref_uncached_end(const struct fpt_mode_state *s)
{
	struct ref_outcome out = ref_stays(s, 0);

	if (s->ctr >= 0)
		return ref_stays(s, NO_RESULT); /* WARN */
	if (++out.next.ctr == 0)
		out.next.fb = 0;
	return out;
}

static inline struct ref_outcome ref_cached_release(const struct fpt_mode_state *s)
{
	struct ref_outcome out = ref_stays(s, 0);

	if (s->ctr <= 0)
		return ref_stays(s, NO_RESULT); /* WARN */
	out.next.ctr--;
	return out;
}

static inline struct ref_outcome reference(const struct fpt_mode_state *s,
					   const struct fpt_mode_op *op, bool unequal)
{
	switch (op->op) {
	case FPT_OP_CACHED_OPEN:
		return ref_cached_open(s, op->file_mode);
	case FPT_OP_UNCACHED_START:
		return ref_uncached_start(s, op->fb, unequal);
	case FPT_OP_UNCACHED_END:
		return ref_uncached_end(s);
	case FPT_OP_IO_RELEASE:
		return ref_cached_release(s);
	default:
		return ref_stays(s, NO_RESULT);
	}
}

#endif
