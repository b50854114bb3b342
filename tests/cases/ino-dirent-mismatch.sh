# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F8, dirent.ino differs from attr.ino in READDIRPLUS; the opens succeed all the same
# targets: fuse fusept
files a b
serve --fault dirent-ino=100

work() {
	local name

	for name in "$MNT"/*; do
		expect_errno 0 hold one "$name"
		drop one
	done
}
traced work

expect_verdict violation
expect_member violations 2
for name in a b; do
	ino=$(number "$BACK/$name")
	expect_finding ino-dirent-mismatch 1 "$name" \
		"READDIRPLUS of nodeid 1: dirent.ino $((ino + 100)) != attr.ino $ino"
done
