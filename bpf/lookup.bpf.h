/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on lookups: which replies the kernel took for which inode, and what
 * it forgot of them.  What is as it should be is told only as far as the checker
 * must count it.
 */
#ifndef FPT_LOOKUP_BPF_H
#define FPT_LOOKUP_BPF_H

#define ENTRY_OPCODES \
	(1ULL << FUSE_LOOKUP | 1ULL << FUSE_SYMLINK | 1ULL << FUSE_MKNOD | 1ULL << FUSE_MKDIR | \
	 1ULL << FUSE_LINK | 1ULL << FUSE_CREATE | 1ULL << FUSE_READDIRPLUS | \
	 1ULL << FUSE_TMPFILE)
/* An inode with a submount has lookups that are not in its own count. */
#define DUE_UNKNOWN (~0ULL)
/* A reply is used at once: an older one is left over from a run that was skipped. */
#define FRESH_NS 10000000

static __always_inline struct entry_reply *last_reply(__u64 flags)
{
	struct task_frames *t = frames_of_task(flags);

	return t ? &t->reply : NULL;
}

static __always_inline bool is_fresh(const struct entry_reply *reply)
{
	return bpf_ktime_get_ns() - reply->ts_ns < FRESH_NS;
}

static __always_inline void entry_replied(struct FUSE(args) * args, __u32 opcode, __s32 ret)
{
	struct task_frames *t = frames_of_task(BPF_LOCAL_STORAGE_GET_F_CREATE);
	struct fpt_uapi_entry_out out = {};
	struct entry_reply *reply;

	if (!t) {
		event_lost();
		return;
	}
	t->evicted.key = 0; /* left over, if set: evictions ask for no entry */
	reply = &t->reply;
	reply->opcode = opcode;
	reply->state = ENTRY_NONE;
	reply->after = 0;
	if (ret < 0 || opcode == FUSE_READDIRPLUS)
		return;
	bpf_probe_read_kernel(&out, sizeof(out), BPF_CORE_READ(args, out_args[0].value));
	if (!out.nodeid)
		return;
	reply->state = ENTRY_REPLIED;
	reply->nodeid = out.nodeid;
	reply->generation = out.generation;
	reply->mode = out.attr.mode;
	reply->attr_flags = out.attr.flags;
	reply->ts_ns = bpf_ktime_get_ns();
}

static __always_inline void tell_number(__u64 *ctx, struct inode *inode, __u64 told_ino,
					__u32 opcode)
{
	EVENT_BEGIN(NUMBER, number);
	if (!e)
		return;
	read_id((struct fpt_id *)&e->inode, inode);
	e->ino = BPF_CORE_READ(inode, i_ino);
	e->orig_ino = BPF_CORE_READ((struct FUSE(inode) *)inode, orig_ino);
	e->told_ino = told_ino;
	e->opcode = opcode;
	event_end(e);
}

/* With fi->lock held, or when nobody else has the inode.  Told only when the two differ. */
static __always_inline void compare_number(__u64 *ctx, struct inode *inode)
{
	struct FUSE(inode) *fi = (void *)inode;
	__u64 told = BPF_CORE_READ(fi, orig_ino);

	if (BPF_CORE_READ(inode, i_ino) != told && BPF_CORE_READ(fi, attr_version))
		tell_number(ctx, inode, told, 0);
}

/* Which node a reply is about. */
struct told_node {
	__u64 nodeid;
	__u32 generation, mode, opcode;
};

static __always_inline void tell_identity(__u64 *ctx, struct inode *inode,
					  const struct told_node *told)
{
	struct fpt_state state = {};

	if (!wanted(inode))
		return;
	EVENT_BEGIN(IDENTITY, identity);
	if (!e)
		return;
	read_id((struct fpt_id *)&e->inode, inode);
	read_state(&state, inode);
	e->told_nodeid = told->nodeid;
	e->told_generation = told->generation;
	e->told_mode = told->mode;
	e->opcode = told->opcode;
	e->bits = state.bits;
	e->root = BPF_CORE_READ(inode, i_sb, s_root, d_inode) == inode;
	event_end(e);
}

/* Told only when the inode is of another identity than the reply taken for it. */
static __always_inline void compare_identity(__u64 *ctx, struct inode *inode,
					     const struct told_node *told, bool automount)
{
	/* The kernel gives the mount point of a submount no generation. */
	bool generation = automount || BPF_CORE_READ(inode, i_generation) == told->generation;
	bool type = ((BPF_CORE_READ(inode, i_mode) ^ told->mode) & S_IFMT) == 0;

	if (!generation || !type ||
	    BPF_CORE_READ((struct FUSE(inode) *)inode, nodeid) != told->nodeid)
		tell_identity(ctx, inode, told);
}

