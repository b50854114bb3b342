/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The backing folder, the device, and the mount.
 */
#ifndef FPT_SERVER_MOUNT_H
#define FPT_SERVER_MOUNT_H

#include "req.h"

/* Opens folder and device and mounts. Returns 0, or -1 after a message, with nothing mounted. */
int fpt_mount(struct fpt_server *server);
/*
 * Unmounts, if the mount is still there and ours. Returns false when it was busy and is only
 * detached: its users keep the connection until the device is closed.
 */
bool fpt_unmount(struct fpt_server *server);
/* Another descriptor of the same connection; the first one, where the device cannot clone. */
int fpt_mount__clone(const struct fpt_server *server);

#endif
