/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on connections: what INIT negotiated, and the registering of backing
 * files by the server.
 */
#ifndef FPT_CONN_BPF_H
#define FPT_CONN_BPF_H

/* The mount is the first argument, or since 7.3 a member of the second. */
static __always_inline struct FUSE(conn) * init_conn(__u64 *ctx, struct FUSE(init_args) * ia)
{
	struct FUSE(mount) *fm = (void *)argument(ctx, 0);

	if (bpf_core_field_exists(ia->fm))
		fm = BPF_CORE_READ(ia, fm);
	return BPF_CORE_READ(fm, fc);
}

/* The function frees its argument: what is in it must be taken now. */
ENTRY(init_entry)
{
	struct FUSE(init_args) *ia = (void *)argument(ctx, config.init_args_arg);
	struct frame *f = frame_push(FRAME_INIT, ia);

	if (!f)
		return 0;
	f->conn = (__u64)init_conn(ctx, ia);
	f->offered = BPF_CORE_READ(ia, in.flags) | (__u64)BPF_CORE_READ(ia, in.flags2) << 32;
	f->requested = BPF_CORE_READ(ia, out.flags) | (__u64)BPF_CORE_READ(ia, out.flags2) << 32;
	f->minor = BPF_CORE_READ(ia, out.minor);
	f->stack_depth = BPF_CORE_READ(ia, out.max_stack_depth);
	return 0;
}

EXIT(init_exit)
{
	struct frame *f = frame_pop(FRAME_INIT, (void *)argument(ctx, config.init_args_arg));
	struct FUSE(conn) *fc = f ? (void *)f->conn : NULL;
	__u32 dev = BPF_CORE_READ(fc, dev);

	if (!f || !dev_wanted(dev))
		return 0;
	EVENT_BEGIN(INIT, init);
	if (!e)
		return 0;
	e->conn = key_of(fc);
	e->dev = dev;
	e->offered = f->offered;
	e->requested = f->requested;
	e->minor = f->minor;
	e->requested_stack_depth = f->stack_depth;
	e->effective_stack_depth = BPF_CORE_READ(fc, max_stack_depth);
	e->conn_flags = conn_flags(fc);
	e->ret = (__s32)argument(ctx, config.init_error_arg);
	e->ino_bit = config.ino_bit;
	e->target = config.target;
	event_end(e);
	return 0;
}

/* As capable(CAP_SYS_ADMIN) sees it, but for security modules, which only refuse more. */
static __always_inline __u32 sys_admin(struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);
	bool has = BPF_CORE_READ(cred, cap_effective.val) >> 21 & 1; /* CAP_SYS_ADMIN */

	return has && BPF_CORE_READ(cred, user_ns, level) == 0 ? 2 : 1;
}

EXIT(backing_open_exit)
{
	struct FUSE(conn) *fc = (void *)argument(ctx, 0);
	const struct fpt_uapi_backing_map *map = (void *)argument(ctx, 1);
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 dev = BPF_CORE_READ(fc, dev), fd = 0;
	struct fdtable *fdt;
	struct file *file = NULL;

	if (!dev_wanted(dev))
		return 0;
	EVENT_BEGIN(BACKING_OPEN, backing_open);
	if (!e)
		return 0;
	e->conn = key_of(fc);
	e->dev = dev;
	e->conn_flags = conn_flags(fc);
	bpf_probe_read_kernel(&fd, sizeof(fd), &map->fd);
	e->fd = fd;
	e->ret = (__s32)returned(ctx);
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	e->sys_admin = sys_admin(task);
	fdt = BPF_CORE_READ(task, files, fdt);
	if (fd < BPF_CORE_READ(fdt, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), BPF_CORE_READ(fdt, fd) + fd);
	bpf_probe_read_kernel(&e->map_flags, sizeof(e->map_flags), &map->flags);
	bpf_probe_read_kernel(&e->map_padding, sizeof(e->map_padding), &map->padding);
	e->max_stack_depth = BPF_CORE_READ(fc, max_stack_depth);
	if (file) {
		read_backing_file((struct fpt_backing *)&e->backing, file);
		e->backing_mode = BPF_CORE_READ(file, f_inode, i_mode);
		e->backing_depth = BPF_CORE_READ(file, f_inode, i_sb, s_stack_depth);
	}
	event_end(e);
	return 0;
}

ENTRY(backing_close_entry)
{
	struct FUSE(conn) *fc = (void *)argument(ctx, 0);
	__u32 dev = BPF_CORE_READ(fc, dev);

	if (!dev_wanted(dev))
		return 0;
	EVENT_BEGIN(BACKING_CLOSING, backing_closing);
	if (!e)
		return 0;
	e->conn = key_of(fc);
	e->dev = dev;
	e->backing_id = (__s32)argument(ctx, 1);
	event_end(e);
	return 0;
}

EXIT(backing_close_exit)
{
	struct FUSE(conn) *fc = (void *)argument(ctx, 0);
	__u32 dev = BPF_CORE_READ(fc, dev);

	if (!dev_wanted(dev))
		return 0;
	EVENT_BEGIN(BACKING_CLOSE, backing_close);
	if (!e)
		return 0;
	e->conn = key_of(fc);
	e->dev = dev;
	e->conn_flags = conn_flags(fc);
	e->backing_id = (__s32)argument(ctx, 1);
	e->ret = (__s32)returned(ctx);
	event_end(e);
	return 0;
}

/* The connection is gone but for its memory: what the server left open is freed. */
ENTRY(backing_files_free_entry)
{
	void *fc = (void *)argument(ctx, 0);

	frame_push(FRAME_BACKING_FILES_FREE, fc);
	return 0;
}

EXIT(backing_files_free_exit)
{
	frame_pop(FRAME_BACKING_FILES_FREE, (void *)argument(ctx, 0));
	return 0;
}

/* (id, fuse_backing, data) */
ENTRY(backing_free_entry)
{
	struct FUSE(backing) *fb = (void *)argument(ctx, 1);
	struct frame *f = frame_inside(FRAME_BACKING_FILES_FREE);
	struct FUSE(conn) *fc = f ? (void *)f->key : NULL;

	if (!fc || !dev_wanted(BPF_CORE_READ(fc, dev)))
		return 0;
	EVENT_BEGIN(BACKING_FREE, backing_free);
	if (!e)
		return 0;
	e->conn = key_of(fc);
	e->backing_id = (__s32)argument(ctx, 0);
	e->backing_count = BPF_CORE_READ(fb, count.refs.counter);
	read_backing((struct fpt_backing *)&e->backing, fb);
	event_end(e);
	return 0;
}

/* Its file and credentials are put inside: here they still can be read. */
ENTRY(backing_gone_entry)
{
	EVENT_BEGIN(BACKING_GONE, backing_gone);
	if (!e)
		return 0;
	read_backing((struct fpt_backing *)&e->backing, (void *)argument(ctx, 0));
	event_end(e);
	return 0;
}

#endif
