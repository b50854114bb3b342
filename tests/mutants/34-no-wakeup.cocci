// SPDX-License-Identifier: GPL-2.0-only
// what: the end of the last direct write does not wake the cached opens that wait for it
// expect: I20
// scenario: cached-open-waits

// iomode.c: nobody is woken
@no_wakeup@
symbol fi;
@@
  fuse_inode_uncached_io_end(...)
  {
  <+...
- wake_up(&fi->direct_io_waitq);
  ...+>
  }
