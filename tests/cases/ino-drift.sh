# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F2, GETATTR changes the number while the file is open; the next open is refused
# targets: fuse fusept
files a
serve --timeout 60 --fault ino-drift=1@a

work() {
	expect_errno 0 hold first "$MNT/a"
	stat --cached=never "$MNT/a"
	drop first
	expect_errno "$([[ $TARGET == fuse ]] && echo 0 || echo EIO)" hold second "$MNT/a"
}
traced work

if [[ $TARGET == fuse ]]; then
	expect_no_findings
else
	ino=$(number "$BACK/a")
	expect_verdict violation
	expect_finding ino-drift-attached 1 a "a reply changes the number from $ino to \
$((ino + 100)) while backing ino $ino (dev $BACKDEV) is attached"
	expect_finding ino-backing-mismatch 1 a \
		"uncached_io_start said EIO: backing ino $ino (dev $BACKDEV) != fuse ino $((ino + 100))"
fi
