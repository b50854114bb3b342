# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F18, a second open answered cached while the first is in passthrough
# targets: fuse fusept
files a
serve --fault passthrough-then-cached

work() {
	expect_errno 0 hold first "$MNT/a"
	expect_errno EIO hold second "$MNT/a"
	expect_errno EIO hold third "$MNT/a" rw
	drop first
	expect_errno 0 hold fourth "$MNT/a"
}
traced work

expect_verdict violation
expect_finding mode-cached-under-passthrough 2 a \
	"opened cached while in passthrough (inner EINVAL), held by \"a\" opened by bash (pid $PID)"
