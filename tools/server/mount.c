// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mounts and unmounts by mount(2), and explains why it cannot. Speaks no protocol.
 */
#include "mount.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static int open_backing(struct fpt_server *server)
{
	const char *path = server->opts->backing;

	server->backing_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (server->backing_fd < 0) {
		fpt_warn("backing folder %s: %s: name a folder that exists", path, strerror(errno));
		return -1;
	}
	return 0;
}

/* Of the topmost mount at path, or -1. Asks nothing of the file system, which may be dead. */
static long mount_id(const char *path)
{
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	char line[64];
	long id = -1;
	FILE *f;

	if (fd < 0)
		return -1;
	snprintf(line, sizeof(line), "/proc/self/fdinfo/%d", fd);
	f = fopen(line, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "mnt_id: %ld", &id) == 1)
			break;
	if (f)
		fclose(f);
	close(fd);
	return id;
}

static int check_mountpoint(struct fpt_server *server)
{
	const char *path = server->opts->mountpoint;
	char backing[PATH_MAX];
	struct statx sx;
	size_t n;

	server->mountpoint = realpath(path, NULL);
	if (!server->mountpoint || statx(AT_FDCWD, server->mountpoint, 0, STATX_TYPE, &sx)) {
		fpt_warn("mount point %s: %s: %s", path, strerror(errno),
			 errno == ENOTCONN ? "a dead FUSE mount, remove it with umount -l"
					   : "name a folder that exists");
		return -1;
	}
	if (!S_ISDIR(sx.stx_mode)) {
		fpt_warn("mount point %s: not a folder", path);
		return -1;
	}
	if (sx.stx_attributes & STATX_ATTR_MOUNT_ROOT) {
		fpt_warn("mount point %s: busy, something is mounted there: umount it first", path);
		return -1;
	}
	if (!realpath(server->opts->backing, backing))
		return 0;
	n = strlen(backing);
	if (!strncmp(server->mountpoint, backing, n) && server->mountpoint[n] == '/') {
		fpt_warn("mount point %s: inside the backing folder: choose one outside", path);
		return -1;
	}
	return 0;
}

static int open_device(struct fpt_server *server)
{
	const struct fpt_opts *opts = server->opts;

	server->dev_fd = open(opts->dev, O_RDWR | O_CLOEXEC);
	if (server->dev_fd >= 0)
		return 0;
	if (!strcmp(opts->fstype, "fuse"))
		fpt_warn("%s: %s: load the module: modprobe fuse", opts->dev, strerror(errno));
	else
		fpt_warn("%s: %s: load the module: insmod %s.ko", opts->dev, strerror(errno),
			 opts->fstype);
	return -1;
}

static int do_mount(struct fpt_server *server)
{
	const struct fpt_opts *opts = server->opts;
	char data[128];

	snprintf(data, sizeof(data),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions",
		 server->dev_fd);
	if (!mount(opts->backing, server->mountpoint, opts->fstype, 0, data)) {
		server->mnt_id = mount_id(server->mountpoint);
		return 0;
	}
	fpt_warn("mount -t %s on %s: %s: %s", opts->fstype, server->mountpoint, strerror(errno),
		 errno == ENODEV   ? "no such file system type, load the module"
		 : errno == EINVAL ? "is that a FUSE device of that very type?"
		 : errno == EPERM  ? "it takes CAP_SYS_ADMIN"
				   : "see the kernel log");
	return -1;
}

int fpt_mount(struct fpt_server *server)
{
	if (open_backing(server) || check_mountpoint(server) || open_device(server))
		return -1;
	return do_mount(server);
}

bool fpt_unmount(struct fpt_server *server)
{
	/* Unmounted from outside: what is there now is not ours to touch. */
	if (mount_id(server->mountpoint) != server->mnt_id)
		return true;
	if (!umount2(server->mountpoint, UMOUNT_NOFOLLOW))
		return true;
	if (umount2(server->mountpoint, UMOUNT_NOFOLLOW | MNT_DETACH))
		fpt_warn("umount %s: %s: do it by hand, with umount -l", server->mountpoint,
			 strerror(errno));
	return false;
}

int fpt_mount__clone(const struct fpt_server *server)
{
	uint32_t source = (uint32_t)server->dev_fd;
	int fd = open(server->opts->dev, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return server->dev_fd;
	if (ioctl(fd, FUSE_DEV_IOC_CLONE, &source)) {
		close(fd);
		return server->dev_fd;
	}
	return fd;
}
