# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F1, attr.ino differs from the backing ino: refused under passthrough_ino, fine without it
# targets: fuse fusept
files a b
serve --fault ino-mismatch=100@b

work() {
	expect_errno 0 hold a "$MNT/a"
	expect_errno "$([[ $TARGET == fuse ]] && echo 0 || echo EIO)" hold b "$MNT/b"
}
traced work

if [[ $TARGET == fuse ]]; then
	expect_no_findings
else
	ino=$(number "$BACK/b")
	expect_verdict violation
	expect_finding ino-backing-mismatch 1 b \
		"uncached_io_start said EIO: backing ino $ino (dev $BACKDEV) != fuse ino $((ino + 100))"
fi
