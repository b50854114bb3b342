// SPDX-License-Identifier: GPL-2.0-only
// what: an entry of READDIRPLUS that cannot be linked is not forgotten
// expect: forget-wrong
// scenario: lookups

// readdir.c: no FORGET
@kept@
identifier ret;
statement S;
@@
  parse_dirplusfile(...)
  {
  <+...
- if (ret) S
  ...+>
  }
