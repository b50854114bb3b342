// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a raw request to its handler and back: takes the request apart by the table below, holds
 * a reference to its node, writes the reply and logs both.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fault.h"
#include "log.h"
#include "mode.h"
#include "req.h"

struct op {
	const char *name;
	int (*handler)(struct fpt_req *r); /* NULL: the answer is ENOSYS */
	unsigned short arg_size;
	unsigned char names;
	bool no_reply;
};

// clang-format off
static const struct op ops[] = {
	[FUSE_LOOKUP] = { "LOOKUP", fpt_op_lookup, 0, 1, false },
	[FUSE_FORGET] = { "FORGET", fpt_op_forget, sizeof(struct fuse_forget_in), 0, true },
	[FUSE_GETATTR] = { "GETATTR", fpt_op_getattr, sizeof(struct fuse_getattr_in), 0, false },
	[FUSE_SETATTR] = { "SETATTR", fpt_op_setattr, sizeof(struct fuse_setattr_in), 0, false },
	[FUSE_READLINK] = { "READLINK", fpt_op_readlink, 0, 0, false },
	[FUSE_SYMLINK] = { "SYMLINK", fpt_op_symlink, 0, 2, false },
	[FUSE_MKNOD] = { "MKNOD", fpt_op_mknod, sizeof(struct fuse_mknod_in), 1, false },
	[FUSE_MKDIR] = { "MKDIR", fpt_op_mkdir, sizeof(struct fuse_mkdir_in), 1, false },
	[FUSE_UNLINK] = { "UNLINK", fpt_op_unlink, 0, 1, false },
	[FUSE_RMDIR] = { "RMDIR", fpt_op_rmdir, 0, 1, false },
	[FUSE_RENAME] = { "RENAME", fpt_op_rename, sizeof(struct fuse_rename_in), 2, false },
	[FUSE_LINK] = { "LINK", fpt_op_link, sizeof(struct fuse_link_in), 1, false },
	[FUSE_OPEN] = { "OPEN", fpt_op_open, sizeof(struct fuse_open_in), 0, false },
	[FUSE_READ] = { "READ", fpt_op_read, sizeof(struct fuse_read_in), 0, false },
	[FUSE_WRITE] = { "WRITE", fpt_op_write, sizeof(struct fuse_write_in), 0, false },
	[FUSE_STATFS] = { "STATFS", fpt_op_statfs, 0, 0, false },
	[FUSE_RELEASE] = { "RELEASE", fpt_op_release, sizeof(struct fuse_release_in), 0, false },
	[FUSE_FSYNC] = { "FSYNC", fpt_op_fsync, sizeof(struct fuse_fsync_in), 0, false },
	[FUSE_SETXATTR] = { "SETXATTR", fpt_op_setxattr, sizeof(struct fuse_setxattr_in), 1,
			    false },
	[FUSE_GETXATTR] = { "GETXATTR", fpt_op_getxattr, sizeof(struct fuse_getxattr_in), 1,
			    false },
	[FUSE_LISTXATTR] = { "LISTXATTR", fpt_op_listxattr, sizeof(struct fuse_getxattr_in), 0,
			     false },
	[FUSE_REMOVEXATTR] = { "REMOVEXATTR", fpt_op_removexattr, 0, 1, false },
	[FUSE_FLUSH] = { "FLUSH", fpt_op_flush, sizeof(struct fuse_flush_in), 0, false },
	[FUSE_INIT] = { "INIT", fpt_op_init, 16, 0, false },
	[FUSE_OPENDIR] = { "OPENDIR", fpt_op_opendir, sizeof(struct fuse_open_in), 0, false },
	[FUSE_READDIR] = { "READDIR", fpt_op_readdir, sizeof(struct fuse_read_in), 0, false },
	[FUSE_RELEASEDIR] = { "RELEASEDIR", fpt_op_releasedir, sizeof(struct fuse_release_in), 0,
			      false },
	[FUSE_FSYNCDIR] = { "FSYNCDIR", fpt_op_fsyncdir, sizeof(struct fuse_fsync_in), 0, false },
	[FUSE_GETLK] = { "GETLK", NULL, 0, 0, false },
	[FUSE_SETLK] = { "SETLK", NULL, 0, 0, false },
	[FUSE_SETLKW] = { "SETLKW", NULL, 0, 0, false },
	/* With default_permissions the kernel checks access by itself. */
	[FUSE_ACCESS] = { "ACCESS", NULL, 0, 0, false },
	[FUSE_CREATE] = { "CREATE", fpt_op_create, sizeof(struct fuse_create_in), 1, false },
	/* No request here waits for long, so there is nothing to interrupt. */
	[FUSE_INTERRUPT] = { "INTERRUPT", fpt_op_interrupt, 0, 0, true },
	[FUSE_BMAP] = { "BMAP", NULL, 0, 0, false },
	[FUSE_DESTROY] = { "DESTROY", fpt_op_destroy, 0, 0, false },
	[FUSE_IOCTL] = { "IOCTL", NULL, 0, 0, false },
	[FUSE_POLL] = { "POLL", NULL, 0, 0, false },
	[FUSE_BATCH_FORGET] = { "BATCH_FORGET", fpt_op_batch_forget,
				sizeof(struct fuse_batch_forget_in), 0, true },
	[FUSE_FALLOCATE] = { "FALLOCATE", fpt_op_fallocate, sizeof(struct fuse_fallocate_in), 0,
			     false },
	[FUSE_READDIRPLUS] = { "READDIRPLUS", fpt_op_readdirplus, sizeof(struct fuse_read_in), 0,
			       false },
	[FUSE_RENAME2] = { "RENAME2", fpt_op_rename2, sizeof(struct fuse_rename2_in), 2, false },
	[FUSE_LSEEK] = { "LSEEK", fpt_op_lseek, sizeof(struct fuse_lseek_in), 0, false },
	[FUSE_COPY_FILE_RANGE] = { "COPY_FILE_RANGE", fpt_op_copy_file_range,
				   sizeof(struct fuse_copy_file_range_in), 0, false },
	[FUSE_SYNCFS] = { "SYNCFS", NULL, 0, 0, false },
	[FUSE_TMPFILE] = { "TMPFILE", fpt_op_tmpfile, sizeof(struct fuse_create_in), 1, false },
	[FPT_OP_STATX] = { "STATX", fpt_op_statx, sizeof(struct fpt_statx_in), 0, false },
};
// clang-format on

