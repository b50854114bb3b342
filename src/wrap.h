/* SPDX-License-Identifier: GPL-2.0-only */
/* Text for a terminal of 80 columns.  Knows nothing of its contents. */
#ifndef FPT_WRAP_H
#define FPT_WRAP_H

#include <stddef.h>
#include <stdio.h>

/**
 * fpt_print_wrapped - print text, broken between its words.
 * @indent: columns before each line but the first.
 * @column: where the first line goes on.
 *
 * A word that no line can hold is not cut.  Ends without a newline.
 */
void fpt_print_wrapped(FILE *out, const char *text, size_t indent, size_t column);

#endif
