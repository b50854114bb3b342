// SPDX-License-Identifier: GPL-2.0-only
// what: GETATTR may tell a file as a directory
// expect: identity-mixed
// scenario: replies

// dir.c: only what is no type at all is refused
@unchecked@
symbol inode, outarg;
@@
  fuse_do_getattr(...)
  {
  <+...
- inode_wrong_type(inode, outarg.attr.mode)
+ 0
  ...+>
  }
