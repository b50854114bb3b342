/* SPDX-License-Identifier: GPL-2.0-only */
/* The JSON Schema (draft 2020-12) of a line of -f json. */
#ifndef FPT_SCHEMA_H
#define FPT_SCHEMA_H

#include <stdio.h>

void fpt_schema__write(FILE *out);

#endif
