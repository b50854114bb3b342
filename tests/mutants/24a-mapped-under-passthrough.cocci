// SPDX-License-Identifier: GPL-2.0-only
// what: a file that is not in passthrough can be mapped while its inode is
// expect: mmap-under-passthrough
// scenario: mappings

// file.c: the refusal is dropped
@map@
symbol ff, file, vma, inode;
@@
  if (fuse_file_passthrough(ff))
	return fuse_passthrough_mmap(file, vma);
- else if (fuse_inode_backing(get_fuse_inode(inode)))
-	return -ENODEV;
