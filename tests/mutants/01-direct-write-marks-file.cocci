// SPDX-License-Identifier: GPL-2.0-only
// what: a parallel direct write marks its file as uncached (fixed upstream by "fuse: fix wrong
//       ff->iomode state changes from parallel dio write")
// expect: file-mode-jump
// scenario: direct-writes

// file.c: the mark stays after the write
@mark@
identifier iocb, from, exclusive;
@@
  fuse_dio_lock(iocb, from, &exclusive);
+ if (!exclusive)
+	((struct fuse_file *)iocb->ki_filp->private_data)->iomode = IOM_UNCACHED;
