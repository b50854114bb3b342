# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F31 to F33, F37 and F40, unusual answers to an open that are legal, give no report
# targets: fuse fusept
files direct parallel unflagged slow
serve --fault direct-then-passthrough@direct --fault passthrough-direct-parallel@parallel \
	--fault backing-id-without-flag@unflagged --fault slow-open=300@slow \
	--fault backing-id-leak

work() {
	local name

	for name in direct parallel unflagged; do
		expect_errno 0 hold one "$MNT/$name" rw
		expect_errno 0 hold two "$MNT/$name" rw
		dd if=/dev/zero of="$MNT/$name" bs=4k count=4 conv=notrunc status=none ||
			fail "cannot write $name"
		cmp "$MNT/$name" "$BACK/$name" || fail "$name differs from its backing file"
		drop one
		drop two
	done
	(: <"$MNT/slow") &
	sleep 0.1
	expect_errno 0 hold one "$MNT/slow"
	drop one
	wait
}
traced work

expect_no_findings
