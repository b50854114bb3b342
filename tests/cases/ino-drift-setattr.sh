# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F3, the reply to SETATTR changes the number of an open file
# targets: fuse fusept
files a
serve --fault ino-drift-at=setattr

work() {
	expect_errno 0 hold first "$MNT/a"
	chmod 600 "$MNT/a"
	drop first
}
traced work

if [[ $TARGET == fuse ]]; then
	expect_no_findings
else
	ino=$(number "$BACK/a")
	expect_verdict violation
	expect_finding ino-drift-attached 1 a "a reply changes the number from $ino to \
$((ino + 100)) while backing ino $ino (dev $BACKDEV) is attached"
fi
