/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on open and release as the user sees them.
 */
#ifndef FPT_OPEN_BPF_H
#define FPT_OPEN_BPF_H

static __always_inline void read_opened(struct fpt_open *e, struct FUSE(file) * ff)
{
	struct fpt_uapi_open_out out = {};

	e->file = BPF_CORE_READ(ff, kh);
	e->file_mode = BPF_CORE_READ(ff, iomode);
	e->open_flags = BPF_CORE_READ(ff, open_flags);
	bpf_probe_read_kernel(&out, sizeof(out), BPF_CORE_READ(ff, args));
	e->backing_id = out.backing_id;
}

static __always_inline int open_done(__u64 *ctx, struct frame *f, struct inode *inode,
				     struct dentry *dentry, struct file *file, __s32 ret)
{
	EVENT_BEGIN_RESULT(OPEN, open, ret);
	if (!e)
		return 0;
	tell_id((struct fpt_id *)&e->inode, f, inode);
	e->ino = BPF_CORE_READ(inode, i_ino);
	if (f) {
		e->begin_ns = f->begin_ns;
		e->opcode = f->open_flags;
	}
	e->f_flags = BPF_CORE_READ(file, f_flags);
	e->ret = ret;
	/* A failed open has freed the fuse_file that private_data points to. */
	if (!ret)
		read_opened(e, BPF_CORE_READ(file, private_data));
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	read_name(e->name, dentry);
	event_end(e);
	return 0;
}

ENTRY(open_entry)
{
	struct frame *f = frame_push(FRAME_OPEN, (void *)argument(ctx, 1));

	if (f) {
		f->wanted = wanted((void *)argument(ctx, 0));
		if (f->wanted)
			frame_identify(f, (void *)argument(ctx, 0));
		f->open_flags = 14; /* FUSE_OPEN */
	}
	return 0;
}

EXIT(open_exit)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct file *file = (void *)argument(ctx, 1);
	struct frame *f = frame_pop(FRAME_OPEN, file);

	if (!op_wanted(f, inode))
		return 0;
	return open_done(ctx, f, inode, BPF_CORE_READ(file, f_path.dentry), file,
			 (__s32)returned(ctx));
}

/* (idmap, dir, entry, file, flags, mode, opcode) */
ENTRY(create_open_entry)
{
	struct frame *f = frame_push(FRAME_OPEN, (void *)argument(ctx, 3));

	if (f)
		f->open_flags = 35; /* FUSE_CREATE */
	return 0;
}

/* The file's inode exists only once the server has answered. */
EXIT(create_open_exit)
{
	struct dentry *dentry = (void *)argument(ctx, 2);
	struct file *file = (void *)argument(ctx, 3);
	struct frame *f = frame_pop(FRAME_OPEN, file);
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);

	if (!inode || !wanted(inode))
		return 0;
	return open_done(ctx, f, inode, dentry, file, (__s32)returned(ctx));
}

ENTRY(release_entry)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct file *file = (void *)argument(ctx, 1);
	struct FUSE(file) *ff = BPF_CORE_READ(file, private_data);

	if (!wanted(inode))
		return 0;
	EVENT_BEGIN(RELEASE, release);
	if (!e)
		return 0;
	read_id((struct fpt_id *)&e->inode, inode);
	e->ino = BPF_CORE_READ(inode, i_ino);
	e->file = BPF_CORE_READ(ff, kh);
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	read_name(e->name, BPF_CORE_READ(file, f_path.dentry));
	event_end(e);
	return 0;
}

/* Dropping a file's last reference leaves its io mode, then sends RELEASE. */
ENTRY(file_put_entry)
{
	frame_push(FRAME_FILE_PUT, (void *)argument(ctx, 0));
	return 0;
}

EXIT(file_put_exit)
{
	frame_pop(FRAME_FILE_PUT, (void *)argument(ctx, 0));
	return 0;
}

/* Told only where the file still has a mode: that RELEASE is too early. */
static __always_inline int release_is_sent(__u64 *ctx, struct FUSE(args) * args)
{
	struct FUSE(conn) * fc;
	struct FUSE(file) * ff;
	struct frame *f;
	__u32 dev, mode;

	if (BPF_CORE_READ(args, opcode) != 18) /* FUSE_RELEASE */
		return 0;
	f = frame_inside(FRAME_FILE_PUT);
	ff = f ? (void *)f->key : NULL;
	mode = BPF_CORE_READ(ff, iomode);
	fc = BPF_CORE_READ(ff, fm, fc);
	dev = BPF_CORE_READ(fc, dev);
	if (!f || !mode || !dev_wanted(dev))
		return 0;
	EVENT_BEGIN(RELEASE_SENT, release_sent);
	if (!e)
		return 0;
	e->conn = key_of(fc);
	e->nodeid = BPF_CORE_READ(args, nodeid);
	e->file = BPF_CORE_READ(ff, kh);
	e->dev = dev;
	e->file_mode = mode;
	event_end(e);
	return 0;
}

ENTRY(request_entry)
{
	return release_is_sent(ctx, (void *)argument(ctx, config.request_args_arg));
}

/* (fuse_mount, fuse_args, gfp flags) */
ENTRY(background_entry)
{
	return release_is_sent(ctx, (void *)argument(ctx, 1));
}

#endif
