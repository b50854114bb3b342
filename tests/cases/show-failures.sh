# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: -x shows failed opens only, -x with an errno those that failed with it
# targets: fuse
# timeout: 90
files a b
serve --fault passthrough-then-cached@a

work() {
	expect_errno 0 hold one "$MNT/a"
	expect_errno EIO hold two "$MNT/a"
	expect_errno 0 hold three "$MNT/b"
}
text="opened cached while in passthrough (inner EINVAL), held by *"
AUDIT_OPTIONS=(-x)
traced work -x
expect_verdict violation
expect_finding mode-cached-under-passthrough 1 a "$text"
expect_shown ret_name EIO
expect_shown event open
expect_member count 3

traced work -xEIO
expect_verdict violation
expect_finding mode-cached-under-passthrough 1 a "$text"
expect_shown ret_name EIO
