// SPDX-License-Identifier: GPL-2.0-only
/*
 * The automaton as a drawing for Graphviz.  Which states a row joins is found
 * by trying it, so that the arrows are those that the checker takes; where they
 * leave and arrive is set by hand, because labels would cover each other.
 */
#include <stdio.h>
#include <string.h>

#include "iomode.h"
#include "parts.h"
#include "spec/iomode.def"

#define CTR_MAX 3
#define CTRS (2 * CTR_MAX + 1)

enum look { DONE, REFUSED, WAITS };

static const char *const looks[] = {
	[DONE] = "color=black",
	[REFUSED] = "color=firebrick, fontcolor=firebrick, style=dashed",
	[WAITS] = "color=blue4, fontcolor=blue4, style=dotted",
};

/* Inches, and points of the boxes; what is not told here Graphviz decides. */
static const struct {
	char letter;
	const char *at;
} places[] = { { 'C', "0,2.7" }, { 'N', "0,0" }, { 'P', "0,-2.7" }, { 'D', "6,0" } };

static const struct {
	char from, to;
	enum look look;
	const char *tail, *head;
} ends[] = {
	{ 'N', 'C', DONE, "l:n", "l:s" },  { 'C', 'N', DONE, "r:s", "r:n" },
	{ 'N', 'P', DONE, "r:s", "r:n" },  { 'P', 'N', DONE, "l:n", "l:s" },
	{ 'C', 'C', DONE, "w", "w" },	   { 'C', 'C', REFUSED, "e", "e" },
	{ 'N', 'N', REFUSED, "w", "w" },   { 'P', 'P', DONE, "w", "w" },
	{ 'P', 'P', REFUSED, "e", "e" },   { 'D', 'D', DONE, "n", "n" },
	{ 'D', 'D', REFUSED, "e", "e" },   { 'D', 'D', WAITS, "s", "s" },
	{ 'D', 'P', DONE, "l:s", "r:ne" },
};

/* Whether a row leads from one state to the other, for some argument. */
static bool leads(const struct fpt_row *row, char from, char to)
{
	static const uint64_t fbs[] = { 0, 1, 2 };
	struct fpt_mode_op op = { .op = row->op };
	struct fpt_mode_state s, next;
	unsigned int i, rest;

	for (i = 0; i < CTRS * 3 * 3 * 3 * 2; i++) {
		rest = i;
		s.ctr = (int)(rest % CTRS) - CTR_MAX;
		s.fb = fbs[(rest /= CTRS) % 3];
		op.fb = fbs[(rest /= 3) % 3];
		op.file_mode = (rest /= 3) % 3;
		op.may_be_equal = rest / 3;
		op.may_be_unequal = !op.may_be_equal;
		if (fpt_mode_letter(&s) != from || !row->guard(&s, &op))
			continue;
		next = fpt_mode_apply(row, &s, &op);
		if (fpt_mode_letter(&next) == to)
			return true;
	}
	return false;
}

static bool on_arrow(const struct entry *e, enum look look, char from, char to)
{
	size_t i;

	if (e->kind == ENTRY_WAIT)
		return look == WAITS && from == to && strchr(e->from, from);
	if (e->kind != ENTRY_ROW || look != (*e->result == '-' ? REFUSED : DONE))
		return false;
	for (i = 0; i < fpt_row_count; i++)
		if (strcmp(fpt_rows[i].name, e->name) == 0)
			return leads(&fpt_rows[i], from, to);
	return false;
}

#define RETURNS(OP, function, returns, callers) [FPT_OP_##OP] = returns,
static void print_line(const struct entry *e, enum look look)
{
	static const bool returns[] = { FPT_IOMODE_OPERATIONS(RETURNS) };

	printf("%s %s", e->name, e->event);
	if (look == REFUSED)
		printf(", %s", e->result + 1);
	else if (look == WAITS)
		fputs(", waits", stdout);
	else if (returns[e->op])
		fputs(", ok", stdout);
}

/* All rows of one look between two states share an arrow, a line each. */
static void print_arrow(enum look look, char from, char to)
{
	bool any = false;
	size_t i;

	for (i = 0; i < entry_count; i++) {
		if (!on_arrow(&entries[i], look, from, to))
			continue;
		if (any)
			fputs("<BR ALIGN=\"LEFT\"/>", stdout);
		else
			printf("\t%c -> %c [label=<<TABLE BORDER=\"0\" CELLSPACING=\"3\"><TR><TD BORDER=\"0\" CELLPADDING=\"0\" BGCOLOR=\"white\">",
			       from, to);
		any = true;
		print_line(&entries[i], look);
	}
	if (!any)
		return;
	printf("<BR ALIGN=\"LEFT\"/></TD></TR></TABLE>>, %s", looks[look]);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends[i].from == from && ends[i].to == to && ends[i].look == look)
			printf(", tailport=\"%s\", headport=\"%s\"", ends[i].tail, ends[i].head);
	puts("]");
}

static void put_html(const char *text)
{
	for (; *text; text++)
		if (*text == '&')
			fputs("&amp;", stdout);
		else if (*text == '<')
			fputs("&lt;", stdout);
		else if (*text == '>')
			fputs("&gt;", stdout);
		else
			putchar(*text);
}

/* The empty cells l and r are where arrows meet the box beside its middle. */
static void print_state(const char *letter, const char *name, const char *condition)
{
	size_t i;

	printf("\t%s [label=<<TABLE BORDER=\"1\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"8\"><TR>",
	       letter);
	printf("<TD PORT=\"l\" WIDTH=\"20\"></TD><TD WIDTH=\"130\">%s: %s<BR/>", letter, name);
	put_html(condition);
	fputs("</TD><TD PORT=\"r\" WIDTH=\"20\"></TD></TR></TABLE>>", stdout);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (places[i].letter == *letter)
			printf(", pos=\"%s!\"", places[i].at);
	puts("]");
}

#define LETTER(letter, name, condition, meaning) #letter
#define STATE(letter, name, condition, meaning) print_state(#letter, name, #condition);
void part_diagram(void)
{
	static const char letters[] = FPT_IOMODE_STATES(LETTER);
	const char *from, *to;

	puts("// SPDX-License-Identifier: GPL-2.0-only");
	puts("// Made from src/spec/iomode.def by man/update; \"make docs\" draws it.");
	puts("digraph iomode {");
	puts("\tgraph [layout=neato, splines=true, nodesep=0.6, fontname=\"sans-serif\", fontsize=10]");
	puts("\tgraph [label=\"\\nsolid: done, dashed: refused with that errno, dotted: waits; T12 under passthrough_ino only\"]");
	puts("\tnode [shape=plain, fontname=\"sans-serif\", fontsize=12]");
	puts("\tedge [fontname=\"sans-serif\", fontsize=10]");
	FPT_IOMODE_STATES(STATE)
	for (from = letters; *from; from++)
		for (to = letters; *to; to++) {
			print_arrow(DONE, *from, *to);
			print_arrow(REFUSED, *from, *to);
			print_arrow(WAITS, *from, *to);
		}
	puts("}");
}
