// SPDX-License-Identifier: GPL-2.0-only
/* Escapes what XML and HTML give a meaning to. */
#include "markup.h"

#include <stdint.h>

#include "value.h"

void fpt_markup__words(FILE *out, const char *words)
{
	for (; *words; words++) {
		switch (*words) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc(*words, out);
		}
	}
}

void fpt_markup__bytes(FILE *out, const char *bytes)
{
	char words[4096];

	fpt_sanitize(words, sizeof(words), bytes, SIZE_MAX);
	fpt_markup__words(out, words);
}
