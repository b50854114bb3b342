/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An open file, and the decision how an open is answered.
 */
#ifndef FPT_SERVER_FILE_H
#define FPT_SERVER_FILE_H

#include "req.h"

struct fpt_file {
	struct fpt_node *node; /* a reference */
	int fd;
	bool holds_backing; /* counted in node->backing_refs */
	int32_t own_id; /* 0, or a backing id of this file alone (a fault) */
};

static inline struct fpt_file *fpt_file__of(uint64_t fh)
{
	return (struct fpt_file *)(uintptr_t)fh;
}

/*
 * The descriptor behind a handle. Once an OPEN was answered ENOSYS the kernel opens without asking
 * and sends the handle 0: then it is the node's own, made when first needed. Or -errno.
 */
int fpt_file__fd(struct fpt_req *r, uint64_t fh);

/* One open as the faults see it; node->lock is held. */
struct fpt_open {
	struct fpt_server *server;
	struct fpt_node *node;
	struct fpt_file *file;
	unsigned int earlier; /* files of this node that are open already */
	uint32_t flags; /* O_ flags of the caller */
	bool create;
	uint32_t fopen; /* FOPEN_ flags of the reply */
	int32_t backing_id;
	bool own_backing; /* the fault sees to backing_id: register nothing */
	int error; /* 0, or the -errno to answer with */
};

/*
 * Decides the mode, registers the backing file if that is wanted, and fills the reply. The
 * file counts as open until fpt_file__close(). Returns 0 or -errno.
 */
int fpt_file__answer(struct fpt_req *r, struct fpt_file *file, uint32_t flags, bool create,
		     struct fpt_open_out *out);
/* Ends the open and frees the file. */
void fpt_file__close(struct fpt_server *server, struct fpt_file *file);

#endif
