# SPDX-License-Identifier: GPL-2.0-only
# shows: with a ring that is too small for the load, the verdict is inconclusive and the loss counted
# targets: fuse fusept
# timeout: 90
files a
serve
LOSS_EXPECTED=1

work() {
	local i

	for ((i = 0; i < 200; i++)); do
		: <"$MNT/a"
	done
}
traced work --ring-size 4K
expect_verdict inconclusive
member "$summary" lost
((REPLY > 0)) || fail "nothing was lost"
