# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F9, READDIRPLUS tells another number than LOOKUP did
# targets: fuse fusept
files a
serve --timeout 60 --fault lookup-readdirplus-ino=100

work() {
	stat "$MNT/a" >/dev/null
	: "$MNT"/*
	[[ $(number "$MNT/a") == $(($(number "$BACK/a") + 100)) ]] || fail "the last does not win"
	expect_errno "$([[ $TARGET == fuse ]] && echo 0 || echo EIO)" hold a "$MNT/a"
}
traced work

if [[ $TARGET == fuse ]]; then
	expect_no_findings
else
	ino=$(number "$BACK/a")
	expect_verdict violation
	expect_finding ino-drift 1 "" "a reply changes the number from $ino to $((ino + 100))"
	expect_finding ino-backing-mismatch 1 a \
		"uncached_io_start said EIO: backing ino $ino (dev $BACKDEV) != fuse ino $((ino + 100))"
fi
