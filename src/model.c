// SPDX-License-Identifier: GPL-2.0-only
/* The automaton: its rows, made from spec/iomode.def, and one step of it. */
#include "model.h"

#include <errno.h>

#include "spec/iomode.def"

/* The names that the table's conditions use; none uses all of them. */
#define NONE FPT_IOM_NONE
#define CACHED FPT_IOM_CACHED
#define UNCACHED FPT_IOM_UNCACHED
#define NAMES_OF_STATE(s) \
	const int32_t ctr = (s)->ctr; \
	const uint64_t fb = (s)->fb; \
	(void)ctr, (void)fb
#define NAMES_OF_OPERATION(a) \
	const uint64_t backing = (a)->fb; \
	const uint32_t file = (a)->file_mode; \
	const bool equal = (a)->may_be_equal, unequal = (a)->may_be_unequal; \
	(void)backing, (void)file, (void)equal, (void)unequal

#define GUARD(name, condition) \
	static bool guard_##name(const struct fpt_mode_state *s, const struct fpt_mode_op *a) \
	{ \
		NAMES_OF_STATE(s); \
		NAMES_OF_OPERATION(a); \
		return condition; \
	}
#define IGNORE(...)

#define ROW_GUARD(name, op, from, to, guard, ...) GUARD(name, guard)
#define HOLD_GUARD(name, op, from, guard, ...) GUARD(name, guard)
FPT_IOMODE(ROW_GUARD, HOLD_GUARD, HOLD_GUARD, IGNORE)

#define ROW(name, op, from, to, guard, result, step, fb, event, sees, checks, meaning) \
	{ #name, FPT_OP_##op, from, to, guard_##name, result, step, FPT_FB_##fb },
const struct fpt_row fpt_rows[] = { FPT_IOMODE(ROW, IGNORE, IGNORE, IGNORE) };
const size_t fpt_row_count = sizeof(fpt_rows) / sizeof(fpt_rows[0]);

#define ROW_NUMBER(name, ...) ROW_##name,
enum { FPT_IOMODE(ROW_NUMBER, IGNORE, IGNORE, IGNORE) ROWS };
_Static_assert(ROWS <= 32, "fpt_mode_rows() has a bit for each row");

/* Inlined with a constant operation, of which only its own rows are left. */
static inline __attribute__((always_inline)) uint32_t
rows_of(enum fpt_op of, const struct fpt_mode_state *s, const struct fpt_mode_op *a)
{
	uint32_t rows = 0;

#define TRY(name, op, from, to, guard, ...) \
	rows |= of == FPT_OP_##op && guard_##name(s, a) ? 1U << ROW_##name : 0;
	FPT_IOMODE(TRY, IGNORE, IGNORE, IGNORE)
	return rows;
}

uint32_t fpt_mode_rows(const struct fpt_mode_state *s, const struct fpt_mode_op *a)
{
	switch (a->op) {
	case FPT_OP_CACHED_OPEN:
		return rows_of(FPT_OP_CACHED_OPEN, s, a);
	case FPT_OP_UNCACHED_START:
		return rows_of(FPT_OP_UNCACHED_START, s, a);
	case FPT_OP_UNCACHED_END:
		return rows_of(FPT_OP_UNCACHED_END, s, a);
	case FPT_OP_IO_RELEASE:
		return rows_of(FPT_OP_IO_RELEASE, s, a);
	case FPT_OP_IO_OPEN:
		break; /* moves nothing itself */
	}
	return 0;
}

#define WAIT(name, op, from, guard, ...) { #name, FPT_OP_##op, from, guard_##name, true },
#define NEVER(name, op, from, guard, ...) { #name, FPT_OP_##op, from, guard_##name, false },
const struct fpt_hold fpt_holds[] = { FPT_IOMODE(IGNORE, WAIT, NEVER, IGNORE) };
const size_t fpt_hold_count = sizeof(fpt_holds) / sizeof(fpt_holds[0]);

#define LETTER(letter, name, condition, meaning) \
	if (condition) \
		return #letter[0];
char fpt_mode_letter(const struct fpt_mode_state *s)
{
	NAMES_OF_STATE(s);

	FPT_IOMODE_STATES(LETTER)
	return '?';
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

bool fpt_mode_waits(const struct fpt_mode_state *s, const struct fpt_mode_op *a)
{
	size_t i;

	for (i = 0; i < fpt_hold_count; i++)
		if (fpt_holds[i].waits && fpt_holds[i].op == a->op && fpt_holds[i].guard(s, a))
			return true;
	return false;
}
