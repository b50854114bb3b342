/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Backing ids: registering a file with the kernel for passthrough, one id per node.
 */
#ifndef FPT_SERVER_BACKING_H
#define FPT_SERVER_BACKING_H

#include "req.h"

/* Returns a backing id (> 0) or -errno. */
int32_t fpt_backing__register(struct fpt_server *server, int fd);
/* Returns 0 or -errno. */
int fpt_backing__unregister(struct fpt_server *server, int32_t id);

/* The node's own id, registered at the first use. node->lock is held. Returns 0 or -errno. */
int fpt_backing__get(struct fpt_server *server, struct fpt_node *node);
void fpt_backing__put(struct fpt_server *server, struct fpt_node *node);

/*
 * Registers the node's file (padding is 0 but in a fault), or a nameless other file, without
 * counting it. Returns an id or -errno.
 */
int32_t fpt_backing__register_node(struct fpt_server *server, const struct fpt_node *node,
				   uint64_t padding);
int32_t fpt_backing__register_other(struct fpt_server *server);

#endif
