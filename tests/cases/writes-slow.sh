# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F43, a server slow to answer writes, for whose end a cached open waits: legal
# targets: fuse fusept
truncate -s 8k "$BACK/written"
ln "$BACK/written" "$BACK/cached"
serve --timeout 0 --mode parallel --fault slow-write=700@written --mode-of cached=cached

work() {
	dd if=/dev/zero of="$MNT/written" bs=4k count=1 conv=notrunc status=none &
	asleep "$!" _write_iter
	expect_errno 0 hold cached "$MNT/cached"
	wait
}
traced work

expect_verdict pass
expect_no_findings
