// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directory handles. A handle keeps what getdents64 returned and serves it from there until the
 * kernel asks for another offset.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attr.h"
#include "fault.h"

struct dir {
	int fd;
	pthread_mutex_t lock; /* of what follows, and of the descriptor's position */
	uint64_t offset; /* of the next entry in buf */
	size_t at;
	size_t len;
	char buf[32768];
};

static struct dir *dir_of(uint64_t fh)
{
	return (struct dir *)(uintptr_t)fh;
}

int fpt_op_opendir(struct fpt_req *r)
{
	struct dir *dir = calloc(1, sizeof(*dir));
	struct fpt_open_out *out;

	if (!dir)
		return -ENOMEM;
	dir->fd = fpt_node__open(r->node, O_RDONLY | O_DIRECTORY);
	if (dir->fd < 0) {
		int err = dir->fd;

		free(dir);
		return err;
	}
	pthread_mutex_init(&dir->lock, NULL);
	out = fpt_req__reply(r, sizeof(*out));
	out->fh = (uintptr_t)dir;
	return 0;
}

int fpt_op_releasedir(struct fpt_req *r)
{
	const struct fuse_release_in *in = r->arg;
	struct dir *dir = dir_of(in->fh);

	close(dir->fd);
	pthread_mutex_destroy(&dir->lock);
	free(dir);
	return 0;
}

int fpt_op_fsyncdir(struct fpt_req *r)
{
	const struct fuse_fsync_in *in = r->arg;
	int fd = dir_of(in->fh)->fd;

	return (in->fsync_flags & FUSE_FSYNC_FDATASYNC ? fdatasync(fd) : fsync(fd)) ? -errno : 0;
}

/* Goes to offset. Returns 0 or -errno. */
static int seek(struct dir *dir, uint64_t offset)
{
	if (offset == dir->offset)
		return 0;
	dir->at = 0;
	dir->len = 0;
	if (lseek(dir->fd, (off_t)offset, SEEK_SET) < 0)
		return -errno;
	dir->offset = offset;
	return 0;
}

/* The entry at the current offset: 1 and *entry, 0 at the end, or -errno. */
static int peek(struct dir *dir, struct dirent64 **entry)
{
	if (dir->at == dir->len) {
		ssize_t n = getdents64(dir->fd, dir->buf, sizeof(dir->buf));

		if (n <= 0)
			return n < 0 ? -errno : 0;
		dir->at = 0;
		dir->len = (size_t)n;
	}
	*entry = (struct dirent64 *)(dir->buf + dir->at);
	return 1;
}

static void next(struct dir *dir, const struct dirent64 *entry)
{
	dir->at += entry->d_reclen;
	dir->offset = (uint64_t)entry->d_off;
}

static bool is_dot(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static void fill_dirent(struct fuse_dirent *to, const struct dirent64 *entry, uint64_t ino,
			size_t namelen)
{
	to->ino = ino;
	to->off = (uint64_t)entry->d_off;
	to->namelen = (uint32_t)namelen;
	to->type = entry->d_type;
	memcpy(to->name, entry->d_name, namelen);
}

/*
 * The lookup inside a READDIRPLUS entry. "." and ".." take none, for the kernel makes no node
 * of them; a name that has gone meanwhile is given as a bare entry. Returns st_ino.
 */
static uint64_t fill_entry(struct fpt_req *r, struct fuse_entry_out *out,
			   const struct dirent64 *entry, uint64_t *nodeid)
{
	struct fpt_node *node;
	struct stat st;

	if (is_dot(entry->d_name) || fpt_node__lookup(r->node, entry->d_name, &node, &st)) {
		out->attr.ino = entry->d_ino;
		out->attr.mode = DTTOIF(entry->d_type);
		return entry->d_ino;
	}
	fpt_attr__entry(r, out, node, entry->d_name, &st);
	*nodeid = node->nodeid;
	fpt_node__put(node);
	return st.st_ino;
}

static int read_entries(struct fpt_req *r, const struct fuse_read_in *in, bool plus)
{
	size_t head = plus ? FUSE_NAME_OFFSET_DIRENTPLUS : FUSE_NAME_OFFSET;
	size_t room = in->size < FPT_MAX_WRITE ? in->size : FPT_MAX_WRITE;
	struct dir *dir = dir_of(in->fh);
	struct dirent64 *entry = NULL;
	unsigned int count = 0;
	int err = seek(dir, in->offset);

	r->out_len = 0;
	while (!err && (err = peek(dir, &entry)) > 0) {
		size_t namelen = strlen(entry->d_name);
		size_t size = FUSE_REC_ALIGN(head + namelen);
		char *at = (char *)r->out + r->out_len;
		uint64_t ino = entry->d_ino, nodeid = 0;
		struct fuse_dirent *to = (struct fuse_dirent *)at;

		if (r->out_len + size > room)
			break;
		memset(at, 0, size);
		if (plus) {
			struct fuse_direntplus *both = (struct fuse_direntplus *)at;

			ino = fill_entry(r, &both->entry_out, entry, &nodeid);
			to = &both->dirent;
		}
		ino = fpt_fault__ino(ino, nodeid, entry->d_name, r->in->opcode, true);
		fill_dirent(to, entry, ino, namelen);
		r->out_len += size;
		count++;
		next(dir, entry);
		err = 0;
	}
	fpt_req__note(r, " entries %u", count);
	return count ? 0 : err < 0 ? err : 0;
}

static int do_readdir(struct fpt_req *r, bool plus)
{
	const struct fuse_read_in *in = r->arg;
	struct dir *dir = dir_of(in->fh);
	int err;

	pthread_mutex_lock(&dir->lock);
	err = read_entries(r, in, plus);
	pthread_mutex_unlock(&dir->lock);
	return err;
}

int fpt_op_readdir(struct fpt_req *r)
{
	return do_readdir(r, false);
}

int fpt_op_readdirplus(struct fpt_req *r)
{
	return do_readdir(r, true);
}
