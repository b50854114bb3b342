// SPDX-License-Identifier: GPL-2.0-only
// what: an entry of READDIRPLUS that cannot be linked stays counted as a lookup, and is forgotten
//       twice (fixed upstream by "fuse: nlookup missing decrement in fuse_direntplus_link")
// expect: I35
// scenario: directory-loop

// readdir.c: the count is not taken back
@keep@
symbol fi;
@@
  fuse_direntplus_link(...)
  {
  <+...
- fi->nlookup--;
  ...+>
  }
