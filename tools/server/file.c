// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations on open files. Reads and writes arrive here only where the kernel does not serve
 * them from the backing file itself.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "attr.h"
#include "creds.h"
#include "fault.h"

/*
 * The server's own descriptor: offsets come with each request, and buffers are not aligned. A
 * writeback cache reads pages even for a write-only open.
 */
static int server_flags(const struct fpt_req *r, uint32_t flags)
{
	int f = (int)flags & ~(O_APPEND | O_DIRECT | O_CREAT | O_EXCL | O_NOCTTY);

	if (r->server->init.requested & FUSE_WRITEBACK_CACHE && (f & O_ACCMODE) == O_WRONLY)
		f = (f & ~O_ACCMODE) | O_RDWR;
	return f;
}

/*
 * What a write or an open with O_TRUNC does to the mode for a caller without CAP_FSETID; the
 * server has that capability, so it is not done for it.
 */
static int drop_setid(int fd)
{
	struct stat st;
	mode_t mode;

	if (fstat(fd, &st))
		return -errno;
	mode = st.st_mode & 07777 & ~(mode_t)S_ISUID;
	if (mode & S_IXGRP)
		mode &= ~(mode_t)S_ISGID;
	return mode != (st.st_mode & 07777) && fchmod(fd, mode) ? -errno : 0;
}

/* Makes a file of fd, which it takes over, and of the caller's reference to node. */
static int open_file(struct fpt_req *r, struct fpt_node *node, int fd, uint32_t flags, bool create,
		     struct fpt_open_out *out)
{
	struct fpt_file *file = calloc(1, sizeof(*file));
	int err = -ENOMEM;

	if (file) {
		file->node = node;
		file->fd = fd;
		err = fpt_file__answer(r, file, flags, create, out);
	}
	if (err) {
		free(file);
		close(fd);
		fpt_node__put(node);
	}
	return err;
}

int fpt_op_open(struct fpt_req *r)
{
	const struct fuse_open_in *in = r->arg;
	struct fpt_open_out *out;
	int fd = fpt_node__open(r->node, server_flags(r, in->flags)), err = 0;

	if (fd < 0)
		return fd;
	if (in->flags & O_TRUNC && r->in->uid)
		err = drop_setid(fd);
	if (err) {
		close(fd);
		return err;
	}
	out = fpt_req__reply(r, sizeof(*out));
	return open_file(r, fpt_node__get(r->node->nodeid), fd, in->flags, false, out);
}

struct created {
	struct fuse_entry_out entry;
	struct fpt_open_out open;
};

/* The reply for a file just made and open as fd. */
static int reply_created(struct fpt_req *r, int fd, uint32_t flags)
{
	struct created *out;
	struct fpt_node *node;
	struct stat st;
	uint64_t nodeid;
	int err = fpt_node__adopt(fd, r->name[0], &node, &st);

	if (err) {
		close(fd);
		return err;
	}
	out = fpt_req__reply(r, sizeof(*out));
	fpt_attr__entry(r, &out->entry, node, r->name[0], &st);
	nodeid = out->entry.nodeid == node->nodeid ? node->nodeid : 0;
	err = open_file(r, node, fd, flags, true, &out->open);
	if (err)
		fpt_node__forget(nodeid, 1);
	return err;
}

int fpt_op_create(struct fpt_req *r)
{
	const struct fuse_create_in *in = r->arg;
	int flags = server_flags(r, in->flags) | ((int)in->flags & O_EXCL), fd;

	fpt_creds__enter(r->in, in->umask);
	fd = openat(r->node->fd, r->name[0], flags | O_CREAT | O_NOFOLLOW | O_CLOEXEC, in->mode);
	fd = fd < 0 ? -errno : fd;
	fpt_creds__leave();
	return fd < 0 ? fd : reply_created(r, fd, in->flags);
}

int fpt_op_tmpfile(struct fpt_req *r)
{
	const struct fuse_create_in *in = r->arg;
	int flags = server_flags(r, in->flags) | ((int)in->flags & O_EXCL), fd;

	fpt_creds__enter(r->in, in->umask);
	fd = openat(r->node->fd, ".", flags | O_TMPFILE | O_CLOEXEC, in->mode);
	fd = fd < 0 ? -errno : fd;
	fpt_creds__leave();
	return fd < 0 ? fd : reply_created(r, fd, in->flags);
}

int fpt_op_release(struct fpt_req *r)
{
	const struct fuse_release_in *in = r->arg;

	fpt_req__note(r, " fh %llx", (unsigned long long)in->fh);
	fpt_file__close(r->server, fpt_file__of(in->fh));
	return 0;
}

int fpt_file__fd(struct fpt_req *r, uint64_t fh)
{
	struct fpt_node *node = r->node;
	int fd;

	if (fh)
		return fpt_file__of(fh)->fd;
	pthread_mutex_lock(&node->lock);
	if (node->unasked_fd < 0)
		node->unasked_fd = fpt_node__open(node, O_RDWR | O_NONBLOCK);
	if (node->unasked_fd < 0)
		node->unasked_fd = fpt_node__open(node, O_RDONLY | O_NONBLOCK);
	fd = node->unasked_fd;
	pthread_mutex_unlock(&node->lock);
	return fd;
}

