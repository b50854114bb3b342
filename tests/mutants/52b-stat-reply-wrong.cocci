// SPDX-License-Identifier: GPL-2.0-only
// what: stat(2) tells i_ino + 1 where the server was asked
// expect: I38
// scenario: numbers

// dir.c: the reply is at hand
@reply@
symbol stat, attr, inode;
@@
- stat->ino = attr->ino;
+ stat->ino = inode->i_ino + 1;
