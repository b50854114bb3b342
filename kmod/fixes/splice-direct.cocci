// SPDX-License-Identifier: GPL-2.0-only
// A candidate fix: splice and sendfile from a FOPEN_DIRECT_IO file read as
// read(2) does, past the page cache, whatever the mode of the inode.
// See docs/findings.md.

// file.c: the order of fuse_file_read_iter(); and what vfs_splice_read() does
// by itself for a file that was opened with O_DIRECT
@splice_direct@
identifier in, ppos, pipe, len, flags, ff;
@@
  fuse_splice_read(struct file *in, loff_t *ppos, struct pipe_inode_info *pipe, size_t len,
		   unsigned int flags)
  {
	struct fuse_file *ff = in->private_data;
+	if (ff->open_flags & FOPEN_DIRECT_IO)
+		return copy_splice_read(in, ppos, pipe, len, flags);
  <+...
- fuse_file_passthrough(ff) && !(ff->open_flags & FOPEN_DIRECT_IO)
+ fuse_file_passthrough(ff)
  ...+>
  }
