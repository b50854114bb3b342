/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text in XML and HTML.  What is written is part of the text around it, in an
 * element or in an attribute with quotes of either kind.
 */
#ifndef FPT_MARKUP_H
#define FPT_MARKUP_H

#include <stdio.h>

/* Printable words, such as fpt_sanitize() makes. */
void fpt_markup__words(FILE *out, const char *words);

/* Bytes of anybody: made printable first. */
void fpt_markup__bytes(FILE *out, const char *bytes);

#endif
