/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One request being served, and the server it belongs to. A handler fills the reply and returns
 * 0, or returns -errno; only dispatch.c writes to the device.
 */
#ifndef FPT_SERVER_REQ_H
#define FPT_SERVER_REQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node.h"
#include "opts.h"
#include "proto.h"

#define FPT_MAX_WRITE (1u << 20)
/* A request: the largest write and what goes before it; the kernel refuses less. */
#define FPT_IN_SIZE (FPT_MAX_WRITE + 65536u)
#define FPT_OUT_SIZE (FPT_MAX_WRITE + 4096u)

/* A handler's return value where the protocol wants no answer. */
#define FPT_NO_REPLY 1

/* What INIT settled. */
struct fpt_init {
	uint32_t minor;
	int ino_bit;
	bool ino_published; /* by the kernel, in sysfs */
	uint64_t offered;
	uint64_t requested;
	unsigned int stack_depth;
	bool passthrough; /* effective */
	bool passthrough_ino;
};

struct fpt_server {
	const struct fpt_opts *opts;
	char *mountpoint; /* absolute */
	long mnt_id;
	int dev_fd;
	int backing_fd; /* O_PATH of the backing folder */
	bool init_done;
	struct fpt_init init;
	uint64_t valid_sec;
	uint32_t valid_nsec;
};

struct fpt_req {
	struct fpt_server *server;
	const struct fuse_in_header *in;
	const void *arg; /* the fixed part, as long as the table says */
	const char *name[2]; /* as many as the table says */
	const char *tail; /* what follows the names */
	size_t tail_len;
	struct fpt_node *node; /* of in->nodeid; a reference */
	void *out; /* room for FPT_MAX_WRITE bytes of reply */
	size_t out_len;
	char note[160]; /* for the log */
};

/* Reserves size zeroed bytes as the whole reply. */
void *fpt_req__reply(struct fpt_req *r, size_t size);
__attribute__((format(printf, 2, 3))) void fpt_req__note(struct fpt_req *r, const char *fmt, ...);

/* Serves what was read into in (len bytes); answers on dev_fd. Returns 0 or -errno. */
int fpt_dispatch(struct fpt_server *server, int dev_fd, void *in, size_t len, void *out);

/* dispatch.c's table names these. */
int fpt_op_init(struct fpt_req *r);
int fpt_op_lookup(struct fpt_req *r);
int fpt_op_forget(struct fpt_req *r);
int fpt_op_batch_forget(struct fpt_req *r);
int fpt_op_getattr(struct fpt_req *r);
int fpt_op_setattr(struct fpt_req *r);
int fpt_op_statx(struct fpt_req *r);
int fpt_op_readlink(struct fpt_req *r);
int fpt_op_symlink(struct fpt_req *r);
int fpt_op_mknod(struct fpt_req *r);
int fpt_op_mkdir(struct fpt_req *r);
int fpt_op_unlink(struct fpt_req *r);
int fpt_op_rmdir(struct fpt_req *r);
int fpt_op_rename(struct fpt_req *r);
int fpt_op_rename2(struct fpt_req *r);
int fpt_op_link(struct fpt_req *r);
int fpt_op_open(struct fpt_req *r);
int fpt_op_create(struct fpt_req *r);
int fpt_op_tmpfile(struct fpt_req *r);
int fpt_op_read(struct fpt_req *r);
int fpt_op_write(struct fpt_req *r);
int fpt_op_release(struct fpt_req *r);
int fpt_op_flush(struct fpt_req *r);
int fpt_op_fsync(struct fpt_req *r);
int fpt_op_lseek(struct fpt_req *r);
int fpt_op_fallocate(struct fpt_req *r);
int fpt_op_copy_file_range(struct fpt_req *r);
int fpt_op_statfs(struct fpt_req *r);
int fpt_op_opendir(struct fpt_req *r);
int fpt_op_readdir(struct fpt_req *r);
int fpt_op_readdirplus(struct fpt_req *r);
int fpt_op_releasedir(struct fpt_req *r);
int fpt_op_fsyncdir(struct fpt_req *r);
int fpt_op_setxattr(struct fpt_req *r);
int fpt_op_getxattr(struct fpt_req *r);
int fpt_op_listxattr(struct fpt_req *r);
int fpt_op_removexattr(struct fpt_req *r);
int fpt_op_interrupt(struct fpt_req *r);
int fpt_op_destroy(struct fpt_req *r);

#endif