static const struct op unknown = { "unknown", NULL, 0, 0, false };

static const struct op *find_op(uint32_t opcode)
{
	if (opcode < sizeof(ops) / sizeof(ops[0]) && ops[opcode].name)
		return &ops[opcode];
	return &unknown;
}

void *fpt_req__reply(struct fpt_req *r, size_t size)
{
	memset(r->out, 0, size);
	r->out_len = size;
	return r->out;
}

void fpt_req__note(struct fpt_req *r, const char *fmt, ...)
{
	size_t n = strlen(r->note);
	va_list ap;

	if (!fpt_log__on())
		return;
	va_start(ap, fmt);
	vsnprintf(r->note + n, sizeof(r->note) - n, fmt, ap);
	va_end(ap);
}

/* Without FUSE_SETXATTR_EXT the struct is shorter, and the name comes earlier. */
static size_t arg_size(const struct fpt_req *r, const struct op *op)
{
	if (r->in->opcode == FUSE_SETXATTR && !(r->server->init.requested & FUSE_SETXATTR_EXT))
		return FUSE_COMPAT_SETXATTR_IN_SIZE;
	return op->arg_size;
}

static int take_apart(struct fpt_req *r, const struct op *op, size_t len)
{
	const char *at = (const char *)(r->in + 1);
	size_t left = len - sizeof(*r->in), size = arg_size(r, op);

	if (left < size)
		return -EINVAL;
	r->arg = at;
	at += size;
	left -= size;
	for (unsigned int i = 0; i < op->names; i++) {
		size_t n = strnlen(at, left);

		if (n == left)
			return -EINVAL;
		r->name[i] = at;
		at += n + 1;
		left -= n + 1;
	}
	r->tail = at;
	r->tail_len = left;
	return 0;
}

static void log_request(const struct fpt_req *r, const struct op *op)
{
	char quoted[1024], names[1024] = "";
	size_t n = 0;

	if (!fpt_log__on())
		return;
	for (unsigned int i = 0; i < op->names && r->name[i] && n < sizeof(names); i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, " \"%s\"",
				      fpt_log__quote(quoted, sizeof(quoted), r->name[i]));
	fpt_log("> %s(%u) unique %llu nodeid %llu pid %u uid %u%s", op->name, r->in->opcode,
		(unsigned long long)r->in->unique, (unsigned long long)r->in->nodeid, r->in->pid,
		r->in->uid, names);
}

static int send_reply(struct fpt_req *r, int dev_fd, const struct op *op, int err)
{
	struct fuse_out_header header = {
		.len = (uint32_t)(sizeof(header) + (err ? 0 : r->out_len)),
		.error = err,
		.unique = r->in->unique,
	};
	struct iovec iov[2] = { { &header, sizeof(header) }, { r->out, err ? 0 : r->out_len } };

	fpt_log("< %s(%u) unique %llu errno %d%s", op->name, r->in->opcode,
		(unsigned long long)r->in->unique, -err, r->note);
	if (writev(dev_fd, iov, 2) >= 0)
		return 0;
	/* ENOENT: the caller is gone. Anything else but ENODEV is a reply the kernel refused. */
	err = -errno;
	fpt_log("! %s(%u) unique %llu: the kernel refused the reply: errno %d", op->name,
		r->in->opcode, (unsigned long long)r->in->unique, -err);
	return err == -ENOENT ? 0 : err;
}

/* Half of the replies go at once. */
static void delay(const struct fpt_req *r)
{
	const struct fpt_opts *opts = r->server->opts;
	uint64_t random;

	if (!opts->delay_us || r->in->opcode == FUSE_INIT)
		return;
	random = fpt_random(opts->delay_seed, r->in->unique, 0);
	if (random & 1)
		usleep((useconds_t)((random >> 1) % (opts->delay_us + 1)));
}

static bool needs_node(const struct fpt_req *r, const struct op *op)
{
	return op->handler && !op->no_reply && r->in->opcode != FUSE_INIT &&
	       r->in->opcode != FUSE_DESTROY;
}

int fpt_dispatch(struct fpt_server *server, int dev_fd, void *in, size_t len, void *out)
{
	struct fpt_req r = { .server = server, .in = in, .out = out };
	const struct op *op;
	int err;

	if (len < sizeof(*r.in) || r.in->len != len)
		return -EIO;
	fpt_fault__request(r.in->unique);
	op = find_op(r.in->opcode);
	err = take_apart(&r, op, len);
	log_request(&r, op);
	if (!err && !op->handler)
		err = -ENOSYS;
	if (!err && needs_node(&r, op)) {
		r.node = fpt_node__get(r.in->nodeid);
		if (!r.node)
			err = -ESTALE;
	}
	if (!err)
		err = op->handler(&r);
	fpt_node__put(r.node);
	if (op->no_reply || err == FPT_NO_REPLY)
		return 0;
	delay(&r);
	err = send_reply(&r, dev_fd, op, err);
	return err == -ENODEV ? err : 0;
}
