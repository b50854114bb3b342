// SPDX-License-Identifier: GPL-2.0-only
// A candidate fix: a cached open that waits for direct writes is woken when a
// backing file is attached, which ends its wait (it fails, as it should).
// See docs/findings.md.

// iomode.c: the lock is held, as where the last direct write wakes them; whoever
// looks before fb is set is on the queue by then, whoever looks after it goes on
@wake_on_attach@
symbol fi;
expression oldfb, fb;
@@
  fuse_inode_uncached_io_start(...)
  {
  <+...
	oldfb = fuse_inode_backing_set(fi, fb);
	WARN_ON_ONCE(oldfb != NULL);
+	/* Opens in caching mode that wait for parallel dio can only fail now */
+	wake_up(&fi->direct_io_waitq);
  ...+>
  }
