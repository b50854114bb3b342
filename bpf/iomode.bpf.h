/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on the io-mode machine: each operation is told at its begin and at its
 * end, with the state read so that the interval in between holds its effect.
 */
#ifndef FPT_IOMODE_BPF_H
#define FPT_IOMODE_BPF_H

/* A frame whose exit was skipped must not pass for that of another file. */
static __always_inline struct frame *own_frame(struct frame *f, struct FUSE(file) * ff)
{
	return f && f->wanted && f->file != BPF_CORE_READ(ff, kh) ? NULL : f;
}

static __always_inline bool op_wanted(struct frame *f, struct inode *inode)
{
	return f ? f->wanted : wanted(inode);
}

/* Pushes the frame of an io-mode operation and says that it began. */
static __always_inline struct frame *op_begin(__u64 *ctx, __u32 op, struct inode *inode,
					      struct FUSE(file) * ff, struct FUSE(backing) * fb)
{
	struct frame *f = frame_push(op, inode);

	if (!f) {
		if (wanted(inode))
			event_lost();
		return NULL;
	}
	f->wanted = wanted(inode);
	if (!f->wanted)
		return f;
	/*
	 * Its place in the ring comes first, then the state is read: so an
	 * operation that ended before this place cannot change what is read.
	 */
	EVENT_BEGIN(OP_BEGIN, op_begin);
	read_state(&f->before, inode);
	/* Here the caller still owns its reference; after the call it may not. */
	if (fb)
		read_backing(&f->backing, fb);
	if (ff) {
		f->file = BPF_CORE_READ(ff, kh);
		f->file_mode = BPF_CORE_READ(ff, iomode);
		f->open_flags = BPF_CORE_READ(ff, open_flags);
	}
	frame_identify(f, inode);
	if (!e)
		return f;
	tell_id((struct fpt_id *)&e->inode, f, inode);
	e->op = op;
	e->file = f->file;
	e->file_mode = f->file_mode;
	e->backing = f->backing.backing;
	event_end(e);
	return f;
}

/* The members every operation's event has, in the order of events.def. */
#define OP_FACTS(e, f, inode, after) \
	do { \
		tell_id((struct fpt_id *)&(e)->inode, f, inode); \
		if (f) { \
			(e)->begin_ns = (f)->begin_ns; \
			__builtin_memcpy(&(e)->before_ctr, &(f)->before, \
					 sizeof(struct fpt_state)); \
		} \
		__builtin_memcpy(&(e)->after_ctr, &(after), sizeof(struct fpt_state)); \
	} while (0)

/*
 * At an exit the state is read first, then the place in the ring is taken.  The
 * attr_version comes last there and first at the entry: the kernel raises it
 * before it changes the number, so where both are as they were, the number was.
 */
#define OP_EXIT_BEGIN(NAME, name, f, inode, ret) \
	struct fpt_state after = {}; \
	read_state(&after, inode); \
	after.attr_version = BPF_CORE_READ((struct FUSE(inode) *)inode, attr_version); \
	EVENT_BEGIN_RESULT(NAME, name, ret); \
	if (!e) \
		return 0; \
	OP_FACTS(e, f, inode, after)

ENTRY(passthrough_open_entry)
{
	struct file *file = (void *)argument(ctx, 0);
	struct frame *f = frame_push(FRAME_PASSTHROUGH_OPEN, file);

	if (f) {
		f->wanted = wanted(BPF_CORE_READ(file, f_inode));
		if (f->wanted)
			frame_identify(f, BPF_CORE_READ(file, f_inode));
	}
	return 0;
}

