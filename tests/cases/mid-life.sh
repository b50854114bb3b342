# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: on a mount with open files from before the trace, nothing is claimed that was not seen
# targets: fuse fusept
# timeout: 90
files a b
serve --fault passthrough-then-cached@b
expect_errno 0 hold a1 "$MNT/a"
expect_errno 0 hold b1 "$MNT/b"

start_watching
expect_errno 0 hold a2 "$MNT/a"
drop a1
drop a2
stop_watching INT
expect_verdict pass

start_watching
expect_errno EIO hold b2 "$MNT/b"
stop_watching INT
expect_verdict violation
expect_finding mode-cached-under-passthrough 1 b "opened cached while in passthrough \
(inner EINVAL), held by a file whose open was not seen"
