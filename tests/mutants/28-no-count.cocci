// SPDX-License-Identifier: GPL-2.0-only
// what: an uncached reference is given without being counted
// expect: mode-start-wrong
// scenario: opens

// iomode.c: ctr stays
@no_count@
symbol fi;
@@
  fuse_inode_uncached_io_start(...)
  {
  <+...
- fi->iocachectr--;
  ...+>
  }
