# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: SIGINT and SIGTERM end the trace in good order: summary, log, the verdict's exit status
# targets: fuse fusept
# timeout: 90
files a b
serve --fault passthrough-then-cached@b

start_watching
expect_errno 0 hold one "$MNT/a"
stop_watching INT
expect_no_findings
expect_member ended true
expect_member count 1

start_watching
expect_errno 0 hold two "$MNT/b"
expect_errno EIO hold three "$MNT/b"
stop_watching TERM
expect_verdict violation
expect_finding mode-cached-under-passthrough 1 b "*held by \"b\" opened by bash (pid $$)"
expect_member count 2
