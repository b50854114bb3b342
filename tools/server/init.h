/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * INIT: what is offered, requested and effective.
 */
#ifndef FPT_SERVER_INIT_H
#define FPT_SERVER_INIT_H

#include "req.h"

/* Finds the bit of FUSE_PASSTHROUGH_INO: from the kernel, the command line, or the default. */
void fpt_init__find_bit(struct fpt_server *server);
/* Says it on standard error, in three lines. */
void fpt_init__report(const struct fpt_server *server);

#endif