int fpt_op_read(struct fpt_req *r)
{
	const struct fuse_read_in *in = r->arg;
	size_t size = in->size < FPT_MAX_WRITE ? in->size : FPT_MAX_WRITE;
	int fd = fpt_file__fd(r, in->fh);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = pread(fd, r->out, size, (off_t)in->offset);
	if (n < 0)
		return -errno;
	r->out_len = (size_t)n;
	fpt_req__note(r, " offset %llu size %zd", (unsigned long long)in->offset, n);
	return 0;
}

int fpt_op_write(struct fpt_req *r)
{
	const struct fuse_write_in *in = r->arg;
	struct iovec iov = { (void *)(uintptr_t)r->tail, in->size };
	/* O_APPEND may have changed since the open, and means nothing for pages written back. */
	bool append = in->flags & O_APPEND && !(in->write_flags & FUSE_WRITE_CACHE);
	struct fuse_write_out *out;
	int fd = fpt_file__fd(r, in->fh), err = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	if (r->tail_len < in->size)
		return -EINVAL;
	if (in->write_flags & FUSE_WRITE_KILL_SUIDGID)
		err = drop_setid(fd);
	if (err)
		return err;
	n = pwritev2(fd, &iov, 1, (off_t)in->offset, append ? RWF_APPEND : 0);
	if (n < 0)
		return -errno;
	fpt_fault__write(r->node, fd);
	out = fpt_req__reply(r, sizeof(*out));
	out->size = (uint32_t)n;
	fpt_req__note(r, " offset %llu size %zd", (unsigned long long)in->offset, n);
	return 0;
}

int fpt_op_flush(struct fpt_req *r)
{
	const struct fuse_flush_in *in = r->arg;
	int fd = fpt_file__fd(r, in->fh);

	if (fd < 0)
		return fd;
	fd = dup(fd);
	/* A close is what makes some file systems report a write that failed late. */
	return fd < 0 || close(fd) ? -errno : 0;
}

int fpt_op_fsync(struct fpt_req *r)
{
	const struct fuse_fsync_in *in = r->arg;
	int fd = fpt_file__fd(r, in->fh);

	if (fd < 0)
		return fd;
	return (in->fsync_flags & FUSE_FSYNC_FDATASYNC ? fdatasync(fd) : fsync(fd)) ? -errno : 0;
}

int fpt_op_lseek(struct fpt_req *r)
{
	const struct fuse_lseek_in *in = r->arg;
	int fd = fpt_file__fd(r, in->fh);
	struct fuse_lseek_out *out;
	off_t at;

	if (fd < 0)
		return fd;
	at = lseek(fd, (off_t)in->offset, (int)in->whence);
	if (at < 0)
		return -errno;
	out = fpt_req__reply(r, sizeof(*out));
	out->offset = (uint64_t)at;
	return 0;
}

int fpt_op_fallocate(struct fpt_req *r)
{
	const struct fuse_fallocate_in *in = r->arg;
	int fd = fpt_file__fd(r, in->fh);

	if (fd < 0)
		return fd;
	return fallocate(fd, (int)in->mode, (off_t)in->offset, (off_t)in->length) ? -errno : 0;
}

int fpt_op_copy_file_range(struct fpt_req *r)
{
	const struct fuse_copy_file_range_in *in = r->arg;
	off_t from = (off_t)in->off_in, to = (off_t)in->off_out;
	size_t len = in->len < 0x7ffff000 ? in->len : 0x7ffff000;
	struct fuse_write_out *out;
	ssize_t n;

	/* Handles of two nodes, of which only one is at hand: let the kernel copy. */
	if (!in->fh_in || !in->fh_out)
		return -EOPNOTSUPP;
	n = copy_file_range(fpt_file__of(in->fh_in)->fd, &from, fpt_file__of(in->fh_out)->fd, &to,
			    len, (unsigned int)in->flags);
	if (n < 0)
		return -errno;
	out = fpt_req__reply(r, sizeof(*out));
	out->size = (uint32_t)n;
	return 0;
}

int fpt_op_statfs(struct fpt_req *r)
{
	struct fuse_statfs_out *out;
	struct statvfs st;

	if (fstatvfs(r->node->fd, &st))
		return -errno;
	out = fpt_req__reply(r, sizeof(*out));
	out->st = (struct fuse_kstatfs){
		.blocks = st.f_blocks,
		.bfree = st.f_bfree,
		.bavail = st.f_bavail,
		.files = st.f_files,
		.ffree = st.f_ffree,
		.bsize = (uint32_t)st.f_bsize,
		.namelen = (uint32_t)st.f_namemax,
		.frsize = (uint32_t)st.f_frsize,
	};
	return 0;
}
