// SPDX-License-Identifier: GPL-2.0-only
/*
 * Publishes which INIT bit means FUSE_PASSTHROUGH_INO in this build, and which
 * candidate fixes are in it: to modinfo, and to the server, the tracer and the
 * tests through /sys/module/fusept/parameters.  Decides nothing.
 */
#include <linux/module.h>
#include <linux/stringify.h>

static unsigned int passthrough_ino_bit = FUSEPT_INO_BIT;
module_param(passthrough_ino_bit, uint, 0444);
MODULE_PARM_DESC(passthrough_ino_bit, "INIT flag bit that means FUSE_PASSTHROUGH_INO (read only)");
MODULE_INFO(passthrough_ino_bit, __stringify(FUSEPT_INO_BIT));

static char *fixes = FUSEPT_FIXES;
module_param(fixes, charp, 0444);
MODULE_PARM_DESC(fixes, "candidate fixes in this build (read only)");
MODULE_INFO(fixes, FUSEPT_FIXES);
