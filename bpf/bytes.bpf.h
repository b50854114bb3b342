/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What reads and writes move, counted and not told: no events.  These programs
 * are on paths that nothing else hooks, so they follow typed pointers and do the
 * least.  Filters on processes and inodes are not theirs: a reply has neither.
 */
#ifndef FPT_BYTES_BPF_H
#define FPT_BYTES_BPF_H

/* Made by user space: the entry of dev 0. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, FPT_MAX_MOVED);
	__type(key, __u32);
	__type(value, struct fpt_moved);
} moved SEC(".maps");

/* The counts of a mount; NULL for one that is not wanted, and for CUSE, which has none. */
static __always_inline struct fpt_moved *moved_on(__u32 dev)
{
	struct fpt_moved none = {}, *counts;
	__u32 others = 0;

	if (!dev || !dev_wanted(dev))
		return NULL;
	counts = bpf_map_lookup_elem(&moved, &dev);
	if (counts)
		return counts;
	/* Another CPU may have been first. */
	bpf_map_update_elem(&moved, &dev, &none, BPF_NOEXIST);
	counts = bpf_map_lookup_elem(&moved, &dev);
	return counts ?: bpf_map_lookup_elem(&moved, &others);
}

/* A program can be preempted by another on its CPU: hence the atomic add. */
#define COUNT_MOVED(dev, member, bytes) \
	do { \
		__s64 bytes_ = (bytes); \
		struct fpt_moved *counts_ = bytes_ > 0 ? moved_on(dev) : NULL; \
\
		if (counts_) \
			__sync_fetch_and_add(&counts_->member, bytes_); \
	} while (0)

/* (iocb, iter).  One that goes on asynchronously says EIOCBQUEUED, and is counted below. */
EXIT(passthrough_read_exit)
{
	struct kiocb *iocb = (void *)ctx[0];

	COUNT_MOVED(iocb->ki_filp->f_inode->i_sb->s_dev, backing_read, returned(ctx));
	return 0;
}

/* (in, ppos, pipe, len, flags) */
EXIT(passthrough_splice_exit)
{
	struct file *file = (void *)ctx[0];

	COUNT_MOVED(file->f_inode->i_sb->s_dev, backing_read, returned(ctx));
	return 0;
}

/*
 * (file, pos, moved), or (iocb, moved).  The end of every write and splice, also
 * of one that went on asynchronously.
 */
ENTRY(passthrough_write_entry)
{
	__s64 bytes = argument(ctx, config.end_write_moved_arg);

	if (config.end_write_iocb) {
		struct kiocb *iocb = (void *)ctx[0];

		COUNT_MOVED(iocb->ki_filp->f_inode->i_sb->s_dev, backing_written, bytes);
	} else {
		struct file *file = (void *)ctx[0];

		COUNT_MOVED(file->f_inode->i_sb->s_dev, backing_written, bytes);
	}
	return 0;
}

/* Overlayfs does the same, and so may the other fuse. */
static __always_inline bool is_ours(struct super_block *sb)
{
	char type[8] = {};

	if (BPF_CORE_READ(sb, s_magic) != FUSE_SUPER_MAGIC)
		return false;
	bpf_probe_read_kernel_str(type, sizeof(type), BPF_CORE_READ(sb, s_type, name));
	return (type[4] == 'p' && type[5] == 't') == config.target;
}

/* (the backing file's iocb, moved): the end of asynchronous I/O; only writes have an end_write. */
ENTRY(backing_aio_entry)
{
	struct backing_aio *aio = (void *)argument(ctx, 0);
	struct super_block *sb = BPF_CORE_READ(aio, orig_iocb, ki_filp, f_inode, i_sb);

	if (!BPF_CORE_READ(aio, end_write) && is_ours(sb))
		COUNT_MOVED(BPF_CORE_READ(sb, s_dev), backing_read, (__s64)argument(ctx, 1));
	return 0;
}

/* Every request ends here, and once; by then a short READ reply has set the size. */
ENTRY(request_end_entry)
{
	struct FUSE(req) *req = (void *)ctx[0];
	struct FUSE(args) *args = req->args;
	__u32 opcode = args->opcode, size = 0;
	struct FUSE(conn) * fc;

	if ((opcode != FUSE_READ && opcode != FUSE_WRITE) || req->out.h.error)
		return 0;
	if (bpf_core_field_exists(req->fm))
		fc = req->fm->fc;
	else
		fc = req->chan->conn;
	if (opcode == FUSE_READ) {
		COUNT_MOVED(fc->dev, server_read, args->out_args[0].size);
		return 0;
	}
	/* The kernel takes more than it has sent for an error. */
	bpf_probe_read_kernel(&size, sizeof(size), args->out_args[0].value);
	if (size <= args->in_args[1].size)
		COUNT_MOVED(fc->dev, server_written, size);
	return 0;
}

#endif
