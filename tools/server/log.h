/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The server's own log: one line per request, reply and backing id, off unless asked for.
 */
#ifndef FPT_SERVER_LOG_H
#define FPT_SERVER_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* path NULL: standard error. Returns 0 or -errno. */
int fpt_log__open(const char *path);
void fpt_log__close(void);
bool fpt_log__on(void);
/* The descriptor of the log, -1 while it is off. */
int fpt_log__fd(void);
/* One line, with the time in front. */
__attribute__((format(printf, 1, 2))) void fpt_log(const char *fmt, ...);
/* A name made fit for a line: quotes, control and non-ASCII bytes become \xNN. Returns to. */
const char *fpt_log__quote(char *to, size_t size, const char *name);

#endif
