# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F4 and F5, two nodeids of one file: legal with one number but warned of, refused with two
# targets: fuse fusept
files a b
ln "$BACK/a" "$BACK/a2"
ln "$BACK/b" "$BACK/b2"
serve --fault two-nodeids@a* --fault two-nodeids-two-inos@b*

work() {
	expect_errno 0 hold one "$MNT/a"
	expect_errno 0 hold two "$MNT/a2"
	expect_errno 0 hold three "$MNT/b"
	expect_errno "$([[ $TARGET == fuse ]] && echo 0 || echo EIO)" hold four "$MNT/b2"
}
traced work

if [[ $TARGET == fuse ]]; then
	expect_no_findings
else
	ino=$(number "$BACK/a")
	expect_verdict violation
	expect_finding ino-shared-backing 1 "" \
		"backing ino $ino is attached to nodeid * as well"
	ino=$(number "$BACK/b")
	expect_finding ino-backing-mismatch 1 b2 \
		"uncached_io_start said EIO: backing ino $ino (dev $BACKDEV) != fuse ino $((ino + 100))"
fi
