// SPDX-License-Identifier: GPL-2.0-only
// what: passthrough_ino refuses unequal numbers with EINVAL
// expect: ino-errno-wrong
// scenario: numbers

// iomode.c: the errno is part of the contract
@errno@
symbol err, unlock;
@@
  fuse_inode_uncached_io_start(...)
  {
  <+...
- err = -EIO;
+ err = -EINVAL;
  ...+>
  }
