// SPDX-License-Identifier: GPL-2.0-only
// what: files of a server without OPEN do not give their io mode back
// expect: mode-evict-busy
// scenario: refused-opens

// file.c: as if io modes did not apply to them
@skip@
symbol ra, ff;
@@
- if (ra && ra->inode)
+ if (ra && ra->inode && !ff->fm->fc->no_open)
	fuse_file_io_release(ff, ra->inode);
