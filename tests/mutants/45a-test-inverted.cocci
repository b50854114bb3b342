// SPDX-License-Identifier: GPL-2.0-only
// what: passthrough_ino refuses equal numbers and accepts unequal ones
// expect: ino-errno-wrong or ino-attach-unequal
// scenario: numbers

// iomode.c: the wrong way round
@inverted@
symbol fb, fc;
expression A, B;
@@
- fb && fc->passthrough_ino && A != B
+ fb && fc->passthrough_ino && A == B
