# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F12, a nodeid reused with its generation and type: the old inode becomes the new file
# targets: fuse fusept
files a1 a2 b1 b2
a1=$(number "$BACK/a1") a2=$(number "$BACK/a2") b1=$(number "$BACK/b1") b2=$(number "$BACK/b2")
# The server remembers the number of b with the nodeid, that of a not.
serve --timeout 60 --fault nodeid-reused@a? --fault nodeid-reused@b? \
	--fault ino-mismatch=$((b1 - b2))@b2

work() {
	for name in a b; do
		expect_errno 0 hold first "$MNT/${name}1"
		drop first
	done
	expect_errno 0 hold second "$MNT/a2"
	expect_errno 0 hold first "$MNT/a1"
	[[ $(cat <&"$first") == a2 ]] || fail "a1 is not a2 now"
	expect_errno "$([[ $TARGET == fuse ]] && echo 0 || echo EIO)" hold second "$MNT/b2"
}
traced work

if [[ $TARGET == fuse ]]; then
	expect_no_findings
else
	expect_verdict violation
	expect_finding ino-drift 1 "" "a reply changes the number from $a1 to $a2"
	expect_finding ino-backing-changed 1 "" "attached now: ino $a2 (dev $BACKDEV, \
generation *, magic 0x1021994); before: ino $a1 (dev $BACKDEV, generation *, magic 0x1021994), \
differing in ino and generation"
	expect_finding ino-backing-mismatch 1 b2 \
		"uncached_io_start said EIO: backing ino $b2 (dev $BACKDEV) != fuse ino $b1"
fi
