// SPDX-License-Identifier: GPL-2.0-only
// FUSE_PASSTHROUGH_INO: a backing inode must carry the inode number of the
// FUSE inode it is attached to.  Owns the feature and nothing else: loading
// beside the built-in fuse is beside.cocci's.  Written against the kernel's
// own names; each rule must apply, or the build stops.  A rule's comment names its file.

// fuse_i.h: the mode is a property of the connection, switched on by INIT
@conn_bit@
@@
struct fuse_conn {
	...
	unsigned int passthrough:1;
+	/* The backing inode number must equal the FUSE inode number */
+	unsigned int passthrough_ino:1;
	...
};

// inode.c: offered only where passthrough itself is; ino_t must hold 64 bits
@init_offer@
identifier flags;
@@
- if (IS_ENABLED(CONFIG_FUSE_PASSTHROUGH))
-	flags |= FUSE_PASSTHROUGH;
+ if (IS_ENABLED(CONFIG_FUSE_PASSTHROUGH)) {
+	flags |= FUSE_PASSTHROUGH;
+	if (sizeof(ino_t) == sizeof(u64))
+		flags |= FUSE_PASSTHROUGH_INO;
+ }

// inode.c: accepted only in the block that turns passthrough itself on
@init_accept@
identifier flags;
expression fc;
@@
  if (<+... flags & FUSE_PASSTHROUGH ...+>) {
	...
	fc->passthrough = 1;
	...
+	if (flags & FUSE_PASSTHROUGH_INO)
+		fc->passthrough_ino = 1;
  }

// fuse_i.h: the function gets the inode, whose number and connection it needs
@start_declaration@
identifier fi, fb;
@@
  int fuse_inode_uncached_io_start(
-	struct fuse_inode *fi,
+	struct inode *inode,
	struct fuse_backing *fb);

// iomode.c: after the EBUSY test (a second backing file) and before the ETXTBSY
// test (a cached user), so that neither of those errors changes its meaning
@start_check@
identifier fi, fb, err, unlock;
@@
  int fuse_inode_uncached_io_start(
-	struct fuse_inode *fi,
+	struct inode *inode,
	struct fuse_backing *fb)
  {
+	struct fuse_inode *fi = get_fuse_inode(inode);
+	struct fuse_conn *fc = get_fuse_conn(inode);
	...
  if (...) {
	err = -EBUSY;
	goto unlock;
  }
+	/* One backing inode, one number: the server promised it in INIT */
+	if (fb && fc->passthrough_ino &&
+	    file_inode(fb->file)->i_ino != inode->i_ino) {
+		err = -EIO;
+		goto unlock;
+	}
  if (fi->iocachectr > 0) {
	err = -ETXTBSY;
	goto unlock;
  }
	...
  }

// file.c: and iomode.c: the callers hand it over
@start_callers@
identifier inode, fi;
expression fb;
@@
  struct fuse_inode *fi = get_fuse_inode(inode);
  <+...
  fuse_inode_uncached_io_start(
-	fi,
+	inode,
	fb)
  ...+>

// file.c: a caller that needed its fuse_inode only for that argument drops it
@start_callers_unused_fi depends on start_callers@
identifier f =~ "^(fuse_dio_lock|fuse_file_uncached_io_open)$";
identifier inode, fi;
@@
  f(...)
  {
	...
-	struct fuse_inode *fi = get_fuse_inode(inode);
	... when != fi
  }
