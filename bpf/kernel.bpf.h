/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The few kernel structures that are read, cut down to the members needed;
 * CO-RE finds the true offsets.  The bundled module calls its types fusept_*,
 * so this is compiled once for each of the two (FPT_BESIDE).  Reads nothing.
 */
#ifndef FPT_KERNEL_BPF_H
#define FPT_KERNEL_BPF_H

#ifdef FPT_BESIDE
#define FUSE(name) fusept_##name
#else
#define FUSE(name) fuse_##name
#endif

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct inode;

struct qstr {
	__u32 len;
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};

struct path {
	struct dentry *dentry;
};

struct file_system_type {
	const char *name;
};

struct super_block {
	__u32 s_dev;
	struct file_system_type *s_type;
	int s_stack_depth;
	unsigned long s_flags;
	unsigned long s_magic;
	struct dentry *s_root;
	void *s_fs_info;
};

struct hlist_node {
	struct hlist_node **pprev;
};

struct inode {
	struct hlist_node i_hash;
	__u16 i_mode;
	__u32 i_flags;
	__u64 i_ino; /* unsigned long before 7.1 */
	__u32 i_generation;
	struct super_block *i_sb;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	unsigned int f_flags;
	void *private_data;
};

struct kiocb {
	struct file *ki_filp;
};

struct backing_aio {
	struct kiocb *orig_iocb;
	void *end_write;
};

struct readahead_control {
	struct file *file;
};

struct vm_area_struct {
	unsigned long vm_flags;
	struct file *vm_file;
};

struct vm_fault {
	struct vm_area_struct *vma;
};

struct kstat {
	__u64 ino;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct user_namespace {
	int level; /* 0: that of the machine */
};

struct cred {
	struct {
		__u64 val;
	} cap_effective;
	struct user_namespace *user_ns;
};

struct task_struct {
	const struct cred *cred;
	struct files_struct *files;
};

struct FUSE(conn) {
	__u32 dev; /* s_dev of its first mount */
	int max_stack_depth;
	unsigned int passthrough : 1;
	unsigned int passthrough_ino : 1;
	unsigned int writeback_cache : 1;
	unsigned int no_open : 1;
};

struct FUSE(chan) { /* since 7.3 */
	struct FUSE(conn) * conn;
};

struct FUSE(mount) {
	struct FUSE(conn) * fc;
	struct super_block *sb;
};

struct FUSE(backing) {
	struct file *file;
	struct {
		struct {
			int counter;
		} refs;
	} count; /* a refcount_t */
};

struct FUSE(inode) {
	__u64 nodeid;
	__u64 nlookup;
	__u64 orig_ino;
	__u64 attr_version;
	int iocachectr;
	unsigned long state;
	struct FUSE(backing) * fb;
	void *submount_lookup;
};

struct FUSE(file) {
	struct FUSE(mount) * fm;
	void *args; /* a union whose open_outarg is at its start */
	__u64 kh;
	unsigned int open_flags;
	enum { FPT_ANY_IOMODE } iomode;
	struct file *passthrough;
};

struct FUSE(arg) {
	unsigned int size;
	void *value;
};

struct FUSE(in_arg) {
	unsigned int size;
};

struct FUSE(args) {
	__u64 nodeid;
	__u32 opcode;
	struct FUSE(in_arg) in_args[4];
	struct FUSE(arg) out_args[2];
};

struct FUSE(req) {
	struct FUSE(args) * args;
	struct {
		struct {
			int error;
		} h;
	} out;
	struct FUSE(mount) * fm; /* before 7.3 */
	struct FUSE(chan) * chan; /* since 7.3 */
};

struct FUSE(forget_one) {
	__u64 nodeid;
	__u64 nlookup;
};

struct FUSE(forget_link) {
	struct FUSE(forget_one) forget_one;
};

#pragma clang attribute pop

/* From the protocol (include/uapi/linux/fuse.h): fixed layouts, no CO-RE. */
struct fpt_uapi_attr {
	__u64 ino, size, blocks, atime, mtime, ctime;
	__u32 atimensec, mtimensec, ctimensec;
	__u32 mode, nlink, uid, gid, rdev, blksize, flags;
};

struct fpt_uapi_entry_out {
	__u64 nodeid, generation, entry_valid, attr_valid;
	__u32 entry_valid_nsec, attr_valid_nsec;
	struct fpt_uapi_attr attr;
};

struct fpt_uapi_attr_out {
	__u64 attr_valid;
	__u32 attr_valid_nsec, dummy;
	struct fpt_uapi_attr attr;
};

/* fuse_statx_out up to the number: its own number is 32 bytes into statx. */
struct fpt_uapi_statx_out {
	__u64 attr_valid;
	__u32 attr_valid_nsec, flags;
	__u64 spare[2];
	__u32 mask, blksize;
	__u64 attributes;
	__u32 nlink, uid, gid;
	__u16 mode, pad;
	__u64 ino;
};

struct fpt_uapi_dirent {
	__u64 ino, off;
	__u32 namelen, type;
	char name[];
};

struct fpt_uapi_direntplus {
	struct fpt_uapi_entry_out entry_out;
	struct fpt_uapi_dirent dirent;
};

struct fpt_uapi_open_out {
	__u64 fh;
	__u32 open_flags;
	__s32 backing_id;
};

struct fpt_uapi_backing_map {
	__s32 fd;
	__u32 flags;
	__u64 padding;
};

struct fpt_uapi_init_in {
	__u32 major, minor, max_readahead, flags, flags2;
	__u32 unused[11];
};

struct fpt_uapi_init_out {
	__u32 major, minor, max_readahead, flags;
	__u16 max_background, congestion_threshold;
	__u32 max_write, time_gran;
	__u16 max_pages, map_alignment;
	__u32 flags2, max_stack_depth;
};

struct FUSE(init_args) {
	struct fpt_uapi_init_in in;
	struct fpt_uapi_init_out out;
	struct FUSE(mount) * fm; /* since 7.3 */
} __attribute__((preserve_access_index));

#define VM_MAYSHARE 0x80UL
#define S_IFMT 0170000
#define S_IFREG 0100000
#define S_AUTOMOUNT (1 << 11)
#define S_DAX (1 << 13)
#define SB_ACTIVE (1UL << 30)

/* Opcodes of requests: replies hold entries, attributes or data; FORGET has none. */
enum {
	FUSE_LOOKUP = 1,
	FUSE_FORGET = 2,
	FUSE_GETATTR = 3,
	FUSE_SYMLINK = 6,
	FUSE_MKNOD = 8,
	FUSE_MKDIR = 9,
	FUSE_LINK = 13,
	FUSE_READ = 15,
	FUSE_WRITE = 16,
	FUSE_CREATE = 35,
	FUSE_READDIRPLUS = 44,
	FUSE_TMPFILE = 51,
	FUSE_STATX = 52,
};
#define FUSE_ATTR_SUBMOUNT (1U << 0)
#define FUSE_ROOT_ID 1
#define FUSE_SUPER_MAGIC 0x65735546

#endif
