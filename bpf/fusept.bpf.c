// SPDX-License-Identifier: GPL-2.0-only
/*
 * The programs: facts from fuse's passthrough paths, never verdicts.  Compiled
 * twice, for the built-in fuse and for the bundled module; which function each
 * is attached to is decided from BTF when the tool starts (spec/hooks.def).
 */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "../src/event.h"
#include "kernel.bpf.h"
#include "emit.bpf.h"
#include "facts.bpf.h"
#include "filter.bpf.h"
#include "frame.bpf.h"

char LICENSE[] SEC("license") = "GPL";

static __always_inline __s64 returned(__u64 *ctx)
{
	__u64 value = 0;

	bpf_get_func_ret(ctx, &value);
	return (__s64)value;
}

static __always_inline __u64 argument(__u64 *ctx, __u32 n)
{
	__u64 value = 0;

	bpf_get_func_arg(ctx, n, &value);
	return value;
}

/* Pushes the frame of an io-mode operation and says that it began. */
static __always_inline struct frame *op_begin(__u32 op, struct inode *inode,
					      struct FUSE(file) *ff, struct FUSE(backing) *fb)
{
	struct frame *f = frame_push(op, inode);

	if (!f)
		return NULL;
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
	if (!e)
		return f;
	read_id((struct fpt_id *)&e->inode, inode);
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
		read_id((struct fpt_id *)&(e)->inode, inode); \
		if (f) { \
			(e)->begin_ns = (f)->begin_ns; \
			__builtin_memcpy(&(e)->before_ctr, &(f)->before, sizeof(struct fpt_state)); \
		} \
		__builtin_memcpy(&(e)->after_ctr, &(after), sizeof(struct fpt_state)); \
	} while (0)

/* At an exit the state is read first, then the place in the ring is taken. */
#define OP_EXIT_BEGIN(NAME, name, f, inode) \
	struct fpt_state after = {}; \
	read_state(&after, inode); \
	EVENT_BEGIN(NAME, name); \
	if (!e) \
		return 0; \
	OP_FACTS(e, f, inode, after)

static __always_inline bool op_wanted(struct frame *f, struct inode *inode)
{
	return f ? f->wanted : wanted(inode);
}

/* ---- INIT ---- */

/* The mount is the first argument, or since 7.3 a member of the second. */
static __always_inline struct FUSE(conn) *init_conn(__u64 *ctx, struct FUSE(init_args) *ia)
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

/* ---- backing files ---- */

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
	fdt = BPF_CORE_READ(task, files, fdt);
	if (fd < BPF_CORE_READ(fdt, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), BPF_CORE_READ(fdt, fd) + fd);
	if (file)
		read_backing_file((struct fpt_backing *)&e->backing, file);
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

ENTRY(passthrough_open_entry)
{
	struct file *file = (void *)argument(ctx, 0);
	struct frame *f = frame_push(FRAME_PASSTHROUGH_OPEN, file);

	if (f)
		f->wanted = wanted(BPF_CORE_READ(file, f_inode));
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

	if (!op_wanted(f, inode))
		return 0;
	EVENT_BEGIN(PASSTHROUGH_OPEN, passthrough_open);
	if (!e)
		return 0;
	read_id((struct fpt_id *)&e->inode, inode);
	if (f)
		e->begin_ns = f->begin_ns;
	e->file = BPF_CORE_READ(ff, kh);
	e->backing_id = (__s32)argument(ctx, config.passthrough_id_arg);
	if (ret < 0 && ret >= -4095)
		e->ret = (__s32)ret;
	else
		read_backing((struct fpt_backing *)&e->backing, (void *)ret);
	event_end(e);
	return 0;
}

/* ---- io modes ---- */

static __always_inline void read_io_open(struct fpt_io_open *e, struct FUSE(file) *ff)
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

	op_begin(FPT_OP_IO_OPEN, (void *)argument(ctx, 1), BPF_CORE_READ(file, private_data), NULL);
	return 0;
}