/* Returns a backing file with a reference of its own, or an error pointer. */
EXIT(passthrough_open_exit)
{
	struct file *file = (void *)argument(ctx, 0);
	struct frame *f = frame_pop(FRAME_PASSTHROUGH_OPEN, file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct FUSE(file) *ff = BPF_CORE_READ(file, private_data);
	__s64 ret = returned(ctx);
	bool failed = ret < 0 && ret >= -4095;
	struct FUSE(backing) *fb = failed ? NULL : (void *)ret;
	__s32 count;

	if (!op_wanted(f, inode))
		return 0;
	/* Before this event's place: whoever begins after it is not in the count. */
	count = fb ? BPF_CORE_READ(fb, count.refs.counter) : 0;
	EVENT_BEGIN_RESULT(PASSTHROUGH_OPEN, passthrough_open, failed ? ret : 0);
	if (!e)
		return 0;
	tell_id((struct fpt_id *)&e->inode, f, inode);
	if (f)
		e->begin_ns = f->begin_ns;
	e->file = BPF_CORE_READ(ff, kh);
	e->backing_id = (__s32)argument(ctx, config.passthrough_id_arg);
	e->ret = failed ? (__s32)ret : 0;
	e->backing_count = count;
	read_backing((struct fpt_backing *)&e->backing, fb);
	event_end(e);
	return 0;
}

static __always_inline void read_io_open(struct fpt_io_open *e, struct FUSE(file) * ff)
{
	struct fpt_uapi_open_out out = {};
	struct file *passthrough = BPF_CORE_READ(ff, passthrough);

	e->file = BPF_CORE_READ(ff, kh);
	e->open_flags = BPF_CORE_READ(ff, open_flags);
	e->file_mode = BPF_CORE_READ(ff, iomode);
	bpf_probe_read_kernel(&out, sizeof(out), BPF_CORE_READ(ff, args));
	e->backing_id = out.backing_id;
	if (passthrough) {
		e->passthrough_ino = BPF_CORE_READ(passthrough, f_inode, i_ino);
		e->passthrough_dev = BPF_CORE_READ(passthrough, f_inode, i_sb, s_dev);
	}
}

ENTRY(io_open_entry)
{
	struct file *file = (void *)argument(ctx, 0);

	op_begin(ctx, FPT_OP_IO_OPEN, (void *)argument(ctx, 1), BPF_CORE_READ(file, private_data),
		 NULL);
	return 0;
}

EXIT(io_open_exit)
{
	struct file *file = (void *)argument(ctx, 0);
	struct inode *inode = (void *)argument(ctx, 1);
	struct FUSE(file) *ff = BPF_CORE_READ(file, private_data);
	struct frame *f = own_frame(frame_pop(FPT_OP_IO_OPEN, inode), ff);

	if (!op_wanted(f, inode))
		return 0;
	OP_EXIT_BEGIN(IO_OPEN, io_open, f, inode, (__s32)returned(ctx));
	if (f) {
		e->asked_open_flags = f->open_flags;
		e->file_mode_before = f->file_mode;
	}
	read_io_open(e, ff);
	e->ret = (__s32)returned(ctx);
	event_end(e);
	return 0;
}

/* Who waits: an open that does not come back is never told as an open. */
static __always_inline int wait_begins(__u64 *ctx, const struct frame *f, struct inode *inode)
{
	struct frame *caller = frame_inside(FRAME_OPEN);
	bool mapping = !caller;
	struct file *file;

	if (mapping)
		caller = frame_inside(FRAME_MMAP);
	EVENT_BEGIN(WAIT, wait);
	if (!e)
		return 0;
	tell_id((struct fpt_id *)&e->inode, f, inode);
	e->file = f->file;
	e->before_ctr = f->before.ctr;
	e->mapping = mapping;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	if (caller) {
		file = (void *)caller->key;
		read_name(e->name, BPF_CORE_READ(file, f_path.dentry));
	}
	event_end(e);
	return 0;
}

ENTRY(cached_open_entry)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct frame *f = op_begin(ctx, FPT_OP_CACHED_OPEN, inode, (void *)argument(ctx, 1), NULL);

	if (!f || !f->wanted || f->before.ctr >= 0 || f->before.fb)
		return 0;
	return wait_begins(ctx, f, inode);
}

EXIT(cached_open_exit)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct FUSE(file) *ff = (void *)argument(ctx, 1);
	struct frame *f = own_frame(frame_pop(FPT_OP_CACHED_OPEN, inode), ff);

	if (!op_wanted(f, inode))
		return 0;
	OP_EXIT_BEGIN(CACHED_OPEN, cached_open, f, inode, (__s32)returned(ctx));
	if (f)
		e->file_mode_before = f->file_mode;
	e->file = BPF_CORE_READ(ff, kh);
	e->open_flags = BPF_CORE_READ(ff, open_flags);
	e->file_mode = BPF_CORE_READ(ff, iomode);
	e->ret = (__s32)returned(ctx);
	event_end(e);
	return 0;
}

/* Its first argument is the inode or the fuse_inode: one address either way. */
ENTRY(uncached_start_entry)
{
	op_begin(ctx, FPT_OP_UNCACHED_START, (void *)argument(ctx, 0), NULL,
		 (void *)argument(ctx, config.start_fb_arg));
	return 0;
}

EXIT(uncached_start_exit)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct frame *f = frame_pop(FPT_OP_UNCACHED_START, inode);

	if (!op_wanted(f, inode))
		return 0;
	OP_EXIT_BEGIN(UNCACHED_START, uncached_start, f, inode, (__s32)returned(ctx));
	if (f)
		__builtin_memcpy(&e->backing, &f->backing, sizeof(struct fpt_backing));
	e->ret = (__s32)returned(ctx);
	event_end(e);
	return 0;
}

ENTRY(uncached_end_entry)
{
	op_begin(ctx, FPT_OP_UNCACHED_END, (void *)argument(ctx, 0), NULL, NULL);
	return 0;
}

EXIT(uncached_end_exit)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct frame *f = frame_pop(FPT_OP_UNCACHED_END, inode);

	if (!op_wanted(f, inode))
		return 0;
	OP_EXIT_BEGIN(UNCACHED_END, uncached_end, f, inode, 0);
	event_end(e);
	return 0;
}

ENTRY(io_release_entry)
{
	struct inode *inode = (void *)argument(ctx, 1);

	if (is_regular(inode))
		op_begin(ctx, FPT_OP_IO_RELEASE, inode, (void *)argument(ctx, 0), NULL);
	return 0;
}

EXIT(io_release_exit)
{
	struct FUSE(file) *ff = (void *)argument(ctx, 0);
	struct inode *inode = (void *)argument(ctx, 1);
	struct frame *f;

	if (!is_regular(inode))
		return 0;
	f = own_frame(frame_pop(FPT_OP_IO_RELEASE, inode), ff);
	if (!op_wanted(f, inode))
		return 0;
	OP_EXIT_BEGIN(IO_RELEASE, io_release, f, inode, 0);
	if (f)
		e->file_mode_before = f->file_mode;
	e->file = BPF_CORE_READ(ff, kh);
	e->file_mode = BPF_CORE_READ(ff, iomode);
	event_end(e);
	return 0;
}

#endif
