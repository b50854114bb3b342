// SPDX-License-Identifier: GPL-2.0-only
// what: a direct write on an inode without backing file attaches "no file" once more
// expect: control
// scenario: direct-writes opens

// iomode.c: NULL replaces NULL, so that nothing is different
@attach@
symbol fb, oldfb;
@@
  fuse_inode_uncached_io_start(...)
  {
  <+...
- fb && !oldfb
+ !oldfb
  ...+>
  }
