# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F5, two nodeids of one file with a number each: the second is refused under passthrough_ino
# targets: fuse fusept
files b
ln "$BACK/b" "$BACK/b2"
serve --fault two-nodeids-two-inos

work() {
	expect_errno 0 hold one "$MNT/b"
	expect_errno "$([[ $TARGET == fuse ]] && echo 0 || echo EIO)" hold two "$MNT/b2"
}
traced work

if [[ $TARGET == fuse ]]; then
	expect_no_findings
else
	ino=$(number "$BACK/b")
	expect_verdict violation
	expect_finding ino-backing-mismatch 1 b2 \
		"uncached_io_start said EIO: backing ino $ino (dev $BACKDEV) != fuse ino $((ino + 100))"
fi
