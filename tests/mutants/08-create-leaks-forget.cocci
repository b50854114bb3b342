// SPDX-License-Identifier: GPL-2.0-only
// what: CREATE leaks its unused FORGET (fixed upstream by "fuse: fix memory leak in
//       fuse_create_open"); memory is no concern of this tool
// expect: control
// scenario: opens

// dir.c: allocated, not freed
@leak@
symbol forget, entry, inode;
@@
- kfree(forget);
  d_instantiate(entry, inode);