/*
 * After the count went up, and before the reference that keeps it is given away.
 * Its place in the ring comes first: who is told before this was counted before.
 */
static __always_inline void tell_counted(__u64 *ctx, struct inode *inode, __u32 opcode)
{
	struct FUSE(inode) *fi = (void *)inode;

	if (!wanted(inode))
		return;
	EVENT_BEGIN(COUNTED, counted);
	if (!e)
		return;
	e->inode = key_of(inode);
	e->nodeid = BPF_CORE_READ(fi, nodeid);
	e->nlookup = BPF_CORE_READ(fi, nlookup);
	e->opcode = opcode;
	event_end(e);
}

/*
 * (sb, nodeid, generation, attr, ...).  Those who look up are in other files of
 * fs/fuse: only link-time optimization could hide a call from this.
 */
EXIT(iget_exit)
{
	struct super_block *sb = (void *)argument(ctx, 0);
	const struct fpt_uapi_attr *attr = (void *)argument(ctx, 3);
	struct inode *inode = (void *)returned(ctx);
	struct told_node told = { .nodeid = argument(ctx, 1), .generation = argument(ctx, 2) };
	struct entry_reply *reply;
	bool automount;

	/* While a file system has no root this makes it, and nobody looked it up. */
	if (!inode || !BPF_CORE_READ(sb, s_root))
		return 0;
	reply = last_reply(BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!reply) {
		event_lost();
		return 0;
	}
	automount = BPF_CORE_READ(inode, i_flags) & S_AUTOMOUNT;
	bpf_probe_read_kernel(&told.mode, sizeof(told.mode), &attr->mode);
	told.opcode = reply->opcode;
	compare_identity(ctx, inode, &told, automount);
	/* An entry of a list counts once it is linked. */
	if (reply->opcode == FUSE_READDIRPLUS)
		return 0;
	reply->state = ENTRY_COUNTED;
	if (!automount)
		tell_counted(ctx, inode, reply->opcode);
	return 0;
}

static __always_inline void tell_forgotten(__u64 *ctx, struct FUSE(conn) * fc, __u32 dev,
					   __u64 nodeid, __u64 due, __u64 forgotten, __u32 opcode)
{
	if (!dev_wanted(dev) || (config.ino && nodeid != config.ino))
		return;
	EVENT_BEGIN(FORGOTTEN, forgotten);
	if (!e)
		return;
	e->conn = key_of(fc);
	e->dev = dev;
	e->nodeid = nodeid;
	e->due = due;
	e->forgotten = forgotten;
	e->opcode = opcode;
	event_end(e);
}

/*
 * Most revalidations ask nobody.  One that did has counted the reply if it names
 * the inode that the dentry has, and else must have forgotten it.
 */
EXIT(revalidate_exit)
{
	struct dentry *entry = (void *)argument(ctx, config.revalidate_entry_arg);
	struct entry_reply *reply = last_reply(0);
	struct told_node told = {};
	struct inode *inode;
	bool automount, same;

	if (!reply || reply->opcode != FUSE_LOOKUP || reply->state == ENTRY_NONE ||
	    reply->state == ENTRY_COUNTED)
		return 0;
	inode = BPF_CORE_READ(entry, d_inode);
	if (!inode)
		return 0;
	automount = BPF_CORE_READ(inode, i_flags) & S_AUTOMOUNT;
	same = BPF_CORE_READ((struct FUSE(inode) *)inode, nodeid) == reply->nodeid &&
	       automount == !!(reply->attr_flags & FUSE_ATTR_SUBMOUNT);
	if (reply->state == ENTRY_REPLIED && same)
		tell_counted(ctx, inode, FUSE_LOOKUP);
	else if (reply->state == ENTRY_REPLIED && is_fresh(reply))
		tell_forgotten(ctx, conn_of(inode), BPF_CORE_READ(inode, i_sb, s_dev),
			       reply->nodeid, 1, 0, FUSE_LOOKUP);
	if ((__s32)returned(ctx) > 0 && is_fresh(reply)) {
		told.nodeid = reply->nodeid;
		told.generation = reply->generation;
		told.mode = reply->mode;
		told.opcode = FUSE_LOOKUP;
		compare_identity(ctx, inode, &told, automount);
	}
	reply->state = ENTRY_NONE;
	return 0;
}

