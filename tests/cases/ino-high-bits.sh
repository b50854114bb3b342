# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F7, a number that differs above bit 32 only
# targets: fuse fusept
files a
serve --fault ino-high-bits

work() {
	expect_errno "$([[ $TARGET == fuse ]] && echo 0 || echo EIO)" hold a "$MNT/a"
}
traced work

if [[ $TARGET == fuse ]]; then
	expect_no_findings
else
	ino=$(number "$BACK/a")
	expect_verdict violation
	expect_finding ino-backing-mismatch 1 a "uncached_io_start said EIO: \
backing ino $ino (dev $BACKDEV) != fuse ino $((ino + (1 << 40)))"
fi
