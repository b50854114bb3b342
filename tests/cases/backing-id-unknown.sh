# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F23, a backing id that was closed just before, and one that was never registered
# targets: fuse fusept
files closed never
serve --fault backing-id-closed@closed --fault backing-id-closed=77@never

work() {
	expect_errno EIO hold fd "$MNT/closed"
	expect_errno EIO hold fd "$MNT/never"
}
traced work

expect_verdict violation
expect_finding backing-id-unknown 1 closed "passthrough_open said ENOENT: backing id 1 \
(ino $(number "$BACK/closed")) was closed *.* ms before"
expect_finding backing-id-unknown 1 never \
	"passthrough_open said ENOENT: backing id 77 was not registered since tracing began"
