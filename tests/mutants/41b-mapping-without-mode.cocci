// SPDX-License-Identifier: GPL-2.0-only
// what: a shared mapping of a direct-io file takes no cached reference
// expect: mmap-mode-missing
// scenario: mappings

// file.c: fuse_file_mmap() as if it were a cached file
@mode@
symbol inode, ff;
@@
- rc = fuse_file_cached_io_open(inode, ff);
+ rc = inode ? 0 : -EIO;
