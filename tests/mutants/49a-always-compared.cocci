// SPDX-License-Identifier: GPL-2.0-only
// what: the numbers are compared on every connection, also where passthrough_ino is not in force
// expect: ino-errno-wrong
// scenario: numbers

// iomode.c: the connection is not asked
@always@
symbol fb, fc;
expression E;
@@
- fb && fc->passthrough_ino && E
+ fb && E
