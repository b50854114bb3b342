// SPDX-License-Identifier: GPL-2.0-only
// what: a server without CAP_SYS_ADMIN registers backing files
// expect: backing-accepted
// scenario: registrations

// passthrough.c: only the mode is looked at
@anybody@
identifier fc;
@@
  fuse_backing_open(...)
  {
  <...
- !fc->passthrough || !capable(CAP_SYS_ADMIN)
+ !fc->passthrough
  ...>
  }
