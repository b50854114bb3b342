// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two ioctls and the count of a node's id. The kernel opens the backing file anew for each
 * open, with the caller's flags and the server's credentials, and uses the registered file for
 * its path alone: so a read-only descriptor serves writers too, and does not make the file
 * busy for execve(2) as a writable one would.
 */
#include "backing.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fault.h"
#include "log.h"

static int32_t do_register(struct fpt_server *server, int fd, uint64_t padding)
{
	struct fpt_backing_map map = { .fd = fd, .padding = padding };
	int32_t id = ioctl(server->dev_fd, FPT_IOC_BACKING_OPEN, &map);

	if (id < 0)
		id = -errno;
	else if (id == 0)
		id = -EPROTO;
	fpt_log("= BACKING_OPEN fd %d: %d", fd, id);
	return id;
}

int32_t fpt_backing__register(struct fpt_server *server, int fd)
{
	return do_register(server, fd, 0);
}

int fpt_backing__unregister(struct fpt_server *server, int32_t id)
{
	int err = 0;
	uint32_t arg = (uint32_t)id;

	if (fpt_fault__leaks_ids())
		return 0;
	if (ioctl(server->dev_fd, FPT_IOC_BACKING_CLOSE, &arg) < 0)
		err = -errno;
	fpt_log("= BACKING_CLOSE %d: %d", id, err);
	return err;
}

int32_t fpt_backing__register_node(struct fpt_server *server, const struct fpt_node *node,
				   uint64_t padding)
{
	int fd = fpt_node__open(node, O_RDONLY | O_NONBLOCK);
	int32_t id;

	if (fd < 0)
		return fd;
	id = do_register(server, fd, padding);
	close(fd);
	return id;
}

int32_t fpt_backing__register_other(struct fpt_server *server)
{
	int fd = openat(server->backing_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	int32_t id;

	if (fd < 0)
		fd = memfd_create("other", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	id = fpt_backing__register(server, fd);
	close(fd);
	return id;
}

/* A fault may name another file than the node's. */
static int32_t register_first(struct fpt_server *server, struct fpt_node *node)
{
	int fd = fpt_fault__backing(node);
	int32_t id;

	node->registrations++;
	if (fd < 0)
		return fpt_backing__register_node(server, node, 0);
	id = fpt_backing__register(server, fd);
	close(fd);
	return id;
}

int fpt_backing__get(struct fpt_server *server, struct fpt_node *node)
{
	int32_t id;

	if (!(server->init.requested & FUSE_PASSTHROUGH))
		return -EPERM;
	if (!node->backing_refs) {
		id = register_first(server, node);
		if (id < 0)
			return id;
		node->backing_id = id;
	}
	node->backing_refs++;
	return 0;
}

void fpt_backing__put(struct fpt_server *server, struct fpt_node *node)
{
	if (--node->backing_refs)
		return;
	if (!node->backing_stale)
		fpt_backing__unregister(server, node->backing_id);
	node->backing_id = 0;
	node->backing_stale = false;
}
