// SPDX-License-Identifier: GPL-2.0-only
// what: an uncached reference is counted, and a backing file attached, after fi->lock was dropped.
//       The window is held open for a while: one thread of emulation hardly ever hits a narrow one
// expect: I1 or I2 or I4 or I5 or I8 or I11
// scenario: races

// iomode.c: the tests are made under the lock, what follows is not
@drop_lock@
symbol fi, fb, oldfb, unlock;
statement S1, S2;
@@
  fuse_inode_uncached_io_start(...)
  {
  ...
+ spin_unlock(&fi->lock);
+ schedule_timeout_uninterruptible(1);
  fi->iocachectr--;
  if (fb && !oldfb) S1 else S2
+ spin_lock(&fi->lock);
unlock:
  ...
  }
