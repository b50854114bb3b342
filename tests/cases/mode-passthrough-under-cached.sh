# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F19, a second open answered with passthrough while the first is cached
# targets: fuse fusept
files a
serve --fault cached-then-passthrough

work() {
	expect_errno 0 hold first "$MNT/a"
	expect_errno EIO hold second "$MNT/a"
	drop first
	expect_errno 0 hold third "$MNT/a"
}
traced work

expect_verdict violation
expect_finding mode-passthrough-under-cached 1 a "uncached_io_start said ETXTBSY: the inode is in \
cached mode, held by \"a\" opened by bash (pid $PID)"
