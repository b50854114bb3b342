// SPDX-License-Identifier: GPL-2.0-only
// what: a refused passthrough open keeps its reference to the backing file for good
// expect: I21 or I22 or I23
// scenario: second-backing refused-opens

// iomode.c: not put on the error path
@leak@
symbol ff, fb;
@@
  fuse_passthrough_release(ff, fb);
- fuse_backing_put(fb);
