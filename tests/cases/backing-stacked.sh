# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F38, backing files on an overlayfs and on another fuse: ELOOP, or a deeper stack
# targets: fuse fusept
# timeout: 120
mkdir "$T/lower" "$T/upper" "$T/tmp" "$T/top" "$BACK/overlay"
files below
echo over >"$T/lower/over"
mount -t overlay -o "lowerdir=$T/lower,upperdir=$T/upper,workdir=$T/tmp" overlay "$BACK/overlay" ||
	fail "cannot mount an overlay"
serve
# Another server on top of it; traced is that one's mount.
BACK=$MNT MNT=$T/top

work() {
	expect_errno 0 hold fd "$MNT/below"
	drop fd
	stop_serving
}
over() {
	expect_errno 0 hold fd "$BACK/overlay/over"
}
serve
traced work
expect_verdict violation
expect_member opens.cached.count 1
expect_finding backing-refused 1 "" "BACKING_OPEN of fd * said ELOOP: its file system is stacked \
as deep as max_stack_depth allows"
serve --stack-depth 2
traced work
expect_no_findings
expect_member opens.passthrough.count 1

MNT=$BACK
traced over
expect_verdict violation
expect_member opens.cached.count 1
expect_finding backing-refused 1 "" "BACKING_OPEN of fd * said ELOOP: its file system is stacked \
as deep as max_stack_depth allows"