EXIT(io_open_exit)
{
	struct file *file = (void *)argument(ctx, 0);
	struct inode *inode = (void *)argument(ctx, 1);
	struct frame *f = frame_pop(FPT_OP_IO_OPEN, inode);

	if (!op_wanted(f, inode))
		return 0;
	OP_EXIT_BEGIN(IO_OPEN, io_open, f, inode);
	if (f) {
		e->asked_open_flags = f->open_flags;
		e->file_mode_before = f->file_mode;
	}
	read_io_open(e, BPF_CORE_READ(file, private_data));
	e->ret = (__s32)returned(ctx);
	event_end(e);
	return 0;
}

ENTRY(cached_open_entry)
{
	op_begin(FPT_OP_CACHED_OPEN, (void *)argument(ctx, 0), (void *)argument(ctx, 1), NULL);
	return 0;
}

EXIT(cached_open_exit)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct FUSE(file) *ff = (void *)argument(ctx, 1);
	struct frame *f = frame_pop(FPT_OP_CACHED_OPEN, inode);

	if (!op_wanted(f, inode))
		return 0;
	OP_EXIT_BEGIN(CACHED_OPEN, cached_open, f, inode);
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
	op_begin(FPT_OP_UNCACHED_START, (void *)argument(ctx, 0), NULL,
		 (void *)argument(ctx, config.start_fb_arg));
	return 0;
}

EXIT(uncached_start_exit)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct frame *f = frame_pop(FPT_OP_UNCACHED_START, inode);

	if (!op_wanted(f, inode))
		return 0;
	OP_EXIT_BEGIN(UNCACHED_START, uncached_start, f, inode);
	if (f)
		__builtin_memcpy(&e->backing, &f->backing, sizeof(struct fpt_backing));
	e->ret = (__s32)returned(ctx);
	event_end(e);
	return 0;
}

ENTRY(uncached_end_entry)
{
	op_begin(FPT_OP_UNCACHED_END, (void *)argument(ctx, 0), NULL, NULL);
	return 0;
}

EXIT(uncached_end_exit)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct frame *f = frame_pop(FPT_OP_UNCACHED_END, inode);

	if (!op_wanted(f, inode))
		return 0;
	OP_EXIT_BEGIN(UNCACHED_END, uncached_end, f, inode);
	event_end(e);
	return 0;
}

ENTRY(io_release_entry)
{
	struct inode *inode = (void *)argument(ctx, 1);

	if (is_regular(inode))
		op_begin(FPT_OP_IO_RELEASE, inode, (void *)argument(ctx, 0), NULL);
	return 0;
}

EXIT(io_release_exit)
{
	struct FUSE(file) *ff = (void *)argument(ctx, 0);
	struct inode *inode = (void *)argument(ctx, 1);
	struct frame *f;

	if (!is_regular(inode))
		return 0;
	f = frame_pop(FPT_OP_IO_RELEASE, inode);
	if (!op_wanted(f, inode))
		return 0;
	OP_EXIT_BEGIN(IO_RELEASE, io_release, f, inode);
	if (f)
		e->file_mode_before = f->file_mode;
	e->file = BPF_CORE_READ(ff, kh);
	e->file_mode = BPF_CORE_READ(ff, iomode);
	event_end(e);
	return 0;
}

/* ---- open and release as the user sees them ---- */

static __always_inline void read_opened(struct fpt_open *e, struct FUSE(file) *ff)
{
	struct fpt_uapi_open_out out = {};

	e->file = BPF_CORE_READ(ff, kh);
	e->file_mode = BPF_CORE_READ(ff, iomode);
	e->open_flags = BPF_CORE_READ(ff, open_flags);
	bpf_probe_read_kernel(&out, sizeof(out), BPF_CORE_READ(ff, args));
	e->backing_id = out.backing_id;
}

static __always_inline int open_done(struct frame *f, struct inode *inode, struct dentry *dentry,
				     struct file *file, __s32 ret)
{
	EVENT_BEGIN(OPEN, open);
	if (!e)
		return 0;
	read_id((struct fpt_id *)&e->inode, inode);
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
	return open_done(f, inode, BPF_CORE_READ(file, f_path.dentry), file, (__s32)returned(ctx));
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
	return open_done(f, inode, dentry, file, (__s32)returned(ctx));
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

/* ---- inode numbers ---- */

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
	if (config.ino && !ino_wanted(BPF_CORE_READ(fi, nodeid), old_ino) &&
	    new_ino != config.ino)
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
