# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F31, DIRECT_IO first, passthrough later: legal, but the first file cannot be mapped then
# targets: fuse fusept
files a
serve --fault direct-then-passthrough

work() {
	expect_errno 0 hold first "$MNT/a" rw
	expect_errno 0 map_page "$first" private
	expect_errno 0 hold second "$MNT/a" rw
	expect_errno ENODEV map_page "$first" private
	expect_errno ENODEV map_page "$first" shared
	[[ $(map_page "$second" shared) == a ]] || fail "the second file cannot be mapped"
	echo b >&"$first"
	[[ $(cat <&"$second") == b ]] || fail "what the first file wrote is not in the second"
	drop second
	[[ $(map_page "$first" private) == b ]] || fail "the first file cannot be mapped at the end"
}
traced work
expect_no_findings
expect_member opens.direct.count 1
expect_member opens.passthrough.count 1
