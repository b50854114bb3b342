# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F42, a server that dies in mid-open, and one that is killed, while traced
# targets: fuse fusept
files a die
serve --fault die-in-open@die

work() {
	expect_errno 0 hold one "$MNT/a"
	! (: <"$MNT/die") 2>"$T/die" || fail "an open without an answer succeeded"
	errno_name "$(<"$T/die")"
	[[ $REPLY == ECONNABORTED || $REPLY == ENOTCONN ]] || fail "the open said $REPLY"
	expect_errno ENOTCONN hold two "$MNT/a"
	drop one
}
traced work
expect_no_findings

umount -l "$MNT"
serve
idle() {
	expect_errno 0 hold one "$MNT/a"
	kill -9 "$(<"$T/server.pid")"
	sleep 0.3
	expect_errno ENOTCONN hold two "$MNT/a"
	umount -l "$MNT"
}
traced idle
expect_no_findings
