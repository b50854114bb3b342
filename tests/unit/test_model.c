// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows of spec/iomode.def against the reference in iomode_reference.h: every
 * state of a small grid, every operation.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "iomode_grid.h"
#include "iomode_reference.h"

static bool exercised[64]; /* rows, by some test */

static void hint(const struct fpt_mode_state *s, const struct fpt_mode_op *op, const char *row)
{
	print_message("ctr %d fb %llx, op %d file_mode %u fb %llx unequal %d: row %s\n", s->ctr,
		      (unsigned long long)s->fb, op->op, op->file_mode, (unsigned long long)op->fb,
		      op->may_be_unequal, row);
}

/* The one enabled row, -1 for none; more than one fails. */
static int enabled_row(const struct fpt_mode_state *s, const struct fpt_mode_op *op)
{
	uint32_t rows = fpt_mode_rows(s, op);
	int found = -1;
	size_t row;

	for (row = 0; row < fpt_row_count; row++) {
		bool enabled = fpt_rows[row].op == op->op && fpt_rows[row].guard(s, op);

		assert_int_equal(rows >> row & 1, enabled);
		if (!enabled)
			continue;
		if (found >= 0) {
			hint(s, op, fpt_rows[row].name);
			fail_msg("%s and %s are both enabled", fpt_rows[found].name,
				 fpt_rows[row].name);
		}
		found = row;
	}
	return found;
}

static void check_letters(const struct fpt_row *row, const struct fpt_mode_state *s,
			  const struct fpt_mode_state *next)
{
	/* Of states that cannot be, the letters say nothing. */
	if (fpt_mode_letter(s) == '?')
		return;
	assert_non_null(strchr(row->from, fpt_mode_letter(s)));
	assert_non_null(strchr(row->to, fpt_mode_letter(next)));
}

static void check_step(const struct fpt_mode_state *s, const struct fpt_mode_op *op)
{
	struct ref_outcome expected = reference(s, op, op->may_be_unequal);
	int row = enabled_row(s, op);
	struct fpt_mode_state next;

	if (row < 0) {
		if (expected.result != NO_RESULT)
			hint(s, op, "none");
		assert_int_equal(expected.result, NO_RESULT);
		return;
	}
	next = fpt_mode_apply(&fpt_rows[row], s, op);
	if (fpt_rows[row].result != expected.result || !ref_same(&next, &expected.next))
		hint(s, op, fpt_rows[row].name);
	assert_int_equal(fpt_rows[row].result, expected.result);
	assert_int_equal(next.ctr, expected.next.ctr);
	assert_true(next.fb == expected.next.fb);
	check_letters(&fpt_rows[row], s, &next);
	exercised[row] = fpt_mode_letter(s) != '?' || exercised[row];
}

static void test_grid(void **state)
{
	(void)state;
	for_each_step(check_step);
}

/* Both may hold: exactly the outcomes of the one and of the other are allowed. */
static void check_unknown_equality(const struct fpt_mode_state *s, const struct fpt_mode_op *op)
{
	struct fpt_mode_op equal = *op, unequal = *op, unknown = *op;
	int by_equal, by_unequal;
	size_t row;

	equal.may_be_equal = true;
	equal.may_be_unequal = false;
	unequal.may_be_equal = false;
	unequal.may_be_unequal = true;
	unknown.may_be_equal = unknown.may_be_unequal = true;
	by_equal = enabled_row(s, &equal);
	by_unequal = enabled_row(s, &unequal);
	for (row = 0; row < fpt_row_count; row++) {
		bool enabled = fpt_rows[row].op == op->op && fpt_rows[row].guard(s, &unknown);

		if (enabled != ((int)row == by_equal || (int)row == by_unequal)) {
			hint(s, &unknown, fpt_rows[row].name);
			fail();
		}
	}
}

static void test_unknown_equality(void **state)
{
	(void)state;
	for_each_step(check_unknown_equality);
}

/* The state left is the one found wherever the kernel refused. */
static void test_refusals_change_nothing(void **state)
{
	size_t row;

	(void)state;
	for (row = 0; row < fpt_row_count; row++) {
		if (!fpt_rows[row].result)
			continue;
		assert_int_equal(fpt_rows[row].step, 0);
		assert_int_equal(fpt_rows[row].fb, FPT_FB_KEEP);
	}
}

static void test_names_are_unique(void **state)
{
	size_t row, other;

	(void)state;
	for (row = 0; row < fpt_row_count; row++)
		for (other = 0; other < row; other++)
			assert_string_not_equal(fpt_rows[row].name, fpt_rows[other].name);
}

static void test_letters(void **state)
{
	static const struct {
		struct fpt_mode_state s;
		char letter;
	} cases[] = {
		{ { 0, 0 }, 'N' },  { { 1, 0 }, 'C' }, { { 5, 0 }, 'C' }, { { -1, 0 }, 'D' },
		{ { -2, A }, 'P' }, { { 0, A }, '?' }, { { 1, A }, '?' },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(fpt_mode_letter(&cases[i].s), cases[i].letter);
}

/* Walks the legal states from N on: nothing impossible can be reached. */
static void test_only_legal_states_follow(void **state)
{
	struct fpt_mode_state seen[64] = { { 0, 0 } };
	size_t count = 1, i, j, row, variant;

	(void)state;
	for (i = 0; i < count; i++)
		for (row = 0; row < fpt_row_count; row++)
			for (variant = 0; variant < 3 * 3; variant++) {
				struct fpt_mode_op op = { .op = fpt_rows[row].op,
							  .file_mode = variant % 3,
							  .fb = variant / 3 * A,
							  .may_be_equal = true,
							  .may_be_unequal = true };
				struct fpt_mode_state next;

				if (!fpt_rows[row].guard(&seen[i], &op))
					continue;
				next = fpt_mode_apply(&fpt_rows[row], &seen[i], &op);
				assert_int_not_equal(fpt_mode_letter(&next), '?');
				for (j = 0; j < count && !ref_same(&seen[j], &next); j++)
					;
				if (j == count && next.ctr >= -3 && next.ctr <= 3)
					seen[count++] = next;
			}
	assert_int_equal(count, 7 + 3 * 2); /* ctr alone; fb A or "2A" with ctr < 0 */
}

/* Runs last: a row that no test has exercised fails. */
static void test_every_row_exercised(void **state)
{
	size_t row;

	(void)state;
	assert_true(fpt_row_count <= sizeof(exercised));
	for (row = 0; row < fpt_row_count; row++)
		if (!exercised[row])
			fail_msg("no test exercises row %s", fpt_rows[row].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grid),
		cmocka_unit_test(test_unknown_equality),
		cmocka_unit_test(test_refusals_change_nothing),
		cmocka_unit_test(test_names_are_unique),
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_only_legal_states_follow),
		cmocka_unit_test(test_every_row_exercised),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
