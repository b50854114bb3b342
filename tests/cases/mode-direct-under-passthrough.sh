# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F30, a second open answered with DIRECT_IO alone while the first is in passthrough
# targets: fuse fusept
files a
serve --fault direct-on-passthrough

work() {
	expect_errno 0 hold first "$MNT/a"
	expect_errno EIO hold second "$MNT/a"
}
traced work

expect_verdict violation
expect_finding mode-direct-under-passthrough 1 a "opened FOPEN_DIRECT_IO alone while in \
passthrough (inner EINVAL), held by \"a\" opened by bash (pid $PID)"
