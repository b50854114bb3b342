// SPDX-License-Identifier: GPL-2.0-only
/*
 * Extended attributes, ACLs among them, by the node's path in /proc: the calls on descriptors
 * refuse O_PATH ones.
 */
#include <errno.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "req.h"

static int kill_sgid(const struct fpt_req *r, const char *path)
{
	struct stat st;

	if (fstat(r->node->fd, &st))
		return -errno;
	return chmod(path, st.st_mode & 07777 & ~(mode_t)S_ISGID) ? -errno : 0;
}

int fpt_op_setxattr(struct fpt_req *r)
{
	const struct fuse_setxattr_in *in = r->arg;
	char path[FPT_PROC_PATH];

	if (r->tail_len < in->size)
		return -EINVAL;
	if (setxattr(fpt_node__path(r->node, path), r->name[0], r->tail, in->size, (int)in->flags))
		return -errno;
	if (r->server->init.requested & FUSE_SETXATTR_EXT &&
	    in->setxattr_flags & FUSE_SETXATTR_ACL_KILL_SGID)
		return kill_sgid(r, path);
	return 0;
}

/* The answer of a call that reports a length when asked with size 0, and else fills r->out. */
static int reply_sized(struct fpt_req *r, uint32_t size, ssize_t n)
{
	if (n < 0)
		return -errno;
	if (size) {
		r->out_len = (size_t)n;
	} else {
		struct fuse_getxattr_out *out = fpt_req__reply(r, sizeof(*out));

		out->size = (uint32_t)n;
	}
	return 0;
}

static size_t room(uint32_t size)
{
	return size < FPT_MAX_WRITE ? size : FPT_MAX_WRITE;
}

int fpt_op_getxattr(struct fpt_req *r)
{
	const struct fuse_getxattr_in *in = r->arg;
	char path[FPT_PROC_PATH];

	return reply_sized(
		r, in->size,
		getxattr(fpt_node__path(r->node, path), r->name[0], r->out, room(in->size)));
}

int fpt_op_listxattr(struct fpt_req *r)
{
	const struct fuse_getxattr_in *in = r->arg;
	char path[FPT_PROC_PATH];

	return reply_sized(r, in->size,
			   listxattr(fpt_node__path(r->node, path), r->out, room(in->size)));
}

int fpt_op_removexattr(struct fpt_req *r)
{
	char path[FPT_PROC_PATH];

	return removexattr(fpt_node__path(r->node, path), r->name[0]) ? -errno : 0;
}
