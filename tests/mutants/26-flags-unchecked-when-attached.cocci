// SPDX-License-Identifier: GPL-2.0-only
// what: FOPEN_KEEP_CACHE and its like are let through if the inode is in passthrough already
// expect: open-flags-accepted
// scenario: refused-opens

// iomode.c: only the first open is held to the mask
@mask@
symbol ff, inode;
@@
- (ff->open_flags & ~FOPEN_PASSTHROUGH_MASK)
+ (!fuse_inode_backing(get_fuse_inode(inode)) && (ff->open_flags & ~FOPEN_PASSTHROUGH_MASK))
