// SPDX-License-Identifier: GPL-2.0-only
/*
 * GETATTR, SETATTR, STATX, and the attributes inside entries. Always goes through the node's
 * own descriptor, so that a file without a name is no special case.
 */
#include "attr.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "fault.h"
#include "file.h"

static void fill(struct fuse_attr *attr, const struct stat *st)
{
	*attr = (struct fuse_attr){
		.ino = st->st_ino,
		.size = (uint64_t)st->st_size,
		.blocks = (uint64_t)st->st_blocks,
		.atime = (uint64_t)st->st_atim.tv_sec,
		.mtime = (uint64_t)st->st_mtim.tv_sec,
		.ctime = (uint64_t)st->st_ctim.tv_sec,
		.atimensec = (uint32_t)st->st_atim.tv_nsec,
		.mtimensec = (uint32_t)st->st_mtim.tv_nsec,
		.ctimensec = (uint32_t)st->st_ctim.tv_nsec,
		.mode = st->st_mode,
		.nlink = (uint32_t)st->st_nlink,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.rdev = (uint32_t)st->st_rdev,
		.blksize = (uint32_t)st->st_blksize,
	};
}

void fpt_attr__entry(struct fpt_req *r, struct fuse_entry_out *out, struct fpt_node *node,
		     const char *name, const struct stat *st)
{
	*out = (struct fuse_entry_out){
		.nodeid = node->nodeid,
		.generation = node->generation,
		.entry_valid = r->server->valid_sec,
		.attr_valid = r->server->valid_sec,
		.entry_valid_nsec = r->server->valid_nsec,
		.attr_valid_nsec = r->server->valid_nsec,
	};
	fill(&out->attr, st);
	fpt_fault__attr(&out->attr, node->nodeid, name, r->in->opcode);
	fpt_fault__entry(out, name, r->in->opcode);
	/* The kernel will not forget what it was never given. */
	if (out->nodeid != node->nodeid)
		fpt_node__forget(node->nodeid, 1);
	if (r->in->opcode != FUSE_READDIRPLUS)
		fpt_req__note(r, " node %llu generation %llu ino %llu",
			      (unsigned long long)out->nodeid, (unsigned long long)out->generation,
			      (unsigned long long)out->attr.ino);
}

static int reply_attr(struct fpt_req *r)
{
	struct fuse_attr_out *out;
	char name[FPT_NAME_SIZE];
	struct stat st;

	if (fstatat(r->node->fd, "", &st, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
		return -errno;
	out = fpt_req__reply(r, sizeof(*out));
	out->attr_valid = r->server->valid_sec;
	out->attr_valid_nsec = r->server->valid_nsec;
	fill(&out->attr, &st);
	fpt_fault__attr(&out->attr, r->node->nodeid, fpt_fault__name_of(r->node, name),
			r->in->opcode);
	fpt_req__note(r, " ino %llu size %llu mode %o", (unsigned long long)out->attr.ino,
		      (unsigned long long)out->attr.size, out->attr.mode);
	return 0;
}

int fpt_op_getattr(struct fpt_req *r)
{
	return reply_attr(r);
}

static int set_size(struct fpt_req *r, const struct fuse_setattr_in *in)
{
	char path[FPT_PROC_PATH];
	int err;

	if (in->valid & FATTR_FH) {
		int fd = fpt_file__fd(r, in->fh);

		if (fd < 0)
			return fd;
		err = ftruncate(fd, (off_t)in->size);
	} else {
		err = truncate(fpt_node__path(r->node, path), (off_t)in->size);
	}
	return err ? -errno : 0;
}

static struct timespec set_time(uint32_t valid, uint32_t set, uint32_t now, uint64_t sec,
				uint32_t nsec)
{
	struct timespec ts = { .tv_nsec = UTIME_OMIT };

	if (valid & now)
		ts.tv_nsec = UTIME_NOW;
	else if (valid & set)
		ts = (struct timespec){ .tv_sec = (time_t)sec, .tv_nsec = nsec };
	return ts;
}

static int set_times(struct fpt_req *r, const struct fuse_setattr_in *in)
{
	struct timespec ts[2] = {
		set_time(in->valid, FATTR_ATIME, FATTR_ATIME_NOW, in->atime, in->atimensec),
		set_time(in->valid, FATTR_MTIME, FATTR_MTIME_NOW, in->mtime, in->mtimensec),
	};

	return utimensat(r->node->fd, "", ts, AT_EMPTY_PATH) ? -errno : 0;
}

int fpt_op_setattr(struct fpt_req *r)
{
	const struct fuse_setattr_in *in = r->arg;
	char path[FPT_PROC_PATH];
	int err;

	/* A change of owner clears the set-id bits, so a new mode goes after it. */
	if (in->valid & (FATTR_UID | FATTR_GID)) {
		uid_t uid = in->valid & FATTR_UID ? in->uid : (uid_t)-1;
		gid_t gid = in->valid & FATTR_GID ? in->gid : (gid_t)-1;

		if (fchownat(r->node->fd, "", uid, gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
			return -errno;
	}
	if (in->valid & FATTR_MODE && chmod(fpt_node__path(r->node, path), in->mode & 07777))
		return -errno;
	if (in->valid & FATTR_SIZE) {
		err = set_size(r, in);
		if (err)
			return err;
	}
	if (in->valid & (FATTR_ATIME | FATTR_MTIME)) {
		err = set_times(r, in);
		if (err)
			return err;
	}
	return reply_attr(r);
}

static struct fpt_sx_time sx_time(const struct statx_timestamp *t)
{
	return (struct fpt_sx_time){ .sec = t->tv_sec, .nsec = t->tv_nsec };
}

int fpt_op_statx(struct fpt_req *r)
{
	const struct fpt_statx_in *in = r->arg;
	struct fpt_statx_out *out;
	char name[FPT_NAME_SIZE];
	struct statx sx;

	if (statx(r->node->fd, "", AT_EMPTY_PATH | (int)(in->sx_flags & AT_STATX_SYNC_TYPE),
		  in->sx_mask, &sx))
		return -errno;
	out = fpt_req__reply(r, sizeof(*out));
	*out = (struct fpt_statx_out){
		.attr_valid = r->server->valid_sec,
		.attr_valid_nsec = r->server->valid_nsec,
		.mask = sx.stx_mask & (STATX_BASIC_STATS | STATX_BTIME),
		.blksize = sx.stx_blksize,
		.attributes = sx.stx_attributes,
		.nlink = sx.stx_nlink,
		.uid = sx.stx_uid,
		.gid = sx.stx_gid,
		.mode = sx.stx_mode,
		.ino = sx.stx_ino,
		.size = sx.stx_size,
		.blocks = sx.stx_blocks,
		.attributes_mask = sx.stx_attributes_mask,
		.atime = sx_time(&sx.stx_atime),
		.btime = sx_time(&sx.stx_btime),
		.ctime = sx_time(&sx.stx_ctime),
		.mtime = sx_time(&sx.stx_mtime),
		.rdev_major = sx.stx_rdev_major,
		.rdev_minor = sx.stx_rdev_minor,
		.dev_major = sx.stx_dev_major,
		.dev_minor = sx.stx_dev_minor,
	};
	fpt_fault__statx(out, r->node->nodeid, fpt_fault__name_of(r->node, name));
	fpt_req__note(r, " ino %llu mask %x", (unsigned long long)out->ino, out->mask);
	return 0;
}
