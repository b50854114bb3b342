// SPDX-License-Identifier: GPL-2.0-only
/* The automaton: its rows, made from spec/iomode.def, and one step of it. */
#include "model.h"

#include <errno.h>

#include "spec/iomode.def"

#define EQUAL(a) ((a)->may_be_equal)
#define UNEQUAL(a) ((a)->may_be_unequal)

#define GUARD(name, operation, from, to, condition, result, step, fb, meaning) \
	static bool guard_##name(const struct fpt_mode_state *s, const struct fpt_mode_op *a) \
	{ \
		(void)a; \
		return condition; \
	}
FPT_IOMODE(GUARD)

#define ROW(name, operation, from, to, condition, result, step, fb, meaning) \
	{ #name, FPT_OP_##operation, from, to, guard_##name, result, step, FPT_FB_##fb, meaning },
const struct fpt_row fpt_rows[] = { FPT_IOMODE(ROW) };
const size_t fpt_row_count = sizeof(fpt_rows) / sizeof(fpt_rows[0]);

char fpt_mode_letter(const struct fpt_mode_state *s)
{
	if (s->ctr > 0)
		return s->fb ? '?' : 'C';
	if (s->ctr < 0)
		return s->fb ? 'P' : 'D';
	return s->fb ? '?' : 'N';
}

struct fpt_mode_state fpt_mode_apply(const struct fpt_row *row, const struct fpt_mode_state *s,
				     const struct fpt_mode_op *a)
{
	struct fpt_mode_state next = { s->ctr + row->step, s->fb };

	if (row->fb == FPT_FB_SET)
		next.fb = a->fb;
	else if (row->fb == FPT_FB_CLEAR)
		next.fb = 0;
	return next;
}
