// SPDX-License-Identifier: GPL-2.0-only
// what: the old inode of a nodeid that comes back goes on as if nothing had happened
// expect: nodeid-two-inodes
// scenario: nodeid-reuse

// inode.c: it is taken out of the hash, but not made bad
@good@
symbol inode;
@@
  fuse_iget(...)
  {
  <+...
- fuse_make_bad(inode);
  ...+>
  }
