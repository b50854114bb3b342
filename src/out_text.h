/* SPDX-License-Identifier: GPL-2.0-only */
/* The two halves of the form for people: events as they come, and the end of the report. */
#ifndef FPT_OUT_TEXT_H
#define FPT_OUT_TEXT_H

#include "output.h"

/* What a run came to, for struct fpt_output. */
void fpt_text__end(struct fpt_sink *sink, const struct fpt_report *report);

#endif
