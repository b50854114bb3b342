// SPDX-License-Identifier: GPL-2.0-only
// what: passthrough_ino compares the numbers at the first open only
// expect: ino-reopen-unequal
// scenario: numbers

// iomode.c: not where a backing file is attached
@first_only@
symbol fb, fc, oldfb;
expression E;
@@
- fb && fc->passthrough_ino && E
+ fb && !oldfb && fc->passthrough_ino && E
