// SPDX-License-Identifier: GPL-2.0-only
// what: a nodeid that comes back with another generation gets the old inode
// expect: identity-mixed
// scenario: nodeid-reuse

// fuse_i.h: only another type makes an inode stale
@ignored@
symbol inode, generation;
expression E;
@@
  fuse_stale_inode(...)
  {
- return inode->i_generation != generation || E;
+ return E;
  }
