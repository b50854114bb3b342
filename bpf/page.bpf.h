/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on mappings and on the page cache.  Its use is told only where a
 * backing file is attached, which never should be: reads and writes in cached
 * mode, and in passthrough, cost one look at the inode at most.
 */
#ifndef FPT_PAGE_BPF_H
#define FPT_PAGE_BPF_H

/* In fuse's own splice_read of that file. */
static __always_inline bool in_splice(struct file *file)
{
	struct frame *f = frame_inside(FRAME_SPLICE_READ);

	return f && f->key == (__u64)file;
}

static __always_inline int page_io(__u64 *ctx, struct file *file, __u32 route)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct FUSE(inode) *fi = (void *)inode;
	struct FUSE(file) * ff;

	if (!inode || !is_regular(inode) || !BPF_CORE_READ(fi, fb) || !wanted(inode))
		return 0;
	/* What a splice reads ahead is told as that splice. */
	if (route != FPT_ROUTE_SPLICE_READ && in_splice(file))
		return 0;
	EVENT_BEGIN(PAGE_IO, page_io);
	if (!e)
		return 0;
	ff = BPF_CORE_READ(file, private_data);
	read_id((struct fpt_id *)&e->inode, inode);
	read_state((struct fpt_state *)&e->before_ctr, inode);
	e->file = BPF_CORE_READ(ff, kh);
	e->open_flags = BPF_CORE_READ(ff, open_flags);
	e->file_mode = BPF_CORE_READ(ff, iomode);
	e->route = route;
	event_end(e);
	return 0;
}

/* (file, folio); the file may be NULL */
ENTRY(read_folio_entry)
{
	return page_io(ctx, (void *)argument(ctx, 0), FPT_ROUTE_READ_FOLIO);
}

ENTRY(readahead_entry)
{
	struct readahead_control *rac = (void *)argument(ctx, 0);

	return page_io(ctx, BPF_CORE_READ(rac, file), FPT_ROUTE_READAHEAD);
}

ENTRY(perform_write_entry)
{
	struct kiocb *iocb = (void *)argument(ctx, 0);

	return page_io(ctx, BPF_CORE_READ(iocb, ki_filp), FPT_ROUTE_BUFFERED_WRITE);
}

ENTRY(page_mkwrite_entry)
{
	struct vm_fault *fault = (void *)argument(ctx, 0);

	return page_io(ctx, BPF_CORE_READ(fault, vma, vm_file), FPT_ROUTE_PAGE_MKWRITE);
}

ENTRY(splice_read_entry)
{
	frame_push(FRAME_SPLICE_READ, (void *)argument(ctx, 0));
	return 0;
}

EXIT(splice_read_exit)
{
	frame_pop(FRAME_SPLICE_READ, (void *)argument(ctx, 0));
	return 0;
}

/* Of all file systems; ours is the one inside fuse's own splice_read. */
ENTRY(filemap_splice_entry)
{
	struct file *file = (void *)argument(ctx, 0);

	return in_splice(file) ? page_io(ctx, file, FPT_ROUTE_SPLICE_READ) : 0;
}

/* (file, vma).  The state is read first and last: in between lies the effect. */
ENTRY(mmap_entry)
{
	struct file *file = (void *)argument(ctx, 0);
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct frame *f = frame_push(FRAME_MMAP, file);

	if (!f)
		return 0;
	f->wanted = wanted(inode);
	if (!f->wanted)
		return 0;
	read_state(&f->before, inode);
	frame_identify(f, inode);
	return 0;
}

EXIT(mmap_exit)
{
	struct file *file = (void *)argument(ctx, 0);
	struct vm_area_struct *vma = (void *)argument(ctx, 1);
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct FUSE(file) *ff = BPF_CORE_READ(file, private_data);
	struct frame *f = frame_pop(FRAME_MMAP, file);

	if (!op_wanted(f, inode))
		return 0;
	OP_EXIT_BEGIN(MMAP, mmap, f, inode, (__s32)returned(ctx));
	e->file = BPF_CORE_READ(ff, kh);
	e->open_flags = BPF_CORE_READ(ff, open_flags);
	e->file_mode = BPF_CORE_READ(ff, iomode);
	e->shared = !!(BPF_CORE_READ(vma, vm_flags) & VM_MAYSHARE);
	e->ret = (__s32)returned(ctx);
	event_end(e);
	return 0;
}

#endif
