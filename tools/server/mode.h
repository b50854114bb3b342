/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of open modes.
 */
#ifndef FPT_SERVER_MODE_H
#define FPT_SERVER_MODE_H

#include <stdio.h>

#include "opts.h"

/* NULL when no mode has this name. */
const struct fpt_mode *fpt_mode__find(const char *name);
/* The i-th name, NULL past the end. */
const char *fpt_mode__name(size_t i);
void fpt_mode__list(FILE *to);

#endif
