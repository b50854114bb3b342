// SPDX-License-Identifier: GPL-2.0-only
/*
 * Switches a thread's file system ids. The kernel has checked the caller's permission already
 * (default_permissions), so the capabilities stay: only ownership is at stake.
 */
#include "creds.h"

#include <errno.h>
#include <linux/securebits.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>

int fpt_creds__init(void)
{
	/* Otherwise setfsuid() to an ordinary user would drop CAP_DAC_OVERRIDE and its like. */
	return prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) ? -errno : 0;
}

int fpt_creds__thread(void)
{
	/* The umask is shared by all threads until they part. */
	if (unshare(CLONE_FS))
		return -errno;
	umask(0);
	return 0;
}

void fpt_creds__enter(const struct fuse_in_header *in, uint32_t mask)
{
	umask((mode_t)mask & 0777);
	if (in->gid)
		setfsgid(in->gid);
	if (in->uid)
		setfsuid(in->uid);
}

void fpt_creds__leave(void)
{
	setfsuid(0);
	setfsgid(0);
	umask(0);
}
