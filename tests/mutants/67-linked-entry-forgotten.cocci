// SPDX-License-Identifier: GPL-2.0-only
// what: an entry of READDIRPLUS is forgotten though it was linked
// expect: forget-wrong
// scenario: lookups

// readdir.c: whatever the result
@forgotten@
identifier ret;
statement S;
@@
  parse_dirplusfile(...)
  {
  <+...
- if (ret) S
+ S
  ...+>
  }
