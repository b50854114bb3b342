// SPDX-License-Identifier: GPL-2.0-only
/* Prints the manual's list of checks, in mdoc, from spec/checks.def; see man/update. */
#include <stdio.h>
#include <string.h>

#include "event.h"
#include "spec/checks.def"

#define WIDTH 78

struct row {
	const char *id, *who, *severity, *invariant, *rule, *remedy;
};

#define ROW(name, id, who, severity, invariant, needs, rule, remedy) \
	{ id, #who, #severity, invariant, rule, remedy },
static const struct row rows[] = { FPT_CHECKS(ROW) };

/* Words of a paragraph, in lines that mandoc has nothing to say about. */
static void print_words(const char *lead, const char *text)
{
	size_t column = strlen(lead), word;

	fputs(lead, stdout);
	while (*text) {
		word = strcspn(text, " ");
		if (column && column + 1 + word > WIDTH) {
			putchar('\n');
			column = 0;
		}
		/* A line that began so would be a request to roff. */
		if (!column && strchr(".'", *text))
			fputs("\\&", stdout);
		column += (size_t)printf("%s%.*s", column ? " " : "", (int)word, text);
		text += word + (text[word] == ' ');
	}
	putchar('\n');
}

static void print_id(const char *id)
{
	fputs(".It Li ", stdout);
	for (; *id; id++)
		*id == '-' ? fputs("\\-", stdout) : putchar(*id);
}

static const char *lower(const char *name)
{
	static char out[16];
	size_t i;

	for (i = 0; name[i] && i < sizeof(out) - 1; i++)
		out[i] = name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i];
	out[i] = '\0';
	return out;
}

int main(void)
{
	size_t i;

	puts(".Bl -tag -width Ds");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_id(rows[i].id);
		printf("\n.Pq %s", lower(rows[i].who));
		printf(" , %s , %s\n.br\n", lower(rows[i].severity), rows[i].invariant);
		print_words("Rule:", rows[i].rule);
		puts(".br");
		print_words("Remedy:", rows[i].remedy);
	}
	puts(".El");
	return 0;
}
