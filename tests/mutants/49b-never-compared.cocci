// SPDX-License-Identifier: GPL-2.0-only
// what: the numbers are compared nowhere, also where passthrough_ino is in force
// expect: ino-attach-unequal
// scenario: numbers

// iomode.c: the connection is never one that asked for it
@not_compared@
symbol fb, fc;
expression E;
@@
- fb && fc->passthrough_ino && E
+ fb && !fc && E
