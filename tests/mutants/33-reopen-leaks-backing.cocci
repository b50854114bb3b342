// SPDX-License-Identifier: GPL-2.0-only
// what: a further open of an attached backing file keeps its reference for good
// expect: I21 or I23
// scenario: opens

// iomode.c: not put
@leak@
symbol fb;
statement S;
expression E;
@@
  fuse_inode_uncached_io_start(...)
  {
  <+...
  if (E) S else {
-	fuse_backing_put(fb);
  }
  ...+>
  }
