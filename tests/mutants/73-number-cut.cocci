// SPDX-License-Identifier: GPL-2.0-only
// what: an inode's number loses its upper half
// expect: ino-squash-wrong
// scenario: numbers

// inode.c: as if ino_t had 32 bits
@cut@
symbol inode, attr;
@@
- inode->i_ino = fuse_squash_ino(attr->ino);
+ inode->i_ino = fuse_squash_ino(attr->ino) & 0xffffffff;
