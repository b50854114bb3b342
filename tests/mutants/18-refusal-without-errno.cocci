// SPDX-License-Identifier: GPL-2.0-only
// what: the refusal of a cached open under passthrough leaves its errno unset; fuse_file_io_open
//       returns EIO all the same
// expect: control
// scenario: refused-opens opens

// iomode.c: what is unset is only printed by a pr_debug
@unset@
symbol err, fi;
@@
- err = -EINVAL;
  if (fuse_inode_backing(fi) && ...)
	goto fail;
