// SPDX-License-Identifier: GPL-2.0-only
// what: a private mapping of a FOPEN_DIRECT_IO file makes it cached
// expect: mmap-mode-unasked
// scenario: mappings

// file.c: before it is looked whether the mapping is shared
@unasked@
symbol vma, file, inode, ff;
@@
  fuse_file_mmap(...)
  {
  <...
  if (!(vma->vm_flags & VM_MAYSHARE)) {
+	if (fuse_file_cached_io_open(inode, ff))
+		return -ENODEV;
	return generic_file_mmap(file, vma);
  }
  ...>
  }
