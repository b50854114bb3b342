# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F34, ENOSYS to an open while the inode is in passthrough makes it a cached one, and refused
# targets: fuse fusept
files a b
serve --fault open-enosys

work() {
	expect_errno 0 hold first "$MNT/a"
	expect_errno EIO hold second "$MNT/a"
	# From now on the kernel asks no more.
	expect_errno EIO hold third "$MNT/a"
	expect_errno 0 hold fourth "$MNT/b"
	[[ $(cat <&"$fourth") == b && $(cat <&"$first") == a ]] || fail "the files cannot be read"
	drop first
	expect_errno 0 hold fifth "$MNT/a"
}
traced work

[[ $(requests OPEN) == 2 ]] || fail "$(requests OPEN) times OPEN"
expect_verdict violation
expect_finding mode-cached-under-passthrough 2 a \
	"opened cached while in passthrough (inner EINVAL), held by \"a\" opened by bash (pid $PID)"
expect_member opens.cached.count 2
