// SPDX-License-Identifier: GPL-2.0-only
// what: RELEASE is sent before the file has left its io mode
// expect: release-early
// scenario: opens

// file.c: the mode is left last, with an inode held until then
@late exists@
symbol ff, ra;
@@
- if (ra && ra->inode)
-	fuse_file_io_release(ff, ra->inode);
+ struct inode *late = ra && ra->inode ? igrab(ra->inode) : NULL;
  ... when any
+ if (late) {
+	fuse_file_io_release(ff, late);
+	iput(late);
+ }
  kfree(ff);
