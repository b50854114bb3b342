# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F27, passthrough asked for with a max_stack_depth that is not taken, or with writeback
# targets: fuse fusept
# timeout: 90
files a

work() {
	local value

	for value in 0 3 writeback; do
		serve --fault stack-depth="$value"
		expect_errno 0 hold fd "$MNT/a"
		drop fd
		stop_serving
	done
}
traced work

expect_verdict violation
for why in "max_stack_depth is 0" "max_stack_depth is above 2" \
	"FUSE_WRITEBACK_CACHE excludes it"; do
	expect_finding init-passthrough-off 1 "" \
		"the server asked for passthrough and the mount succeeded without it: $why"
done
expect_finding backing-refused 3 "" \
	"BACKING_OPEN of fd * said EPERM: passthrough is not in force on this mount"
