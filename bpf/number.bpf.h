/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on inode numbers and lifetimes: lookup, readdirplus, attributes,
 * forget and evict.
 */
#ifndef FPT_NUMBER_BPF_H
#define FPT_NUMBER_BPF_H

/* (sb, parent nodeid, name, entry_out, inode) */
EXIT(lookup_name_exit)
{
	struct super_block *sb = (void *)argument(ctx, 0);
	const struct qstr *name = (void *)argument(ctx, 2);
	struct FUSE(mount) *fm = BPF_CORE_READ(sb, s_fs_info);
	struct fpt_uapi_entry_out out = {};
	__u32 dev = BPF_CORE_READ(sb, s_dev);
	__s32 ret = (__s32)returned(ctx);

	bpf_probe_read_kernel(&out, sizeof(out), (void *)argument(ctx, 3));
	if (!dev_wanted(dev) || !ino_wanted(out.nodeid, out.attr.ino) || !task_wanted())
		return 0;
	EVENT_BEGIN(LOOKUP, lookup);
	if (!e)
		return 0;
	e->conn = key_of(BPF_CORE_READ(fm, fc));
	e->dev = dev;
	e->parent = argument(ctx, 1);
	e->ret = ret;
	if (!ret) {
		e->nodeid = out.nodeid;
		e->generation = out.generation;
		e->attr_ino = out.attr.ino;
		e->attr_mode = out.attr.mode;
	}
	bpf_probe_read_kernel_str(e->name, sizeof(e->name), BPF_CORE_READ(name, name));
	event_end(e);
	return 0;
}

ENTRY(readdir_entry)
{
	struct file *file = (void *)argument(ctx, 0);

	frame_push(FRAME_READDIR, file);
	return 0;
}

EXIT(readdir_exit)
{
	frame_pop(FRAME_READDIR, (void *)argument(ctx, 0));
	return 0;
}

/*
 * Inside a READDIRPLUS the attributes lie in a fuse_direntplus, so its entry
 * and dirent are at fixed distances.  Equal nodeids prove that they do.
 */
static __always_inline void readdirplus_entry(struct file *dir, struct inode *inode,
					      const struct fpt_uapi_attr *attr)
{
	const struct fpt_uapi_entry_out *out = (void *)attr - FUSE_ENTRY_OUT_ATTR_OFFSET;
	const struct fpt_uapi_dirent *dirent = (void *)out + FUSE_READDIRPLUS_DIRENT_OFFSET;
	struct FUSE(inode) *parent = (void *)BPF_CORE_READ(dir, f_inode);
	__u64 nodeid = 0;
	__u32 length = 0;

	bpf_probe_read_kernel(&nodeid, sizeof(nodeid), &out->nodeid);
	if (nodeid != BPF_CORE_READ((struct FUSE(inode) *)inode, nodeid))
		return;
	EVENT_BEGIN(READDIRPLUS, readdirplus);
	if (!e)
		return;
	read_id((struct fpt_id *)&e->inode, inode);
	e->parent = BPF_CORE_READ(parent, nodeid);
	bpf_probe_read_kernel(&e->attr_ino, sizeof(e->attr_ino), &attr->ino);
	bpf_probe_read_kernel(&e->dirent_ino, sizeof(e->dirent_ino), &dirent->ino);
	bpf_probe_read_kernel(&length, sizeof(length), &dirent->namelen);
	if (length > sizeof(e->name) - 1)
		length = sizeof(e->name) - 1;
	bpf_probe_read_kernel(e->name, length, dirent->name);
	event_end(e);
}

/* Runs with fi->lock held: what it reads of the inode is exact. */
ENTRY(change_attributes_entry)
{
	struct inode *inode = (void *)argument(ctx, 0);
	const struct fpt_uapi_attr *attr = (void *)argument(ctx, 1);
	__u64 old_ino = BPF_CORE_READ(inode, i_ino), new_ino = 0;
	struct FUSE(inode) *fi = (void *)inode;
	struct frame *readdir = frame_inside(FRAME_READDIR);

	bpf_probe_read_kernel(&new_ino, sizeof(new_ino), &attr->ino);
	if (config.ino && !ino_wanted(BPF_CORE_READ(fi, nodeid), old_ino) && new_ino != config.ino)
		return 0;
	if (!dev_wanted(BPF_CORE_READ(inode, i_sb, s_dev)) || !task_wanted())
		return 0;
	if (readdir)
		readdirplus_entry((struct file *)readdir->key, inode, attr);
	if (old_ino == new_ino)
		return 0;
	EVENT_BEGIN(ATTR, attr);
	if (!e)
		return 0;
	read_id((struct fpt_id *)&e->inode, inode);
	read_state((struct fpt_state *)&e->before_ctr, inode);
	e->attr_ino = new_ino;
	read_backing((struct fpt_backing *)&e->backing, BPF_CORE_READ(fi, fb));
	event_end(e);
	return 0;
}

