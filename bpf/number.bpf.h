/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on inode numbers: what lookups and attributes tell, what the inode
 * has, and what stat(2) shows.
 */
#ifndef FPT_NUMBER_BPF_H
#define FPT_NUMBER_BPF_H

/* (sb, parent nodeid, name, entry_out, inode) */
EXIT(lookup_name_exit)
{
	struct super_block *sb = (void *)argument(ctx, 0);
	const struct qstr *name = (void *)argument(ctx, 2);
	struct FUSE(mount) *fm = BPF_CORE_READ(sb, s_fs_info);
	struct entry_reply *reply = last_reply(0);
	struct fpt_uapi_entry_out out = {};
	__u32 dev = BPF_CORE_READ(sb, s_dev);
	__s32 ret = (__s32)returned(ctx);

	/* A reply that was not taken is nobody's any more. */
	if (reply)
		reply->state = ENTRY_NONE;
	bpf_probe_read_kernel(&out, sizeof(out), (void *)argument(ctx, 3));
	if (!dev_wanted(dev) || !ino_wanted(out.nodeid, out.attr.ino) || !task_wanted())
		return 0;
	EVENT_BEGIN_RESULT(LOOKUP, lookup, ret);
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

/* Runs with fi->lock held: what it reads of the inode is exact. */
ENTRY(change_attributes_entry)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct FUSE(inode) *fi = (void *)inode;
	__u64 old_ino = BPF_CORE_READ(inode, i_ino);
	struct fpt_uapi_attr attr = {};
	struct told_node told = {};

	bpf_probe_read_kernel(&attr, sizeof(attr), (void *)argument(ctx, 1));
	if (config.ino && !ino_wanted(BPF_CORE_READ(fi, nodeid), old_ino) && attr.ino != config.ino)
		return 0;
	if (!dev_wanted(BPF_CORE_READ(inode, i_sb, s_dev)) || !task_wanted())
		return 0;
	compare_number(ctx, inode);
	if ((BPF_CORE_READ(inode, i_mode) ^ attr.mode) & S_IFMT) {
		told.nodeid = BPF_CORE_READ(fi, nodeid);
		told.generation = BPF_CORE_READ(inode, i_generation);
		told.mode = attr.mode;
		tell_identity(ctx, inode, &told);
	}
	/* The first reply is told whatever its number: the inode's life begins here. */
	if (old_ino == attr.ino && BPF_CORE_READ(fi, attr_version))
		return 0;
	EVENT_BEGIN(ATTR, attr);
	if (!e)
		return 0;
	read_id((struct fpt_id *)&e->inode, inode);
	read_state((struct fpt_state *)&e->before_ctr, inode);
	e->attr_ino = attr.ino;
	read_backing((struct fpt_backing *)&e->backing, BPF_CORE_READ(fi, fb));
	event_end(e);
	return 0;
}

/* Keeps what a GETATTR or STATX reply inside fuse_update_get_attr() told. */
static __always_inline void attr_replied(struct FUSE(args) * args, __u32 opcode)
{
	struct frame *f = frame_inside(FRAME_GETATTR);
	void *out = BPF_CORE_READ(args, out_args[0].value);
	struct fpt_uapi_attr_out *getattr = out;
	struct fpt_uapi_statx_out *statx = out;

	if (!f)
		return;
	f->open_flags = opcode;
	bpf_probe_read_kernel(&f->requested, sizeof(__u64),
			      opcode == FUSE_GETATTR ? &getattr->attr.ino : &statx->ino);
}

EXIT(request_exit)
{
	struct FUSE(args) *args = (void *)argument(ctx, config.request_args_arg);
	__u32 opcode = BPF_CORE_READ(args, opcode);

	if (opcode == FUSE_GETATTR || opcode == FUSE_STATX)
		attr_replied(args, opcode);
	else if (opcode < 64 && 1ULL << opcode & ENTRY_OPCODES)
		entry_replied(args, opcode, (__s32)returned(ctx));
	else if (opcode == FUSE_FORGET)
		forgot_entry(ctx, args);
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
 * the inode's: stat(2) is far too frequent to tell each.  And when the reply's is
 * not the inode's, and was not taken for it either.
 */
EXIT(getattr_exit)
{
	struct inode *inode = (void *)argument(ctx, 1);
	struct FUSE(inode) *fi = (void *)inode;
	struct kstat *stat = (void *)argument(ctx, 3);
	struct frame *f = frame_pop(FRAME_GETATTR, inode);
	__s32 ret = (__s32)returned(ctx);
	__u64 ino, told;
	bool still;

	if (!f || ret || !stat)
		return 0;
	ino = BPF_CORE_READ(stat, ino);
	told = f->open_flags ? f->requested : f->offered;
	if ((ino == told && ino == f->offered) || !wanted(inode))
		return 0;
	still = f->before.attr_version == BPF_CORE_READ(fi, attr_version);
	if (f->open_flags && still && told != f->offered)
		tell_number(ctx, inode, told, f->open_flags);
	/*
	 * Without a request the inode's number must have stood still meanwhile.  A
	 * reply may have raised attr_version before the entry, and changed it after.
	 */
	if (ino == told || (!f->open_flags && (!still || ino == BPF_CORE_READ(fi, orig_ino))))
		return 0;
	EVENT_BEGIN(GETATTR, getattr);
	if (!e)
		return 0;
	read_id((struct fpt_id *)&e->inode, inode);
	e->stat_ino = ino;
	e->told_ino = told;
	e->asked = f->open_flags != 0;
	e->ret = ret;
	event_end(e);
	return 0;
}

#endif
