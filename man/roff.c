// SPDX-License-Identifier: GPL-2.0-only
/* Plain text to mdoc. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "parts.h"

#define WIDTH 78

/* Names, options and negative numbers, in which a hyphen is no punctuation. */
static bool is_literal(const char *word, size_t length)
{
	size_t i;

	for (i = 1; i < length; i++)
		if (word[i] == '_' || isupper((unsigned char)word[i]))
			return true;
	return *word == '-' || *word == '(';
}

/* A literal word is never divided, and its hyphens are copied as such. */
static void put_word(const char *word, size_t length, bool literal)
{
	size_t i;

	if (literal)
		fputs("\\%", stdout);
	for (i = 0; i < length; i++)
		if (word[i] == '\\')
			fputs("\\e", stdout);
		else if (word[i] == '-' && literal)
			fputs("\\-", stdout);
		else
			putchar(word[i]);
}

static bool ends_sentence(const char *word, size_t length)
{
	return length && strchr(".?!", word[length - 1]);
}

static void put_text(size_t column, const char *text)
{
	size_t length;

	while (*text) {
		length = strcspn(text, " ");
		if (column && column + 1 + length > WIDTH) {
			putchar('\n');
			column = 0;
		}
		/* A line that began so would be a request to roff. */
		if (!column && strchr(".'", *text))
			fputs("\\&", stdout);
		if (column)
			putchar(' ');
		put_word(text, length, is_literal(text, length));
		column += length + (column > 0);
		if (ends_sentence(text, length) && text[length]) {
			putchar('\n');
			column = 0;
		}
		text += length + (text[length] == ' ');
	}
	putchar('\n');
}

void roff_text(const char *text)
{
	put_text(0, text);
}

void roff_led(const char *lead, const char *text)
{
	fputs(lead, stdout);
	put_text(strlen(lead), text);
}

void roff_name(const char *name)
{
	put_word(name, strlen(name), true);
}

void roff_names(const char *names)
{
	size_t length;

	for (; *names; names += length + (names[length] == ' ')) {
		length = strcspn(names, " ");
		put_word(names, length, true);
		puts(names[length] ? "," : "");
	}
}
