// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the comparison at the top of a jq expression, so that a failed one can
 * be told with the value that it compared.
 */
#include <ctype.h>
#include <string.h>

#include "assertions.h"

struct scan {
	const char *begin;
	int depth; /* of brackets, and of if ... end */
	size_t left; /* length before the last comparison; 0: none since the last | */
	bool mixed; /* something binds looser than it: its sides are not the whole's */
};

static const char *skip_string(const char *at)
{
	int depth = 0; /* of the brackets inside \( ) */

	for (at++; *at; at++) {
		if (*at == '\\' && at[1] == '(')
			depth++, at++;
		else if (*at == '\\' && at[1])
			at++;
		else if (depth && *at == '(')
			depth++;
		else if (depth && *at == ')')
			depth--;
		else if (depth && *at == '"')
			at = skip_string(at) - 1;
		else if (*at == '"')
			return at + 1;
	}
	return at;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Words that bracket, and those that bind looser than a comparison. */
static const char *take_word(struct scan *scan, const char *at)
{
	static const struct {
		const char *word;
		int depth;
	} words[] = { { "if", 1 }, { "end", -1 }, { "and", 0 },
		      { "or", 0 }, { "as", 0 },	  { "def", 0 } };
	bool is_name = at > scan->begin && strchr(".$@", at[-1]);
	size_t length = 0, i;

	while (is_word(at[length]))
		length++;
	for (i = 0; !is_name && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].word) != length || strncmp(at, words[i].word, length) != 0)
			continue;
		scan->mixed |= !words[i].depth && !scan->depth;
		scan->depth += words[i].depth;
	}
	return at + length;
}

/* An operator that stands outside all brackets. */
static const char *take_operator(struct scan *scan, const char *at)
{
	static const char *const comparisons[] = { "==", "!=", "<=", ">=", "<", ">" };
	size_t i;

	if (*at == '|' && at[1] != '=') {
		/* What follows is a stage of its own. */
		scan->left = 0;
		scan->mixed = false;
		return at + 1;
	}
	for (i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++) {
		size_t length = strlen(comparisons[i]);

		if (strncmp(at, comparisons[i], length) != 0)
			continue;
		if (scan->left)
			scan->mixed = true; /* jq has no chain of them */
		scan->left = (size_t)(at - scan->begin);
		return at + length;
	}
	scan->mixed |= strchr(",;=", *at) || strncmp(at, "//", 2) == 0;
	return at + 1;
}

size_t fpt_assertion_left(const char *expression)
{
	struct scan scan = { .begin = expression };
	const char *at = expression;

	while (*at) {
		if (*at == '"')
			at = skip_string(at);
		else if (*at == '#')
			at += strcspn(at, "\n");
		else if (is_word(*at))
			at = take_word(&scan, at);
		else if (strchr("([{", *at))
			scan.depth++, at++;
		else if (strchr(")]}", *at))
			scan.depth--, at++;
		else
			at = scan.depth ? at + 1 : take_operator(&scan, at);
	}
	return scan.mixed ? 0 : scan.left;
}
