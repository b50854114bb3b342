/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Acting for the caller of a request: its file system ids and umask, the server's capabilities.
 */
#ifndef FPT_SERVER_CREDS_H
#define FPT_SERVER_CREDS_H

#include <linux/fuse.h>
#include <stdint.h>

/* Once, before any thread is made. Returns 0 or -errno. */
int fpt_creds__init(void);
/* Once in each thread that serves requests. Returns 0 or -errno. */
int fpt_creds__thread(void);
void fpt_creds__enter(const struct fuse_in_header *in, uint32_t mask);
void fpt_creds__leave(void);

#endif
