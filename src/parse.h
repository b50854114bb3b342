/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads single values in the words in which value.h prints them: the way back.
 * Believes nothing; each reader takes its whole text or refuses it.
 */
#ifndef FPT_PARSE_H
#define FPT_PARSE_H

#include "table.h"

/* Decimal digits, or "0x" and hexadecimal ones; false if it is more, or above 64 bits. */
bool fpt_parse_number(const char *text, uint64_t *value);

/**
 * fpt_parse_field - put a value into its field of an event.
 * @text: as fpt_print_field() prints it, but for times and errors, which JSON has as numbers.
 *
 * Returns NULL, or a constant string that says what it should be.
 */
const char *fpt_parse_field(const struct fpt_field *field, void *event, const char *text);

#endif
