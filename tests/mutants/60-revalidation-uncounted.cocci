// SPDX-License-Identifier: GPL-2.0-only
// what: a lookup that confirms a known name is not counted
// expect: lookup-count-wrong
// scenario: lookups

// dir.c: the inode's count stays
@uncounted@
symbol fi;
@@
  fuse_dentry_revalidate(...)
  {
  <+...
- fi->nlookup++;
  ...+>
  }
