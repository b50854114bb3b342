// SPDX-License-Identifier: GPL-2.0-only
// what: an open whose io mode was refused succeeds all the same
// expect: open-error-lost
// scenario: refused-opens

// file.c: fuse_open does not look what came of it
@forgotten@
identifier err, inode, file;
@@
  fuse_open(...)
  {
  <...
- err = fuse_finish_open(inode, file);
+ fuse_finish_open(inode, file);
  ...>
  }
