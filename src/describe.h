/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What --explain tells of the checks, made from spec/checks.def, explain.def
 * and hooks.def.
 */
#ifndef FPT_DESCRIBE_H
#define FPT_DESCRIBE_H

#include "check.h"

/**
 * fpt_describe - serve --explain.
 * @program: name of the tool, for messages.
 * @what: the id of a check; an invariant or transition as "I26" or "T4", which
 *	gives every check that stands for it; NULL or "list": a list of all.
 *
 * Returns 0; -EINVAL when there is no such check, after a line on standard
 * error named those whose ids are nearest.
 */
int fpt_describe(FILE *out, const char *program, const char *what);

/* "open, release events, from fuse_open, ..."; into @out, cut at @size. */
const char *fpt_describe_needs(char *out, size_t size, enum fpt_check_id check);

/* How far the check rests on other events. */
const char *fpt_describe_evidence(enum fpt_check_id check);

/* What it does to the verdict. */
const char *fpt_describe_verdict(enum fpt_check_id check);

#endif
