// SPDX-License-Identifier: GPL-2.0-only
// what: a directory or a fifo may be registered as backing file (fixed upstream by "fuse: do not
//       allow mapping a non-regular backing file")
// expect: I30
// scenario: registrations

// passthrough.c: the test is gone
@any_type@
identifier file;
@@
- if (!d_is_reg(file->f_path.dentry))
-	goto out_fput;
