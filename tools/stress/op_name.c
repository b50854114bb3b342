// SPDX-License-Identifier: GPL-2.0-only
/* The operations on names, the folder and the kernel's caches. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dirent.h>

#include "stress.h"

const char *fpt_name(unsigned int number, char out[16])
{
	snprintf(out, 16, "f%u", number);
	return out;
}

static int64_t result(int ret)
{
	return ret < 0 ? -errno : ret;
}

int64_t fpt_op_truncate(struct fpt_worker *w, const struct fpt_step *s)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/f%u", w->run->opts.dir, s->name);
	return result(truncate(path, s->offset));
}

int64_t fpt_op_rename(struct fpt_worker *w, const struct fpt_step *s)
{
	char from[16], to[16];
	int dir = w->run->dir_fd;

	return result(renameat(dir, fpt_name(s->name, from), dir, fpt_name(s->other, to)));
}

int64_t fpt_op_unlink(struct fpt_worker *w, const struct fpt_step *s)
{
	char name[16];

	return result(unlinkat(w->run->dir_fd, fpt_name(s->name, name), 0));
}

int64_t fpt_op_link(struct fpt_worker *w, const struct fpt_step *s)
{
	char from[16], to[16];
	int dir = w->run->dir_fd;

	return result(linkat(dir, fpt_name(s->name, from), dir, fpt_name(s->other, to), 0));
}

int64_t fpt_op_stat(struct fpt_worker *w, const struct fpt_step *s)
{
	struct stat st;
	char name[16];

	return result(fstatat(w->run->dir_fd, fpt_name(s->name, name), &st, 0));
}

int64_t fpt_op_readdir(struct fpt_worker *w, const struct fpt_step *s)
{
	int fd = openat(w->run->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int64_t n;

	(void)s;
	if (fd < 0)
		return -errno;
	while ((n = result((int)getdents64(fd, w->buffer, FPT_BUFFER))) > 0)
		;
	close(fd);
	return n;
}

int64_t fpt_op_drop(struct fpt_worker *w, const struct fpt_step *s)
{
	if (w->run->drop_fd < 0)
		return 0;
	return result((int)pwrite(w->run->drop_fd, s->bits & 1 ? "2" : "3", 1, 0));
}
