// SPDX-License-Identifier: GPL-2.0-only
// what: INIT grants passthrough together with the writeback cache (fixed upstream by "fuse: disable
//       the combination of passthrough and writeback cache")
// expect: init-stack-depth
// scenario: negotiation

// inode.c: the test is gone
@grant@
expression E;
symbol flags;
@@
- E && !(flags & FUSE_WRITEBACK_CACHE)
+ E
