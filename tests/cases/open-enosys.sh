# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F34, ENOSYS to an open while the inode is in passthrough makes it a cached one, and refused
# targets: fuse fusept
files a
serve --fault open-enosys

work() {
	expect_errno 0 hold first "$MNT/a"
	expect_errno EIO hold second "$MNT/a"
}
traced work

expect_verdict violation
expect_finding mode-cached-under-passthrough 1 a \
	"opened cached while in passthrough (inner EINVAL), held by \"a\" opened by bash (pid $PID)"
