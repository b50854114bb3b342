# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F40, backing ids that the server never closes are freed at the end of the connection
# targets: fuse fusept
files a b
serve --fault backing-id-leak

work() {
	local name

	for name in a b a b; do
		expect_errno 0 hold fd "$MNT/$name"
		drop fd
	done
	sleep 0.2
	stop_serving
}
traced work
expect_no_findings
expect_member backing_open 4
expect_member backing_free 4
expect_member backing_close 0
