// SPDX-License-Identifier: GPL-2.0-only
#include "wrap.h"

#include <stdbool.h>
#include <string.h>

#define WIDTH 80

void fpt_print_wrapped(FILE *out, const char *text, size_t indent, size_t column)
{
	bool first = true;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (!first && column + 1 + word > WIDTH) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		first = false;
		fprintf(out, "%.*s", (int)word, text);
		column += word;
		text += word + (text[word] == ' ');
	}
}
