/* SPDX-License-Identifier: GPL-2.0-only */
/* What an input holds: a log, JSON Lines of fusept, or the debug log of a libfuse server. */
#ifndef FPT_FORM_H
#define FPT_FORM_H

#include "input.h"

#define FPT_SOURCE_FORMS(F) F(LOG, "log") F(JSONL, "jsonl") F(LIBFUSE, "libfuse")
#define FPT_SOURCE_FORM(NAME, name) FPT_SOURCE_##NAME,
enum fpt_source_form { FPT_SOURCE_FORMS(FPT_SOURCE_FORM) FPT_SOURCE_MAX };
#undef FPT_SOURCE_FORM
#define FPT_SOURCE_NAMES "log, jsonl or libfuse"

/* FPT_SOURCE_MAX if there is no such form. */
enum fpt_source_form fpt_source_form__find(const char *name);

/**
 * fpt_source_form__of - what an input holds, from its first bytes, which stay to be read.
 *
 * Reads a pipe until that is clear.  FPT_SOURCE_MAX: none of these, or a log whose
 * beginning is damaged.
 */
enum fpt_source_form fpt_source_form__of(struct fpt_input *input);

/* Whether JSON Lines begin so as those of a whole stream do. */
bool fpt_source_form__is_stream(struct fpt_input *input);

/* How many runs JSON Lines have, up to the end, which is read; 1 at the least. */
unsigned int fpt_source_form__count_runs(struct fpt_input *input);

/* Whether it is a report that fusept wrote, of which nothing can be judged. */
bool fpt_source_form__is_report(struct fpt_input *input);

#endif
