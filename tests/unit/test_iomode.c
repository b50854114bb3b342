// SPDX-License-Identifier: GPL-2.0-only
/*
 * spec/iomode.def as a table: whether it says for each operation in each state
 * what happens, and says it once; test_model.c holds what it says to the kernel.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "iomode_grid.h"
#include "spec/iomode.def"

#define TRANSITIONS 23 /* T1 to T23 */
#define NOTHING(...)

/* What rows of every kind have; NULL where a kind lacks it. */
struct text {
	const char *name, *event, *result, *sees, *checks, *why;
};

#define ROW(name, op, from, to, guard, result, step, fb, event, sees, checks, meaning) \
	{ #name, event, #result, sees, checks, meaning },
#define WAIT(name, op, from, guard, event, sees, checks, meaning) \
	{ #name, event, "", sees, checks, meaning },
#define NEVER(name, op, from, guard, why) { #name, NULL, NULL, NULL, "", why },
#define BESIDE(name, event, condition, result, sees, checks, why) \
	{ #name, event, result, sees, checks, why },
static const struct text texts[] = { FPT_IOMODE(ROW, WAIT, NEVER, BESIDE) };
#define TEXTS (sizeof(texts) / sizeof(texts[0]))

/* The rows that speak of one step; the name of the last goes to *name. */
static unsigned int speaking(const struct fpt_mode_state *s, const struct fpt_mode_op *op,
			     const char **name)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < fpt_row_count; i++)
		if (fpt_rows[i].op == op->op && fpt_rows[i].guard(s, op)) {
			*name = fpt_rows[i].name;
			count++;
		}
	for (i = 0; i < fpt_hold_count; i++)
		if (fpt_holds[i].op == op->op && fpt_holds[i].guard(s, op)) {
			*name = fpt_holds[i].name;
			count++;
		}
	return count;
}

static void check_once(const struct fpt_mode_state *s, const struct fpt_mode_op *op)
{
	const char *name = "none";
	unsigned int rows = speaking(s, op, &name);

	/* It is no operation on the state: what it calls is (T1 to T8). */
	if (op->op == FPT_OP_IO_OPEN ? rows == 0 : rows == 1)
		return;
	if (fpt_mode_letter(s) == '?' && rows == 0)
		return;
	fail_msg("%u rows, at last %s, for ctr %d fb %llx, op %d file %u backing %llx unequal %d",
		 rows, name, s->ctr, (unsigned long long)s->fb, op->op, op->file_mode,
		 (unsigned long long)op->fb, op->may_be_unequal);
}

static void test_complete_and_deterministic(void **state)
{
	(void)state;
	for_each_step(check_once);
}

/* Where the numbers are not known, both answers and no third. */
static void check_unknown_numbers(const struct fpt_mode_state *s, const struct fpt_mode_op *op)
{
	struct fpt_mode_op other = *op, unknown = *op;
	const char *one = "", *two = "", *any = "";
	unsigned int rows;

	other.may_be_equal = !op->may_be_equal;
	other.may_be_unequal = !op->may_be_unequal;
	unknown.may_be_equal = unknown.may_be_unequal = true;
	rows = speaking(s, op, &one) + speaking(s, &other, &two);
	if (strcmp(one, two) == 0)
		rows /= 2;
	assert_int_equal(speaking(s, &unknown, &any), rows);
}

static void test_unknown_numbers(void **state)
{
	(void)state;
	for_each_step(check_unknown_numbers);
}

/* ---- the states that a row names are those that it has ---- */

static struct seen {
	char from[5], to[5];
} rows_seen[64], holds_seen[64];

static void see(char *letters, char letter)
{
	if (letter != '?' && !strchr(letters, letter))
		letters[strlen(letters)] = letter;
}

static void see_step(const struct fpt_mode_state *s, const struct fpt_mode_op *op)
{
	struct fpt_mode_state next;
	size_t i;

	if (fpt_mode_letter(s) == '?')
		return;
	for (i = 0; i < fpt_row_count; i++) {
		if (fpt_rows[i].op != op->op || !fpt_rows[i].guard(s, op))
			continue;
		next = fpt_mode_apply(&fpt_rows[i], s, op);
		see(rows_seen[i].from, fpt_mode_letter(s));
		see(rows_seen[i].to, fpt_mode_letter(&next));
	}
	for (i = 0; i < fpt_hold_count; i++)
		if (fpt_holds[i].op == op->op && fpt_holds[i].guard(s, op))
			see(holds_seen[i].from, fpt_mode_letter(s));
}

static void same_letters(const char *name, const char *seen, const char *told)
{
	if (strlen(seen) != strlen(told) || strspn(seen, told) != strlen(seen))
		fail_msg("%s is told to be of %s, and is of %s", name, told, seen);
}

static void test_letters_of_rows(void **state)
{
	size_t i;

	(void)state;
	assert_true(fpt_row_count <= 64 && fpt_hold_count <= 64);
	for_each_step(see_step);
	for (i = 0; i < fpt_row_count; i++) {
		same_letters(fpt_rows[i].name, rows_seen[i].from, fpt_rows[i].from);
		same_letters(fpt_rows[i].name, rows_seen[i].to, fpt_rows[i].to);
	}
	for (i = 0; i < fpt_hold_count; i++)
		same_letters(fpt_holds[i].name, holds_seen[i].from, fpt_holds[i].from);
}

static void test_waits(void **state)
{
	static const struct fpt_mode_op open = { .op = FPT_OP_CACHED_OPEN };
	static const struct fpt_mode_op start = { .op = FPT_OP_UNCACHED_START };

	(void)state;
	assert_true(fpt_mode_waits(&(struct fpt_mode_state){ -2, 0 }, &open));
	assert_false(fpt_mode_waits(&(struct fpt_mode_state){ -2, A }, &open));
	assert_false(fpt_mode_waits(&(struct fpt_mode_state){ 1, 0 }, &open));
	assert_false(fpt_mode_waits(&(struct fpt_mode_state){ -2, 0 }, &start));
}

/* ---- the texts ---- */

static void test_every_transition_is_there(void **state)
{
	bool there[TRANSITIONS + 1] = { false };
	long number;
	size_t i;

	(void)state;
	for (i = 0; i < TEXTS; i++) {
		char *end;

		assert_int_equal(texts[i].name[0], 'T');
		number = strtol(texts[i].name + 1, &end, 10);
		if (number < 1 || number > TRANSITIONS || strlen(end) > 1 ||
		    (*end && !islower((unsigned char)*end)))
			fail_msg("%s is none of T1 to T%d", texts[i].name, TRANSITIONS);
		/* That something else can never be says nothing of the transition itself. */
		there[number] |= texts[i].event != NULL;
	}
	for (number = 1; number <= TRANSITIONS; number++)
		if (!there[number])
			fail_msg("T%ld has neither a row nor a reason why not", number);
}

static void test_names_are_unique(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < TEXTS; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(texts[i].name, texts[j].name);
}

static bool is_check(const char *id, size_t length)
{
	int check;

	for (check = 0; check < FPT_CHECK_MAX; check++)
		if (strlen(fpt_checks[check].id) == length &&
		    strncmp(fpt_checks[check].id, id, length) == 0)
			return true;
	return false;
}

static void test_texts(void **state)
{
	const char *at;
	size_t i, length;

	(void)state;
	for (i = 0; i < TEXTS; i++) {
		assert_true(*texts[i].why);
		if (!texts[i].event)
			continue;
		assert_true(*texts[i].event && *texts[i].sees);
		for (at = texts[i].checks; *at; at += length + (at[length] == ' ')) {
			length = strcspn(at, " ");
			if (!is_check(at, length))
				fail_msg("%s: no check %.*s", texts[i].name, (int)length, at);
		}
		/* Behind an EIO the kernel hides its reason: a check must tell it. */
		if (strstr(texts[i].sees, "EIO") && !*texts[i].checks)
			fail_msg("%s: EIO, and no check says why", texts[i].name);
	}
}

#define COUNT_OP(OP, function, returns, callers) 1 << FPT_OP_##OP |
static void test_every_operation_is_there(void **state)
{
	unsigned int told = FPT_IOMODE_OPERATIONS(COUNT_OP) 0;
	size_t i;

	(void)state;
	for (i = 0; i < GRID_OPS; i++)
		assert_int_equal(told >> grid_ops[i] & 1, grid_ops[i] != FPT_OP_IO_OPEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete_and_deterministic),
		cmocka_unit_test(test_unknown_numbers),
		cmocka_unit_test(test_letters_of_rows),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_every_transition_is_there),
		cmocka_unit_test(test_names_are_unique),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_every_operation_is_there),
	};

	return cmocka_run_group_tests_name("iomode", tests, NULL, NULL);
}
