/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of open modes.
 */
#ifndef FPT_SERVER_MODE_H
#define FPT_SERVER_MODE_H

#include <stdio.h>

#include "opts.h"

/* A number drawn from a seed for the n-th decision about key. */
uint64_t fpt_random(uint64_t seed, uint64_t key, uint64_t n);

/*
 * The FOPEN_ flags of one of the modes in set, with passthrough or without, where the set has both.
 * It is not empty.
 */
uint32_t fpt_mode__pick(unsigned int set, uint64_t random, bool passthrough);
/* What stands for a mode in a set. */
unsigned int fpt_mode__bit(const struct fpt_mode *mode);

/* NULL when no mode has this name. */
const struct fpt_mode *fpt_mode__find(const char *name);
/* The i-th name, NULL past the end. */
const char *fpt_mode__name(size_t i);
void fpt_mode__list(FILE *to);

#endif
