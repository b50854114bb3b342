/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attributes and entries as the protocol wants them; the faults that lie about them hook in here.
 */
#ifndef FPT_SERVER_ATTR_H
#define FPT_SERVER_ATTR_H

#include "req.h"

/* Fills the reply of an operation that yields a node, which has got its lookup already. */
void fpt_attr__entry(struct fpt_req *r, struct fuse_entry_out *out, struct fpt_node *node,
		     const char *name, const struct stat *st);

#endif
