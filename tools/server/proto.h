/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of the FUSE protocol younger than Debian 12's <linux/fuse.h> (7.38): numbers and
 * layouts. The structs have names of their own, so that a newer system header does no harm.
 */
#ifndef FPT_SERVER_PROTO_H
#define FPT_SERVER_PROTO_H

#include <linux/fuse.h>
#include <stdint.h>
#include <sys/ioctl.h>

/* The newest minor whose layouts this server knows. */
#define FPT_PROTO_MINOR 41

#define FPT_OP_STATX 52

#ifndef FUSE_CREATE_SUPP_GROUP
#define FUSE_CREATE_SUPP_GROUP (1ULL << 34)
#endif
#ifndef FUSE_DIRECT_IO_ALLOW_MMAP
#define FUSE_DIRECT_IO_ALLOW_MMAP (1ULL << 36)
#endif
#ifndef FUSE_PASSTHROUGH
#define FUSE_PASSTHROUGH (1ULL << 37)
#endif

#ifndef FOPEN_STREAM
#define FOPEN_STREAM (1 << 4)
#endif
#ifndef FOPEN_NOFLUSH
#define FOPEN_NOFLUSH (1 << 5)
#endif
#ifndef FOPEN_PARALLEL_DIRECT_WRITES
#define FOPEN_PARALLEL_DIRECT_WRITES (1 << 6)
#endif
#ifndef FOPEN_PASSTHROUGH
#define FOPEN_PASSTHROUGH (1 << 7)
#endif

struct fpt_init_out {
	uint32_t major;
	uint32_t minor;
	uint32_t max_readahead;
	uint32_t flags;
	uint16_t max_background;
	uint16_t congestion_threshold;
	uint32_t max_write;
	uint32_t time_gran;
	uint16_t max_pages;
	uint16_t map_alignment;
	uint32_t flags2;
	uint32_t max_stack_depth;
	uint32_t unused[6];
};
_Static_assert(sizeof(struct fpt_init_out) == 64, "protocol layout");

struct fpt_open_out {
	uint64_t fh;
	uint32_t open_flags;
	int32_t backing_id;
};
_Static_assert(sizeof(struct fpt_open_out) == 16, "protocol layout");

struct fpt_backing_map {
	int32_t fd;
	uint32_t flags;
	uint64_t padding;
};
_Static_assert(sizeof(struct fpt_backing_map) == 16, "protocol layout");

#define FPT_IOC_BACKING_OPEN _IOW(FUSE_DEV_IOC_MAGIC, 1, struct fpt_backing_map)
#define FPT_IOC_BACKING_CLOSE _IOW(FUSE_DEV_IOC_MAGIC, 2, uint32_t)

struct fpt_sx_time {
	int64_t sec;
	uint32_t nsec;
	int32_t reserved;
};

struct fpt_statx_in {
	uint32_t getattr_flags;
	uint32_t reserved;
	uint64_t fh;
	uint32_t sx_flags;
	uint32_t sx_mask;
};

struct fpt_statx_out {
	uint64_t attr_valid;
	uint32_t attr_valid_nsec;
	uint32_t flags;
	uint64_t spare[2];
	uint32_t mask;
	uint32_t blksize;
	uint64_t attributes;
	uint32_t nlink;
	uint32_t uid;
	uint32_t gid;
	uint16_t mode;
	uint16_t spare0;
	uint64_t ino;
	uint64_t size;
	uint64_t blocks;
	uint64_t attributes_mask;
	struct fpt_sx_time atime;
	struct fpt_sx_time btime;
	struct fpt_sx_time ctime;
	struct fpt_sx_time mtime;
	uint32_t rdev_major;
	uint32_t rdev_minor;
	uint32_t dev_major;
	uint32_t dev_minor;
	uint64_t spare2[14];
};
_Static_assert(sizeof(struct fpt_statx_out) == 288, "protocol layout");

#endif
