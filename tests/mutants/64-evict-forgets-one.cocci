// SPDX-License-Identifier: GPL-2.0-only
// what: an evicted inode is forgotten once, however often it was looked up
// expect: forget-wrong
// scenario: lookups

// inode.c: not the whole count
@one@
symbol fi;
identifier f =~ "queue_forget$";
expression C, L, N;
@@
  fuse_evict_inode(...)
  {
  <+...
- f(C, L, N, fi->nlookup)
+ f(C, L, N, 1)
  ...+>
  }
