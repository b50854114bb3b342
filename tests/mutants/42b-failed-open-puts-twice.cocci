// SPDX-License-Identifier: GPL-2.0-only
// what: a refused passthrough open drops a reference to the backing file that is not its own
// expect: I21 or I22
// scenario: second-backing refused-opens

// iomode.c: put twice on the error path
@twice@
symbol ff, fb;
@@
  fuse_passthrough_release(ff, fb);
  fuse_backing_put(fb);
+ fuse_backing_put(fb);
