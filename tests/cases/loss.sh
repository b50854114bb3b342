# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: a ring too small for the load: the verdict is inconclusive, and the loss is counted
# targets: fuse fusept
files a
serve
LOSS_EXPECTED=1

# The reader is stopped meanwhile, so that the ring is full for certain.
work() {
	local i

	kill -STOP "$PPID"
	for ((i = 0; i < 30; i++)); do
		: <"$MNT/a"
	done
	kill -CONT "$PPID"
}
traced work --ring-size 4K
expect_verdict inconclusive
member "$summary" lost
((REPLY > 0)) || fail "nothing was lost"
