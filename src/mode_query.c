// SPDX-License-Identifier: GPL-2.0-only
/* What can be asked of an inode's io mode while operations overlap. */
#include "mode_internal.h"

unsigned int fpt_mode__in_flight(const struct fpt_mode *mode)
{
	return mode->busy ? mode->busy->in_flight : mode->solo;
}

bool fpt_mode__awaits_writes(const struct fpt_mode *mode, uint32_t *tid)
{
	bool may_fb = false, may_no_fb = false, waits = false;
	unsigned int slot;

	*tid = mode->solo_tid;
	if (mode->known && mode->solo)
		return mode->solo_op.op == FPT_OP_CACHED_OPEN && !mode->state.fb;
	if (!mode->known || !mode->busy || mode->busy->not_followed)
		return false;
	for (slot = 0; slot < FPT_PENDING_MAX; slot++) {
		const struct pending *pending = &mode->busy->pending[slot];

		if (!pending->used || fpt_mode__is_direct_write(&pending->op))
			continue;
		if (pending->op.op != FPT_OP_CACHED_OPEN)
			return false;
		waits = true;
		*tid = pending->tid;
	}
	fpt_mode__may_have_fb(mode, &may_fb, &may_no_fb);
	return waits && !may_fb;
}

/* What one operation can make of a state. */
static void may_have_fb_after(const struct fpt_mode_state *state, const struct fpt_mode_op *op,
			      bool *may_fb, bool *may_no_fb)
{
	uint32_t rows;

	for (rows = fpt_mode_rows(state, op); rows; rows &= rows - 1) {
		const struct fpt_row *row = &fpt_rows[__builtin_ctz(rows)];

		*(fpt_mode_apply(row, state, op).fb ? may_fb : may_no_fb) = true;
	}
}

void fpt_mode__may_have_fb(const struct fpt_mode *mode, bool *may_fb, bool *may_no_fb)
{
	unsigned int i;

	if (!mode->known) {
		*may_fb = *may_no_fb = true;
	} else if (!mode->busy) {
		*(mode->state.fb ? may_fb : may_no_fb) = true;
		if (mode->solo)
			may_have_fb_after(&mode->state, &mode->solo_op, may_fb, may_no_fb);
	} else {
		for (i = 0; i < mode->busy->count; i++)
			*(mode->busy->config[i].state.fb ? may_fb : may_no_fb) = true;
	}
}

/* In each state in which it is still to come, nothing holds it back (T6b). */
static bool may_go_on(const struct fpt_mode_busy *busy, unsigned int slot)
{
	unsigned int i;

	for (i = 0; i < busy->count; i++)
		if (busy->config[i].row[slot] == NOT_YET &&
		    fpt_mode_waits(&busy->config[i].state, &busy->pending[slot].op))
			return false;
	return true;
}

/* Seldom: then the general way is to find out whether it may wait. */
static bool solo_long(struct fpt_mode *mode, uint64_t ts_ns, uint64_t long_ns)
{
	if (mode->solo_op.op != FPT_OP_CACHED_OPEN)
		return false;
	if (!mode->solo_ns)
		mode->solo_ns = ts_ns;
	return ts_ns >= mode->solo_ns + long_ns;
}

bool fpt_mode__overdue(struct fpt_mode *mode, uint64_t ts_ns, uint64_t long_ns, uint32_t *tid,
		       uint64_t *waited_ns)
{
	unsigned int slot;

	if (mode->solo && solo_long(mode, ts_ns, long_ns) && !fpt_mode_end_solo(mode))
		return false;
	for (slot = 0; mode->busy && mode->known && slot < FPT_PENDING_MAX; slot++) {
		struct pending *pending = &mode->busy->pending[slot];

		if (!pending->used || pending->op.op != FPT_OP_CACHED_OPEN)
			continue;
		if (!may_go_on(mode->busy, slot))
			pending->free_ns = 0;
		else if (!pending->free_ns)
			pending->free_ns = ts_ns;
		if (!pending->free_ns || pending->told || ts_ns < pending->free_ns + long_ns)
			continue;
		pending->told = true;
		*tid = pending->tid;
		*waited_ns = ts_ns - pending->free_ns;
		return true;
	}
	return false;
}
