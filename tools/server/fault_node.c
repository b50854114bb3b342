// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in which file a node is, and in which node a file: one function per fault and hook, each
 * named after the fault's id.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "fault.h"
#include "log.h"

/* More files than that are not made in search of a number. */
#define MAX_FILES 1000000
/* The kernel may let go of a file shortly after the server did. */
#define TRIES 100
#define TRY_US 10000

/* A tmpfs that is mounted nowhere; it goes with the last descriptor of it. */
static int new_tmpfs(void)
{
	int fs = fsopen("tmpfs", FSOPEN_CLOEXEC), dir = -1;

	if (fs < 0)
		return -1;
	if (!fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		dir = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	close(fs);
	return dir;
}

/* A tmpfs numbers its files one by one. Returns a descriptor of the file with that number, or -1.
 */
static int new_file(int dir, ino_t ino)
{
	struct stat st = { 0 };
	int fd = -1;

	for (int i = 0; i < MAX_FILES && st.st_ino < ino; i++) {
		if (fd >= 0)
			close(fd);
		fd = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (fd < 0 || fstat(fd, &st))
			break;
	}
	if (fd >= 0 && st.st_ino != ino) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int fpt_f6_backing(struct fpt_fault *f, const struct fpt_node *node)
{
	int dir, fd;

	if (!strcmp(f->value, "later") && !node->registrations)
		return -1;
	dir = new_tmpfs();
	if (dir < 0) {
		fpt_log("= no tmpfs for another device: errno %d", errno);
		return -1;
	}
	fd = new_file(dir, node->ino);
	fpt_log("= another device's file with ino %llu: fd %d", (unsigned long long)node->ino, fd);
	close(dir);
	return fd;
}

/* The first node lends its nodeid to the later ones. Returns whether this one got it. */
static bool borrow(struct fpt_fault *f, struct fpt_node *node, bool other_type)
{
	unsigned long lender = 0;

	if (atomic_compare_exchange_strong(&f->count, &lender, node->nodeid))
		return false;
	return fpt_node__take_over(node, lender, other_type);
}

void fpt_f11_node(struct fpt_fault *f, struct fpt_node *node)
{
	if (borrow(f, node, false))
		node->generation ^= 1;
}

void fpt_f12_node(struct fpt_fault *f, struct fpt_node *node)
{
	borrow(f, node, false);
}

void fpt_f13_node(struct fpt_fault *f, struct fpt_node *node)
{
	borrow(f, node, true);
}

/* A new file at the path, with the number that just became free. Returns a descriptor or -1. */
static int recreate(const char *path, ino_t ino)
{
	struct stat st;
	int fd = -1;

	for (int i = 0; i < TRIES; i++) {
		fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0644);
		if (fd < 0 || fstat(fd, &st) || st.st_ino == ino || i == TRIES - 1)
			break;
		close(fd);
		unlink(path);
		usleep(TRY_US);
	}
	if (fd >= 0)
		fpt_log("= ino %llu was made anew as ino %llu", (unsigned long long)ino,
			(unsigned long long)st.st_ino);
	return fd;
}

/* The descriptor that holds the number is exchanged in its place, for others may be using it. */
void fpt_f41_closed(struct fpt_fault *f, struct fpt_node *node)
{
	char path[PATH_MAX], proc[FPT_PROC_PATH];
	ssize_t n = readlink(fpt_node__path(node, proc), path, sizeof(path) - 1);
	int root = open("/", O_PATH | O_CLOEXEC), made, fd = -1;

	(void)f;
	if (n < 0 || root < 0)
		goto out;
	path[n] = '\0';
	if (unlink(path))
		goto out;
	dup3(root, node->fd, O_CLOEXEC);
	made = recreate(path, node->ino);
	if (made >= 0)
		close(made);
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		dup3(fd, node->fd, O_CLOEXEC);
out:
	if (fd >= 0)
		close(fd);
	if (root >= 0)
		close(root);
}
