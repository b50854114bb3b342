/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an operation does to an inode at the instant at which it takes effect, in
 * a sound kernel and in each of the broken ones.
 */
#ifndef HISTORY_EFFECT_H
#define HISTORY_EFFECT_H

#include "history_world.h"

/* Where iomode_reference.h has no result the kernel warns and goes on, or it waits. */
static inline struct ref_outcome h_warned(const struct fpt_mode_state *s,
					  const struct fpt_mode_op *op)
{
	struct ref_outcome out = ref_stays(s, 0);

	if (op->op == FPT_OP_CACHED_OPEN && s->ctr < 0 && !s->fb)
		return ref_stays(s, NO_RESULT);
	if (op->op == FPT_OP_UNCACHED_END && ++out.next.ctr == 0)
		out.next.fb = 0;
	if (op->op == FPT_OP_IO_RELEASE)
		out.next.ctr--;
	return out;
}

/* Whether the numbers are taken for unequal, by a kernel that may be wrong about it. */
static inline bool h_numbers(struct history *h, const struct fpt_mode_state *s,
			     const struct fpt_mode_op *op, bool unequal)
{
	if (!op->fb || !(h->conn_flags & FPT_CONN_PASSTHROUGH_INO))
		return unequal;
	if (unequal && h_breaks(h, BREAK_NUMBERS_IGNORED))
		return false;
	if (unequal && s->fb == op->fb && h_breaks(h, BREAK_NUMBERS_ON_REOPEN))
		return false;
	if (unequal && s->ctr > 0 && h_breaks(h, BREAK_NUMBERS_LATE))
		return false;
	return h_breaks(h, BREAK_NUMBERS_INVERTED) ? !unequal : unequal;
}

static inline struct ref_outcome h_lets_in(const struct fpt_mode_state *s, int step, uint64_t fb)
{
	return (struct ref_outcome){ 0, { s->ctr + step, fb } };
}

/* What was refused is let in. */
static inline void h_break_refusal(struct history *h, const struct fpt_mode_state *s,
				   const struct fpt_mode_op *op, struct ref_outcome *out)
{
	static const int errnos[] = { -ETXTBSY, -EBUSY, -EIO, -EINVAL };
	uint64_t fb = op->fb ? op->fb : s->fb;

	if (out->result == -EBUSY && h_breaks(h, BREAK_FB_REPLACED))
		*out = h_lets_in(s, -1, op->fb);
	else if (out->result == -EBUSY && h_breaks(h, BREAK_FB_IGNORED))
		*out = h_lets_in(s, -1, s->fb);
	else if (op->op == FPT_OP_UNCACHED_START && out->result == -ETXTBSY &&
		 h_breaks(h, BREAK_NO_ETXTBSY))
		*out = h_lets_in(s, -1, fb);
	else if (out->result == NO_RESULT && h_breaks(h, BREAK_NO_WAIT))
		*out = h_lets_in(s, 1, s->fb);
	else if (op->op == FPT_OP_CACHED_OPEN && out->result == -ETXTBSY &&
		 h_breaks(h, BREAK_CACHED_IN_P))
		*out = h_lets_in(s, 1, s->fb);
	else if (out->result == -EIO && h_breaks(h, BREAK_NUMBERS_ERRNO))
		out->result = -EINVAL;
	else if (out->result < 0 && h_breaks(h, BREAK_FALSE_SUCCESS))
		out->result = 0;
	else if (out->result < 0 && h_breaks(h, BREAK_WRONG_ERRNO))
		out->result = errnos[h_pick(h, 4)];
}

/* What succeeded does not count as it should. */
static inline void h_break_success(struct history *h, const struct h_thread *t,
				   const struct fpt_mode_state *s, const struct fpt_mode_op *op,
				   struct ref_outcome *out)
{
	int step = out->next.ctr - s->ctr;
	bool release = op->op == FPT_OP_UNCACHED_END || op->op == FPT_OP_IO_RELEASE;

	if (out->result)
		return;
	if (step && h_breaks(h, BREAK_NO_EFFECT))
		out->next = *s;
	else if (step && h_breaks(h, BREAK_COUNTS_TWICE))
		out->next.ctr += step;
	else if (release && h_breaks(h, BREAK_RELEASE_LOST))
		out->next = *s;
	else if (release && h_breaks(h, BREAK_RELEASE_TWICE))
		out->next.ctr += step;
	else if (s->fb && !out->next.fb && h_breaks(h, BREAK_FB_KEPT))
		out->next.fb = s->fb;
	else if (release && s->fb && out->next.fb && h_breaks(h, BREAK_FB_EARLY))
		out->next.fb = 0;
	else if (!s->fb && out->next.fb && h_breaks(h, BREAK_FB_NOT_SET))
		out->next.fb = 0;
	else if (step && t->op.before.ctr != s->ctr && h_breaks(h, BREAK_LOST_UPDATE))
		out->next.ctr = t->op.before.ctr + step;
	else if (!release && h_breaks(h, BREAK_FALSE_FAILURE))
		out->result = op->op == FPT_OP_CACHED_OPEN || h_pick(h, 2) ? -ETXTBSY : -EBUSY;
}

