// SPDX-License-Identifier: GPL-2.0-only
// Lets the module load beside a built-in fuse: its own file system types,
// device node, sysfs folder, slabs and trace system; no exports, no aliases.
// Changes no behaviour.  Functions and types are renamed afterwards, by
// rename-header.  Applied after the feature and after any seeded bug.

// inode.c: a file system type of its own
@fs_type@
@@
  struct file_system_type fuse_fs_type = {
	...,
-	.name = "fuse",
+	.name = "fusept",
	...
  };

// inode.c: and one for block devices
@fuseblk_type@
@@
  struct file_system_type fuseblk_fs_type = {
	...,
-	.name = "fuseblk",
+	.name = "fuseptblk",
	...
  };

// control.c: and one for the control file system
@ctl_type@
@@
  struct file_system_type fuse_ctl_fs_type = {
	...,
-	.name = "fusectl",
+	.name = "fuseptctl",
	...
  };

// dev.c: the device node is /dev/fusept, whose minor the kernel chooses
@device@
@@
  struct miscdevice fuse_miscdevice = {
-	.minor = FUSE_MINOR,
-	.name = "fuse",
+	.minor = MISC_DYNAMIC_MINOR,
+	.name = "fusept",
	...
  };

// inode.c: /sys/fs/fusept
@sysfs@
@@
- kobject_create_and_add("fuse", fs_kobj)
+ kobject_create_and_add("fusept", fs_kobj)

// inode.c: slabs are found by name in /proc/slabinfo
@inode_slab@
@@
- kmem_cache_create("fuse_inode",
+ kmem_cache_create("fusept_inode",
	...)

// dev.c: slabs are found by name in /proc/slabinfo
@request_slab@
@@
- kmem_cache_create("fuse_request",
+ kmem_cache_create("fusept_request",
	...)

// sysctl.c: /proc/sys/fs/fusept, where this kernel has the file
@sysctl@
expression table;
@@
- register_sysctl("fs/fuse", table)
+ register_sysctl("fs/fusept", table)

// dev.c: the built-in fuse owns the exported names
@exports@
declarer name EXPORT_SYMBOL_GPL;
identifier symbol;
@@
- EXPORT_SYMBOL_GPL(symbol);

// inode.c: the built-in fuse owns the exported names
@plain_exports@
declarer name EXPORT_SYMBOL;
identifier symbol;
@@
- EXPORT_SYMBOL(symbol);

// inode.c: mounting a fuse must never load this module
@fs_aliases@
declarer name MODULE_ALIAS_FS;
expression name;
@@
- MODULE_ALIAS_FS(name);

// dev.c: opening /dev/fuse must never load this module
@minor_alias@
declarer name MODULE_ALIAS_MISCDEV;
@@
- MODULE_ALIAS_MISCDEV(FUSE_MINOR);

// dev.c: opening /dev/fuse must never load this module
@device_alias@
declarer name MODULE_ALIAS;
@@
- MODULE_ALIAS("devname:fuse");

// fuse_trace.h: events under events/fusept in tracefs
@trace_system@
@@
- #define TRACE_SYSTEM fuse
+ #define TRACE_SYSTEM fusept
