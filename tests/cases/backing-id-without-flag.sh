# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F33, a backing id in a reply without FOPEN_PASSTHROUGH is ignored: the files are cached
# targets: fuse fusept
files a
serve --fault backing-id-without-flag

work() {
	expect_errno 0 hold one "$MNT/a" rw
	expect_errno 0 hold two "$MNT/a" rw
	echo b >&"$one"
	[[ $(cat <&"$two") == b && $(<"$BACK/a") == b ]] || fail "the write is lost"
}
traced work
[[ $(requests WRITE) == 1 && $(requests READ) == 1 ]] || fail "the I/O passed the server by"
[[ $(shown backing_id | tr '\n' ' ') == '1 ' ]] || fail "backing ids $(shown backing_id)"
expect_no_findings
expect_member opens.cached.count 2
expect_member opens.passthrough.count 0