/* What the kernel makes of it; NO_RESULT: it has to wait. */
static inline struct ref_outcome h_outcome(struct history *h, const struct h_thread *t,
					   const struct fpt_mode_state *s,
					   const struct fpt_mode_op *op)
{
	struct fpt_mode_state judged = *s;
	bool unequal = op->fb && h->conn_flags & FPT_CONN_PASSTHROUGH_INO &&
		       t->backing->ino != t->inode->state.ino;
	struct ref_outcome out;

	unequal = h_numbers(h, s, op, unequal);
	if (t->op.before.fb != s->fb && h_breaks(h, BREAK_FB_STALE))
		judged.fb = t->op.before.fb;
	out = reference(&judged, op, unequal);
	if (out.result == NO_RESULT)
		out = h_warned(&judged, op);
	h_break_refusal(h, s, op, &out);
	h_break_success(h, t, s, op, &out);
	return out;
}

/* FUSE_I_CACHE_IO_MODE after an operation that met @s. */
static inline void h_set_bit(struct history *h, struct h_inode *inode,
			     const struct fpt_mode_state *s, enum fpt_op op, int result)
{
	uint32_t *bits = &inode->state.bits;

	if (op == FPT_OP_CACHED_OPEN && !result) {
		if (s->ctr == 0 && !h_breaks(h, BREAK_BIT_NOT_SET))
			*bits |= FPT_BIT_CACHE_IO;
		else if (s->ctr == 0)
			*bits &= ~FPT_BIT_CACHE_IO;
	} else if (op == FPT_OP_CACHED_OPEN || (op == FPT_OP_IO_RELEASE && inode->state.ctr == 0)) {
		if (*bits & FPT_BIT_CACHE_IO && !h_breaks(h, BREAK_BIT_NOT_CLEARED))
			*bits &= ~FPT_BIT_CACHE_IO;
	}
}

/* One reference less, of whoever held it. */
static inline void h_put(struct history *h, struct h_thread *t, struct h_backing *backing)
{
	struct fpt_backing_gone e = { .backing = backing->key,
				      .backing_ino = backing->ino,
				      .backing_dev = 28 };

	if (--backing->count)
		return;
	H_EMIT(h, t, BACKING_GONE, e);
	h->secret[h->events - 1].has_inode = false;
}

/* Who holds which backing file, after the inode went from @fb to its state. */
static inline void h_move_backing(struct history *h, struct h_thread *t, uint64_t fb)
{
	struct h_inode *inode = t->inode;

	if (inode->state.fb == fb && t->op.op.fb && t->op.op.fb == fb && !t->op.ret) {
		/* The inode has one already: that of the open is put. */
		if (h_breaks(h, BREAK_BACKING_PUT_TWICE))
			h_put(h, t, t->backing);
		if (!h_breaks(h, BREAK_BACKING_LEAK))
			h_put(h, t, t->backing);
		t->holds = false;
	} else if (inode->state.fb != fb) {
		t->put = inode->attached;
		inode->attached = NULL;
		if (inode->state.fb && inode->state.fb == t->op.op.fb) {
			inode->attached = t->backing;
			t->holds = false;
		}
	}
}

/* Returns false while it has to wait. */
static inline bool h_effect(struct history *h, struct h_thread *t)
{
	struct h_inode *inode = t->inode;
	struct fpt_mode_state s = { inode->state.ctr, inode->state.fb };
	struct fpt_mode_op op = t->op.op;
	struct ref_outcome out;

	if (inode->locked_by)
		return false;
	if (op.op == FPT_OP_CACHED_OPEN)
		op.file_mode = t->file->mode;
	out = h_outcome(h, t, &s, &op);
	if (out.result == NO_RESULT) {
		inode->state.bits |= FPT_BIT_CACHE_IO;
		t->waited = true;
		return false;
	}
	if (t->waited && h_breaks(h, BREAK_LOST_WAKEUP))
		t->asleep = true;
	if (t->asleep)
		return false;
	t->op.ret = out.result;
	inode->state.ctr = out.next.ctr;
	inode->state.fb = out.next.fb;
	h_set_bit(h, inode, &s, op.op, out.result);
	h_move_backing(h, t, s.fb);
	if (op.op == FPT_OP_CACHED_OPEN && !out.result)
		t->file->mode = FPT_IOM_CACHED;
	return true;
}

#endif