/* (conn, link, nodeid, nlookup); since 7.3 the channel comes first. */
ENTRY(forget_entry)
{
	struct FUSE(conn) *fc = (void *)argument(ctx, 0);
	struct FUSE(chan) *chan = (void *)fc;
	__u32 dev;

	if (config.forget_by_chan)
		fc = BPF_CORE_READ(chan, conn);
	dev = BPF_CORE_READ(fc, dev);

	if (!dev_wanted(dev) || (config.ino && argument(ctx, 2) != config.ino))
		return 0;
	EVENT_BEGIN(FORGET, forget);
	if (!e)
		return 0;
	e->conn = key_of(fc);
	e->dev = dev;
	e->nodeid = argument(ctx, 2);
	e->nlookup = argument(ctx, 3);
	event_end(e);
	return 0;
}

ENTRY(evict_entry)
{
	struct inode *inode = (void *)argument(ctx, 0);

	if (!inode_wanted(inode))
		return 0;
	EVENT_BEGIN(EVICT, evict);
	if (!e)
		return 0;
	read_id((struct fpt_id *)&e->inode, inode);
	read_state((struct fpt_state *)&e->before_ctr, inode);
	e->nlookup = BPF_CORE_READ((struct FUSE(inode) *)inode, nlookup);
	event_end(e);
	return 0;
}

/* Keeps what a GETATTR or STATX reply inside fuse_update_get_attr() told. */
EXIT(request_exit)
{
	struct FUSE(args) *args = (void *)argument(ctx, config.request_args_arg);
	struct frame *f = frame_inside(FRAME_GETATTR);
	__u32 opcode;
	void *out;

	if (!f)
		return 0;
	opcode = BPF_CORE_READ(args, opcode);
	out = BPF_CORE_READ(args, out_args[0].value);
	if (opcode == 3) { /* FUSE_GETATTR */
		struct fpt_uapi_attr_out *reply = out;

		bpf_probe_read_kernel(&f->requested, sizeof(__u64), &reply->attr.ino);
		f->open_flags = 1;
	} else if (opcode == 52) { /* FUSE_STATX */
		struct fpt_uapi_statx_out *reply = out;

		bpf_probe_read_kernel(&f->requested, sizeof(__u64), &reply->ino);
		f->open_flags = 1;
	}
	return 0;
}

/* (idmap, inode, file, kstat, mask, flags) */
ENTRY(getattr_entry)
{
	struct inode *inode = (void *)argument(ctx, 1);
	struct FUSE(inode) *fi = (void *)inode;
	struct frame *f = frame_push(FRAME_GETATTR, inode);

	if (f) {
		f->before.attr_version = BPF_CORE_READ(fi, attr_version);
		f->offered = BPF_CORE_READ(fi, orig_ino);
	}
	return 0;
}

/*
 * Told only when the number differs from the reply's, or without a request from
 * the inode's: stat(2) is far too frequent to tell each.
 */
EXIT(getattr_exit)
{
	struct inode *inode = (void *)argument(ctx, 1);
	struct FUSE(inode) *fi = (void *)inode;
	struct kstat *stat = (void *)argument(ctx, 3);
	struct frame *f = frame_pop(FRAME_GETATTR, inode);
	__s32 ret = (__s32)returned(ctx);
	__u64 ino;

	if (!f || ret || !stat)
		return 0;
	ino = BPF_CORE_READ(stat, ino);
	if (ino == (f->open_flags ? f->requested : f->offered) || !wanted(inode))
		return 0;
	/* Without a request the inode's number must have stood still meanwhile. */
	if (!f->open_flags && f->before.attr_version != BPF_CORE_READ(fi, attr_version))
		return 0;
	EVENT_BEGIN(GETATTR, getattr);
	if (!e)
		return 0;
	read_id((struct fpt_id *)&e->inode, inode);
	e->stat_ino = ino;
	e->told_ino = f->open_flags ? f->requested : f->offered;
	e->asked = f->open_flags;
	e->ret = ret;
	event_end(e);
	return 0;
}

#endif
