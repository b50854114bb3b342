# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: processes that open and close the same few files at once: never a finding
# targets: fuse fusept
# timeout: 120
files p c d q
serve --mode-of c=cached --mode-of d=parallel --mode-of q=passthrough-parallel

# churn NUMBER: opens, holds two files at a time, writes now and then
churn() {
	local i one two names=(p c d q)

	for ((i = 0; i < 25; i++)); do
		hold one "$MNT/${names[(i + $1) % 4]}" || fail "open $i of process $1"
		hold two "$MNT/${names[(i * $1) % 4]}" rw || fail "open $i of process $1"
		((i % 5)) || echo "$1" >&"$two" || fail "write $i of process $1"
		drop one
		drop two
	done
}
work() {
	local i

	for i in 1 2 3 4; do
		churn "$i" &
	done
	wait
}
traced work
expect_no_findings_or_doubt
expect_member opens.failed.count 0
