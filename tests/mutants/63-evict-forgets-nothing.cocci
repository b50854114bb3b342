// SPDX-License-Identifier: GPL-2.0-only
// what: an evicted inode's lookups are not forgotten: the server keeps it for good
// expect: forget-wrong
// scenario: lookups

// inode.c: no FORGET
@silent@
symbol fi;
@@
  fuse_evict_inode(...)
  {
  <+...
- if (fi->nlookup) { ... }
  ...+>
  }
