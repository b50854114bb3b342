# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: --ino limits the trace to one inode, by its nodeid or number
# targets: fuse fusept
# timeout: 90
files a b
serve --fault passthrough-then-cached@a --fault ino-mismatch=1000@b

work() {
	expect_errno 0 hold one "$MNT/a"
	expect_errno EIO hold two "$MNT/a"
	! : <"$MNT/b" 2>/dev/null
	return 0
}
ino=$(number "$BACK/a")
traced work --ino "$ino"
expect_verdict violation
expect_finding mode-cached-under-passthrough 1 a "*"
[[ $(shown name) == a ]] || fail "files shown: $(shown name | tr '\n' ' ')"

ino=$(number "$MNT/b")
traced work --ino "$ino"
if [[ $TARGET == fuse ]]; then
	expect_no_findings
else
	expect_verdict violation
	expect_finding ino-backing-mismatch 1 b "*"
fi
[[ $(shown name) == b ]] || fail "files shown: $(shown name | tr '\n' ' ')"