static __always_inline void read_bytes(void *out, __u64 length, const void *from)
{
	barrier_var(length); /* the verifier wants the test beside the use */
	if (length < 64)
		bpf_probe_read_kernel(out, length, from);
}

/* Whether the bytes behind an entry are the dirent of that name: else it is no list's. */
static __always_inline bool is_dirent_of(const struct fpt_uapi_dirent *dirent, struct dentry *entry,
					 char name[64])
{
	__u32 length = 0, due = BPF_CORE_READ(entry, d_name.len);
	__u64 known[8] = {}, *told = (void *)name;

	bpf_probe_read_kernel(&length, sizeof(length), &dirent->namelen);
	if (length != due)
		return false;
	if (length > 63)
		length = 63;
	read_bytes(name, length, dirent->name);
	read_bytes(known, length, BPF_CORE_READ(entry, d_name.name));
	for (int i = 0; i < 8; i++)
		if (known[i] != told[i])
			return false;
	return true;
}

/* Whether an entry of a list is to be linked: else the kernel passes over it. */
static __always_inline bool is_linkable(const struct fpt_uapi_direntplus *entry)
{
	__u64 nodeid = 0;
	__u32 length = 0;
	char name[2] = {};

	bpf_probe_read_kernel(&nodeid, sizeof(nodeid), &entry->entry_out.nodeid);
	bpf_probe_read_kernel(&length, sizeof(length), &entry->dirent.namelen);
	bpf_probe_read_kernel(name, sizeof(name), entry->dirent.name);
	return nodeid && !(name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.')));
}

/* Goes to the list's next entry. */
static __always_inline void pass(struct entry_reply *reply, const struct fpt_uapi_direntplus *entry)
{
	__u32 length = 0;

	bpf_probe_read_kernel(&length, sizeof(length), &entry->dirent.namelen);
	reply->after = ((__u64)entry->dirent.name + length + 7) & ~7ULL;
}

/*
 * Every entry of a list is linked, forgotten by a request of its own, or passed
 * over.  So what lies before this one had its turn.
 */
static __always_inline void linked(__u64 *ctx, struct entry_reply *reply, struct inode *inode,
				   const struct fpt_uapi_direntplus *entry)
{
	const struct fpt_uapi_direntplus *due = (void *)reply->after;
	__u64 nodeid = 0;

	reply->conn = (__u64)conn_of(inode);
	reply->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	if (due && due < entry && is_linkable(due)) {
		bpf_probe_read_kernel(&nodeid, sizeof(nodeid), &due->entry_out.nodeid);
		tell_forgotten(ctx, (void *)reply->conn, reply->dev, nodeid, 1, 0,
			       FUSE_READDIRPLUS);
	}
	pass(reply, entry);
}

/* A FORGET that is a request: of the list's next entry, for it could not be linked. */
static __always_inline void forgot_entry(__u64 *ctx, struct FUSE(args) * args)
{
	struct entry_reply *reply = last_reply(0);
	const struct fpt_uapi_direntplus *due;
	__u64 nodeid = 0;

	if (!reply || reply->opcode != FUSE_READDIRPLUS || !reply->after)
		return;
	due = (void *)reply->after;
	if (!is_linkable(due)) {
		reply->after = 0;
		return;
	}
	bpf_probe_read_kernel(&nodeid, sizeof(nodeid), &due->entry_out.nodeid);
	if (nodeid == BPF_CORE_READ(args, nodeid))
		pass(reply, due);
	else
		tell_forgotten(ctx, (void *)reply->conn, reply->dev, BPF_CORE_READ(args, nodeid), 0,
			       1, FUSE_READDIRPLUS);
}

/* (dentry, entry_out): inside a READDIRPLUS, the entry is linked and its inode counted. */
ENTRY(entry_timeout_entry)
{
	struct dentry *entry = (void *)argument(ctx, 0);
	const struct fpt_uapi_direntplus *plus = (void *)argument(ctx, 1);
	struct entry_reply *reply = last_reply(0);
	char name[64] __attribute__((aligned(8))) = {};
	struct fpt_uapi_entry_out out = {};
	struct told_node told = {};
	struct FUSE(inode) * parent;
	struct inode *inode;

	if (!reply || reply->opcode != FUSE_READDIRPLUS)
		return 0;
	inode = BPF_CORE_READ(entry, d_inode);
	if (!inode || !is_dirent_of(&plus->dirent, entry, name))
		return 0;
	linked(ctx, reply, inode, plus);
	bpf_probe_read_kernel(&out, sizeof(out), &plus->entry_out);
	told.opcode = FUSE_READDIRPLUS;
	told.nodeid = out.nodeid;
	told.generation = out.generation;
	told.mode = out.attr.mode;
	compare_identity(ctx, inode, &told, BPF_CORE_READ(inode, i_flags) & S_AUTOMOUNT);
	if (!dev_wanted(reply->dev) || !ino_wanted(out.nodeid, out.attr.ino) || !task_wanted())
		return 0;
	EVENT_BEGIN(READDIRPLUS, readdirplus);
	if (!e)
		return 0;
	parent = (void *)BPF_CORE_READ(entry, d_parent, d_inode);
	read_id((struct fpt_id *)&e->inode, inode);
	e->parent = BPF_CORE_READ(parent, nodeid);
	e->attr_ino = out.attr.ino;
	bpf_probe_read_kernel(&e->dirent_ino, sizeof(e->dirent_ino), &plus->dirent.ino);
	__builtin_memcpy(e->name, name, sizeof(e->name));
	event_end(e);
	return 0;
}

/*
 * Lookups are forgotten when their inode is evicted, or at once when a reply was
 * not counted.  Nothing else is due.
 */
static __always_inline void forgets(__u64 *ctx, struct FUSE(conn) * fc, __u32 dev, __u64 nodeid,
				    __u64 nlookup)
{
	struct task_frames *t = frames_of_task(0);

	/* Without it the beginning of what the task does was not seen. */
	if (!t)
		return;
	if (t->evicted.key && t->evicted.nodeid == nodeid) {
		t->evicted.forgotten += nlookup;
	} else if (t->reply.state == ENTRY_REPLIED && t->reply.nodeid == nodeid && nlookup == 1) {
		t->reply.state = ENTRY_FORGOTTEN;
	} else {
		tell_forgotten(ctx, fc, dev, nodeid, 0, nlookup, t->reply.opcode);
	}
}

/* (conn, link, nodeid, nlookup); since 7.3 the channel comes first. */
ENTRY(forget_entry)
{
	struct FUSE(conn) *fc = (void *)argument(ctx, 0);
	struct FUSE(chan) *chan = (void *)fc;
	__u64 nodeid = argument(ctx, 2), nlookup = argument(ctx, 3);
	__u32 dev;

	if (config.forget_by_chan)
		fc = BPF_CORE_READ(chan, conn);
	dev = BPF_CORE_READ(fc, dev);
	forgets(ctx, fc, dev, nodeid, nlookup);
	if (!dev_wanted(dev) || (config.ino && nodeid != config.ino))
		return 0;
	EVENT_BEGIN(FORGET, forget);
	if (!e)
		return 0;
	e->conn = key_of(fc);
	e->dev = dev;
	e->nodeid = nodeid;
	e->nlookup = nlookup;
	event_end(e);
	return 0;
}

ENTRY(evict_entry)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct FUSE(inode) *fi = (void *)inode;
	struct task_frames *t = frames_of_task(BPF_LOCAL_STORAGE_GET_F_CREATE);
	__u64 nlookup = BPF_CORE_READ(fi, nlookup);

	if (t) {
		t->evicted.key = (__u64)inode;
		t->evicted.nodeid = BPF_CORE_READ(fi, nodeid);
		t->evicted.forgotten = 0;
		t->evicted.due = BPF_CORE_READ(inode, i_sb, s_flags) & SB_ACTIVE ? nlookup : 0;
		if (BPF_CORE_READ(fi, submount_lookup))
			t->evicted.due = DUE_UNKNOWN;
	} else {
		event_lost();
	}
	if (!inode_wanted(inode))
		return 0;
	compare_number(ctx, inode);
	EVENT_BEGIN(EVICT, evict);
	if (!e)
		return 0;
	read_id((struct fpt_id *)&e->inode, inode);
	read_state((struct fpt_state *)&e->before_ctr, inode);
	if (!BPF_CORE_READ(inode, i_hash.pprev))
		e->before_bits |= FPT_BIT_UNHASHED;
	e->nlookup = nlookup;
	event_end(e);
	return 0;
}

EXIT(evict_exit)
{
	struct inode *inode = (void *)argument(ctx, 0);
	struct task_frames *t = frames_of_task(0);

	if (!t || t->evicted.key != (__u64)inode)
		return 0;
	t->evicted.key = 0;
	if (t->evicted.due != DUE_UNKNOWN && t->evicted.due != t->evicted.forgotten)
		tell_forgotten(ctx, conn_of(inode), BPF_CORE_READ(inode, i_sb, s_dev),
			       t->evicted.nodeid, t->evicted.due, t->evicted.forgotten, 0);
	return 0;
}

#endif
