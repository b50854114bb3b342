// SPDX-License-Identifier: GPL-2.0-only
// what: a name turns out to mean another nodeid, which is not forgotten
// expect: forget-wrong
// scenario: lookups

// dir.c: no FORGET for the nodeid that is not taken
@kept@
symbol forget, outarg;
identifier f =~ "queue_forget$";
expression C;
@@
  fuse_dentry_revalidate(...)
  {
  <+...
- f(C, forget, outarg.nodeid, 1);
+ kfree(forget);
  ...+>
  }
