// SPDX-License-Identifier: GPL-2.0-only
// what: an uncached reference is given while files are open cached
// expect: mode-uncached-while-cached
// scenario: refused-opens

// iomode.c: the test for ETXTBSY is gone
@no_test@
symbol fi, err, unlock;
@@
  fuse_inode_uncached_io_start(...)
  {
  <+...
- if (fi->iocachectr > 0) { err = -ETXTBSY; goto unlock; }
  ...+>
  }
