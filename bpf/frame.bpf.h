/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a task is in the middle of: fentry pushes a frame with the state before
 * the operation, fexit takes it back.  Calls nest (open inside open on stacked
 * file systems) and tail-jump, but always leave in the order they entered.
 */
#ifndef FPT_FRAME_BPF_H
#define FPT_FRAME_BPF_H

#define FRAMES 12

struct frame {
	__u64 key; /* which object: an inode's or a connection's address */
	__u64 begin_ns;
	__u32 hook; /* enum frame_hook */
	__u32 wanted; /* by the filters, as decided at entry */
	struct fpt_id id; /* of the inode it is about; inode 0: not read yet */
	struct fpt_state before;
	struct fpt_backing backing;
	__u32 open_flags;
	__u32 file_mode;
	__u64 file;
	__u64 conn, offered, requested; /* of an INIT */
	__u32 minor, stack_depth;
};

enum frame_hook {
	FRAME_OPEN = 16, /* below 16: enum fpt_op */
	FRAME_PASSTHROUGH_OPEN,
	FRAME_INIT,
	FRAME_BACKING_FILES_FREE,
	FRAME_MMAP,
	FRAME_SPLICE_READ,
	FRAME_FILE_PUT,
	FRAME_GETATTR, /* offered: the inode's number; requested: the reply's */
};

/* The entry in the last reply to a request of those that ask for one; or a list of them. */
struct entry_reply {
	__u32 opcode;
	__u32 state; /* enum entry_state */
	__u64 nodeid;
	__u32 generation;
	__u32 mode;
	__u32 attr_flags;
	__u32 dev; /* of a list's folder, once an entry was linked */
	__u64 conn;
	__u64 after; /* address of the list's entry that comes next; 0: not known */
	__u64 ts_ns;
};

enum entry_state {
	ENTRY_NONE, /* an error, no node, or not one entry but a list */
	ENTRY_REPLIED, /* neither counted nor forgotten yet */
	ENTRY_COUNTED,
	ENTRY_FORGOTTEN,
};

/* An inode in fuse_evict_inode(). */
struct evicted {
	__u64 key; /* its address; 0: none */
	__u64 nodeid;
	__u64 due, forgotten; /* lookups */
};

struct task_frames {
	__u32 depth;
	__u32 pad;
	struct entry_reply reply;
	struct evicted evicted;
	struct frame frame[FRAMES];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_frames);
} tasks SEC(".maps");

static __always_inline struct task_frames *frames_of_task(__u64 flags)
{
	return bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), NULL, flags);
}

/*
 * NULL: no memory; the exit is then recorded without its begin.  A full stack
 * holds leftovers of exits that were not seen: calls never nest so deep.
 */
static __always_inline struct frame *frame_push(__u32 hook, const void *object)
{
	struct task_frames *t = frames_of_task(BPF_LOCAL_STORAGE_GET_F_CREATE);
	struct frame *f;

	if (!t)
		return NULL;
	if (t->depth >= FRAMES)
		t->depth = 0;
	f = &t->frame[t->depth];
	t->depth++;
	__builtin_memset(f, 0, sizeof(*f));
	f->hook = hook;
	f->key = (__u64)object;
	f->begin_ns = bpf_ktime_get_ns();
	return f;
}

/*
 * Who the inode is: read once, by the outermost frame about it.  Reading it takes
 * a dozen helper calls, and an open passes five hooks.
 */
static __always_inline void frame_identify(struct frame *f, struct inode *inode)
{
	struct task_frames *t = frames_of_task(0);
	__u32 below = t ? t->depth - 2 : FRAMES;

	if (t && below < FRAMES && t->frame[below].id.inode == key_of(inode) &&
	    t->frame[below].id.nodeid == BPF_CORE_READ((struct FUSE(inode) *)inode, nodeid))
		f->id = t->frame[below].id;
	else
		read_id(&f->id, inode);
}

/* @f may be NULL, or from before the inode was known. */
static __always_inline void tell_id(struct fpt_id *id, const struct frame *f, struct inode *inode)
{
	if (f && f->id.inode == key_of(inode))
		*id = f->id;
	else
		read_id(id, inode);
}

/*
 * The frame stays readable until the next push of this task.  Frames above the
 * one sought are leftovers of exits that were not seen, and are dropped.
 */
static __always_inline struct frame *frame_pop(__u32 hook, const void *object)
{
	struct task_frames *t = frames_of_task(0);
	__u32 i;

	if (!t)
		return NULL;
	for (i = 0; i < FRAMES; i++) {
		__u32 at = t->depth - 1 - i;

		if (at >= FRAMES)
			return NULL;
		if (t->frame[at].hook == hook && t->frame[at].key == (__u64)object) {
			t->depth = at;
			return &t->frame[at];
		}
	}
	return NULL;
}

/* Whether the task is inside this hook, and in which object. */
static __always_inline struct frame *frame_inside(__u32 hook)
{
	struct task_frames *t = frames_of_task(0);
	__u32 i;

	if (!t)
		return NULL;
	for (i = 0; i < FRAMES; i++) {
		__u32 at = t->depth - 1 - i;

		if (at >= FRAMES)
			return NULL;
		if (t->frame[at].hook == hook)
			return &t->frame[at];
	}
	return NULL;
}

#endif
