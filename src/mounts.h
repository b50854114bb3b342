/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which mount a device number belongs to: read from the machine when live, from
 * the log's own records when not.
 */
#ifndef FPT_MOUNTS_H
#define FPT_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fpt_mount {
	uint32_t dev; /* as the kernel has it: major << 20 | minor */
	char fstype[16];
	char path[256]; /* where; cut if it is longer */
};

#define FPT_MOUNT_WORDS 300 /* of its path, as it is shown */

struct fpt_mounts {
	struct fpt_mount *mount;
	size_t count;
};

#define FPT_MOUNTINFO "/proc/self/mountinfo"

/* Reads a file as FPT_MOUNTINFO.  0, or -errno with what was known kept. */
int fpt_mounts__read(struct fpt_mounts *mounts, const char *path);

/* The latest, as device numbers are used again; NULL if there is none. */
const struct fpt_mount *fpt_mounts__by_dev(const struct fpt_mounts *mounts, uint32_t dev);
const struct fpt_mount *fpt_mounts__by_path(const struct fpt_mounts *mounts, const char *path);

/* Adds one, or makes it the latest if it is there (one dev can be at many paths); -ENOMEM. */
int fpt_mounts__add(struct fpt_mounts *mounts, const struct fpt_mount *mount);

/* Whether a mount's type is one of fuse's: fuse, fuseblk, fusept, fuse.NAME... */
bool fpt_mount__is_fuse(const struct fpt_mount *mount);

void fpt_mounts__free(struct fpt_mounts *mounts);

#endif
