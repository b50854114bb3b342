# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F4, two nodeids of one file with one number: legal, but warned of under passthrough_ino
# targets: fuse fusept
files a
ln "$BACK/a" "$BACK/a2"
serve --fault two-nodeids

work() {
	expect_errno 0 hold one "$MNT/a"
	expect_errno 0 hold two "$MNT/a2"
}
traced work

expect_verdict pass
if [[ $TARGET == fusept ]]; then
	ino=$(number "$BACK/a")
	expect_finding ino-shared-backing 1 "" "backing ino $ino (dev $BACKDEV, generation *, \
magic 0x1021994) is attached to nodeid $ino as well"
fi
