// SPDX-License-Identifier: GPL-2.0-only
// what: a nodeid that comes back with another generation gets the old inode, relabelled
// expect: identity-changed
// scenario: nodeid-reuse

// inode.c: the inode is not replaced
@relabelled@
symbol inode, generation;
statement S;
@@
  fuse_iget(...)
  {
  <+...
- if (fuse_stale_inode(...)) S
+ inode->i_generation = generation;
  ...+>
  }
