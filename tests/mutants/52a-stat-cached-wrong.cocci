// SPDX-License-Identifier: GPL-2.0-only
// what: stat(2) tells i_ino + 1 where it is answered from the cache
// expect: I38
// scenario: numbers

// dir.c: no request is sent
@cached@
symbol stat, fi, inode;
@@
- stat->ino = fi->orig_ino;
+ stat->ino = inode->i_ino + 1;
