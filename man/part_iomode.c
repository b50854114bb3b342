// SPDX-License-Identifier: GPL-2.0-only
/* The automaton for people: states, operations, which row where, and each transition. */
#include <stdio.h>
#include <string.h>

#include "iomode.h"
#include "parts.h"
#include "spec/iomode.def"

// clang-format off
#define ROW(name, op, from, to, guard, result, step, fb, event, sees, checks, meaning) \
	{ ENTRY_ROW, #name, FPT_OP_##op, from, to, #guard, #result, step, FPT_FB_##fb, \
	  event, sees, checks, meaning },
#define WAIT(name, op, from, guard, event, sees, checks, meaning) \
	{ ENTRY_WAIT, #name, FPT_OP_##op, from, from, #guard, "none yet", 0, FPT_FB_KEEP, \
	  event, sees, checks, meaning },
#define NEVER(name, op, from, guard, why) \
	{ ENTRY_NEVER, #name, FPT_OP_##op, from, from, #guard, "", 0, FPT_FB_KEEP, \
	  "cannot be", "", "", why },
#define BESIDE(name, event, condition, result, sees, checks, why) \
	{ ENTRY_BESIDE, #name, 0, "", "", condition, result, 0, FPT_FB_KEEP, \
	  event, sees, checks, why },
// clang-format on
const struct entry entries[] = { FPT_IOMODE(ROW, WAIT, NEVER, BESIDE) };
const size_t entry_count = sizeof(entries) / sizeof(entries[0]);

const char *operation_name(enum fpt_op op)
{
#define NAME(number, NAME, text) [number] = text,
	static const char *const names[] = { FPT_OPS(NAME) };
#undef NAME

	return names[op];
}

/* ---- states and operations ---- */

#define STATE(letter, name, condition, meaning) { #letter, name, #condition, meaning },
static const struct {
	const char *letter, *name, *condition, *meaning;
} states[] = { FPT_IOMODE_STATES(STATE) };
#define STATES (sizeof(states) / sizeof(states[0]))

#define OPERATION(OP, function, returns, callers) { FPT_OP_##OP, function, returns, callers },
static const struct {
	enum fpt_op op;
	const char *function;
	bool returns;
	const char *callers;
} operations[] = { FPT_IOMODE_OPERATIONS(OPERATION) };
#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void print_states(void)
{
	size_t i;

	puts(".Sh STATES\n.Bl -tag -width Ds");
	for (i = 0; i < STATES; i++) {
		printf(".It %s , %s : Li \"%s\"\n", states[i].letter, states[i].name,
		       states[i].condition);
		roff_text(states[i].meaning);
	}
	puts(".El");
}

static void print_operations(void)
{
	size_t i;

	puts(".Sh OPERATIONS\n.Bl -tag -width Ds");
	for (i = 0; i < OPERATIONS; i++) {
		printf(".It %s , Fn %s\n", operation_name(operations[i].op),
		       operations[i].function);
		roff_text(operations[i].callers);
	}
	puts(".El");
}

static bool returns_errno(const struct entry *e)
{
	size_t i;

	for (i = 0; i < OPERATIONS; i++)
		if (operations[i].op == e->op)
			return operations[i].returns;
	return true;
}

/* The rows of one operation that can apply in one state, by name. */
static void print_cell(enum fpt_op op, char state)
{
	bool any = false;
	size_t i;

	fputs(" Ta", stdout);
	for (i = 0; i < entry_count; i++) {
		const struct entry *e = &entries[i];

		if (e->kind > ENTRY_WAIT || e->op != op || !strchr(e->from, state))
			continue;
		printf(" %s", e->name);
		any = true;
	}
	if (!any)
		fputs(" \\-", stdout);
}

static void print_matrix(void)
{
	size_t op, state;

	puts(".Bl -column uncached_start T9xT12xT14 T12xT13xT15 T9xT12xT14 T10xT11xT12xT14");
	fputs(".It operation", stdout);
	for (state = 0; state < STATES; state++)
		printf(" Ta %s", states[state].letter);
	for (op = 0; op < OPERATIONS; op++) {
		printf("\n.It %s", operation_name(operations[op].op));
		for (state = 0; state < STATES; state++)
			print_cell(operations[op].op, *states[state].letter);
	}
	puts("\n.El");
}

/* ---- transitions ---- */

/* "ND": "N or D" */
static void print_letters(const char *letters)
{
	size_t i, count = strlen(letters);

	for (i = 0; i < count; i++)
		printf("%s%c", i == 0 ? "" : i + 1 < count ? ", " : " or ", letters[i]);
}

static void print_place(const struct entry *e)
{
	if (e->kind == ENTRY_BESIDE)
		return;
	printf("Operation: %s in ", operation_name(e->op));
	print_letters(e->from);
	if (e->kind == ENTRY_ROW && *e->result == '0') {
		fputs(", then ", stdout);
		print_letters(e->to);
	}
	puts("\n.br");
}

static void print_effect(const struct entry *e)
{
	static const char *const fb_words[] = { "", ", fb = backing", ", fb = 0" };

	if (e->step || e->fb)
		printf("Effect: ctr = ctr %s%s\n.br\n", e->step > 0 ? "+ 1" : "\\- 1",
		       fb_words[e->fb]);
}

static void print_entry(const struct entry *e)
{
	printf(".It %s : %s\n", e->name, e->event);
	roff_text(e->why);
	puts(".br");
	print_place(e);
	if (e->kind == ENTRY_BESIDE)
		roff_led("Condition:", e->condition);
	else
		printf("Condition:\n.Li \"%s\"\n", e->condition);
	if (e->kind == ENTRY_NEVER)
		return;
	puts(".br");
	print_effect(e);
	if (returns_errno(e)) {
		roff_led("Inner errno:", e->result + (*e->result == '-'));
		puts(".br");
	}
	roff_led("The user sees:", e->sees);
	if (!*e->checks)
		return;
	puts(".br\nChecks:");
	roff_names(e->checks);
}

void part_iomode(void)
{
	size_t i;

	print_states();
	print_operations();
	puts(".Pp\nThese transitions are possible:");
	print_matrix();
	puts(".Sh TRANSITIONS\n.Bl -tag -width Ds");
	for (i = 0; i < entry_count; i++)
		print_entry(&entries[i]);
	puts(".El");
}
