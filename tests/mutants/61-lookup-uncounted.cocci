// SPDX-License-Identifier: GPL-2.0-only
// what: a lookup that finds or makes an inode is not counted
// expect: lookup-count-wrong
// scenario: lookups

// inode.c: the inode's count stays
@uncounted@
symbol fi;
@@
  fuse_iget(...)
  {
  <+...
- fi->nlookup++;
  ...+>
  }
