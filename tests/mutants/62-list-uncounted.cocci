// SPDX-License-Identifier: GPL-2.0-only
// what: an entry of READDIRPLUS whose inode is known is not counted
// expect: lookup-count-wrong
// scenario: lookups

// readdir.c: the inode's count stays
@uncounted@
symbol fi;
@@
  fuse_direntplus_link(...)
  {
  <+...
- fi->nlookup++;
  ...+>
  }
