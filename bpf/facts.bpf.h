/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads facts off kernel objects into event fields.  Judges nothing; takes no
 * lock: what a racing reader may see is for the checker to weigh.
 */
#ifndef FPT_FACTS_BPF_H
#define FPT_FACTS_BPF_H

/* Logs are shared in bug reports: they must not give kernel addresses away. */
static __always_inline __u64 key_of(const void *object)
{
	return object ? (__u64)object ^ config.secret : 0;
}

static __always_inline struct FUSE(conn) * conn_of(struct inode *inode)
{
	struct FUSE(mount) *fm = BPF_CORE_READ(inode, i_sb, s_fs_info);

	return BPF_CORE_READ(fm, fc);
}

static __always_inline __u32 conn_flags(struct FUSE(conn) * fc)
{
	__u32 flags = 0;

	if (BPF_CORE_READ_BITFIELD_PROBED(fc, passthrough))
		flags |= FPT_CONN_PASSTHROUGH;
	if (BPF_CORE_READ_BITFIELD_PROBED(fc, writeback_cache))
		flags |= FPT_CONN_WRITEBACK;
	if (BPF_CORE_READ_BITFIELD_PROBED(fc, no_open))
		flags |= FPT_CONN_NO_OPEN;
	if (bpf_core_field_exists(fc->passthrough_ino)) {
		flags |= FPT_CONN_KNOWS_INO;
		if (BPF_CORE_READ_BITFIELD_PROBED(fc, passthrough_ino))
			flags |= FPT_CONN_PASSTHROUGH_INO;
	}
	return flags;
}

static __always_inline void read_id(struct fpt_id *id, struct inode *inode)
{
	struct FUSE(conn) *fc = conn_of(inode);

	id->inode = key_of(inode);
	id->conn = key_of(fc);
	id->nodeid = BPF_CORE_READ((struct FUSE(inode) *)inode, nodeid);
	id->generation = BPF_CORE_READ(inode, i_generation);
	id->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	id->conn_flags = conn_flags(fc);
	id->mode = BPF_CORE_READ(inode, i_mode);
}

static __always_inline bool is_regular(struct inode *inode)
{
	return (BPF_CORE_READ(inode, i_mode) & S_IFMT) == S_IFREG;
}

/* fuse_inode's counter shares a union with the readdir cache of directories. */
static __always_inline void read_state(struct fpt_state *state, struct inode *inode)
{
	struct FUSE(inode) *fi = (void *)inode;
	unsigned long bits = BPF_CORE_READ(fi, state);
	__u32 flags;

	state->bits = FPT_BIT_READ;
	state->attr_version = BPF_CORE_READ(fi, attr_version);
	state->ino = BPF_CORE_READ(inode, i_ino);
	if (is_regular(inode))
		state->ctr = BPF_CORE_READ(fi, iocachectr);
	state->fb = key_of(BPF_CORE_READ(fi, fb));
	if (bits & (1UL << config.cache_io_bit))
		state->bits |= FPT_BIT_CACHE_IO;
	if (bits & (1UL << config.bad_bit))
		state->bits |= FPT_BIT_BAD;
	flags = BPF_CORE_READ(inode, i_flags);
	if (flags & S_DAX)
		state->bits |= FPT_BIT_DAX;
	if (flags & S_AUTOMOUNT)
		state->bits |= FPT_BIT_AUTOMOUNT;
}

/* Of a file registered as backing file. */
static __always_inline void read_backing_file(struct fpt_backing *backing, struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	backing->backing_ino = BPF_CORE_READ(inode, i_ino);
	backing->backing_dev = BPF_CORE_READ(inode, i_sb, s_dev);
	backing->backing_generation = BPF_CORE_READ(inode, i_generation);
	backing->backing_magic = BPF_CORE_READ(inode, i_sb, s_magic);
}

/* Only while somebody holds a reference to fb: it is freed by RCU. */
static __always_inline void read_backing(struct fpt_backing *backing, struct FUSE(backing) * fb)
{
	backing->backing = key_of(fb);
	if (fb)
		read_backing_file(backing, BPF_CORE_READ(fb, file));
}

static __always_inline void read_name(char name[64], struct dentry *dentry)
{
	bpf_probe_read_kernel_str(name, 64, BPF_CORE_READ(dentry, d_name.name));
}

#endif
