// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations on names: lookup and forget, making, linking, moving and removing. What is made
 * belongs to the caller, by switching the thread's file system ids around the call.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attr.h"
#include "creds.h"
#include "fault.h"

/* What a fault puts behind an entry: a backing id and room. */
#define ENTRY2_MORE 16

static int reply_entry(struct fpt_req *r, struct fpt_node *parent, const char *name)
{
	bool longer = fpt_fault__longer_entries(name);
	struct fuse_entry_out *out;
	struct fpt_node *node;
	struct stat st;
	int err = fpt_node__lookup(parent, name, &node, &st);

	if (err)
		return err;
	out = fpt_req__reply(r, sizeof(*out) + (longer ? ENTRY2_MORE : 0));
	fpt_attr__entry(r, out, node, name, &st);
	/* The kernel will refuse it. */
	if (longer)
		fpt_node__forget(node->nodeid, 1);
	fpt_node__put(node);
	return 0;
}

int fpt_op_lookup(struct fpt_req *r)
{
	return reply_entry(r, r->node, r->name[0]);
}

int fpt_op_forget(struct fpt_req *r)
{
	const struct fuse_forget_in *in = r->arg;

	fpt_node__forget(r->in->nodeid, in->nlookup);
	return FPT_NO_REPLY;
}

int fpt_op_batch_forget(struct fpt_req *r)
{
	const struct fuse_batch_forget_in *in = r->arg;
	const struct fuse_forget_one *one = (const void *)r->tail;

	for (size_t i = 0; i < in->count && (i + 1) * sizeof(*one) <= r->tail_len; i++)
		fpt_node__forget(one[i].nodeid, one[i].nlookup);
	return FPT_NO_REPLY;
}

int fpt_op_mknod(struct fpt_req *r)
{
	const struct fuse_mknod_in *in = r->arg;
	int err;

	fpt_creds__enter(r->in, in->umask);
	err = mknodat(r->node->fd, r->name[0], in->mode, in->rdev) ? -errno : 0;
	fpt_creds__leave();
	return err ? err : reply_entry(r, r->node, r->name[0]);
}

int fpt_op_mkdir(struct fpt_req *r)
{
	const struct fuse_mkdir_in *in = r->arg;
	int err;

	fpt_creds__enter(r->in, in->umask);
	err = mkdirat(r->node->fd, r->name[0], in->mode) ? -errno : 0;
	fpt_creds__leave();
	return err ? err : reply_entry(r, r->node, r->name[0]);
}

int fpt_op_symlink(struct fpt_req *r)
{
	int err;

	fpt_creds__enter(r->in, 0);
	err = symlinkat(r->name[1], r->node->fd, r->name[0]) ? -errno : 0;
	fpt_creds__leave();
	return err ? err : reply_entry(r, r->node, r->name[0]);
}

int fpt_op_link(struct fpt_req *r)
{
	const struct fuse_link_in *in = r->arg;
	struct fpt_node *old = fpt_node__get(in->oldnodeid);
	int err;

	if (!old)
		return -ESTALE;
	err = linkat(old->fd, "", r->node->fd, r->name[0], AT_EMPTY_PATH) ? -errno : 0;
	fpt_node__put(old);
	return err ? err : reply_entry(r, r->node, r->name[0]);
}

int fpt_op_readlink(struct fpt_req *r)
{
	char *out = fpt_req__reply(r, PATH_MAX);
	ssize_t n = readlinkat(r->node->fd, "", out, PATH_MAX);

	if (n < 0)
		return -errno;
	r->out_len = (size_t)n;
	return 0;
}

int fpt_op_unlink(struct fpt_req *r)
{
	return unlinkat(r->node->fd, r->name[0], 0) ? -errno : 0;
}

int fpt_op_rmdir(struct fpt_req *r)
{
	return unlinkat(r->node->fd, r->name[0], AT_REMOVEDIR) ? -errno : 0;
}

static int do_rename(struct fpt_req *r, uint64_t newdir, unsigned int flags)
{
	struct fpt_node *to = fpt_node__get(newdir);
	int err;

	if (!to)
		return -ESTALE;
	err = renameat2(r->node->fd, r->name[0], to->fd, r->name[1], flags) ? -errno : 0;
	if (!err) {
		fpt_node__renamed(to, r->name[1]);
		if (flags & RENAME_EXCHANGE)
			fpt_node__renamed(r->node, r->name[0]);
	}
	fpt_node__put(to);
	return err;
}

int fpt_op_rename(struct fpt_req *r)
{
	const struct fuse_rename_in *in = r->arg;

	return do_rename(r, in->newdir, 0);
}

int fpt_op_rename2(struct fpt_req *r)
{
	const struct fuse_rename2_in *in = r->arg;

	return do_rename(r, in->newdir, in->flags);
}
