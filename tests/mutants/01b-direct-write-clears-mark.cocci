// SPDX-License-Identifier: GPL-2.0-only
// what: a parallel direct write marks its file as uncached and takes the mark off at its end, which
//       makes a passthrough file forget the reference that it holds
// expect: file-mode-jump
// scenario: direct-writes

// file.c: as it was upstream before "fuse: fix wrong ff->iomode state changes ..."
@mark@
identifier iocb, from, exclusive;
@@
  fuse_dio_lock(iocb, from, &exclusive);
+ if (!exclusive)
+	((struct fuse_file *)iocb->ki_filp->private_data)->iomode = IOM_UNCACHED;

// file.c: and off again
@unmark@
identifier iocb, exclusive;
@@
+ if (!exclusive)
+	((struct fuse_file *)iocb->ki_filp->private_data)->iomode = IOM_NONE;
  fuse_dio_unlock(iocb, exclusive);
