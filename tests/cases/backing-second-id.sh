# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F21, a second open names a second registration of the same file
# targets: fuse fusept
files a
serve --fault second-backing-same-file

work() {
	expect_errno 0 hold first "$MNT/a"
	expect_errno EIO hold second "$MNT/a"
}
traced work

expect_verdict violation
expect_finding backing-second-id 1 a "uncached_io_start said EBUSY: backing id 2 registers once \
more the file of backing id 1 (ino $(number "$BACK/a"), dev $BACKDEV), which is attached by \"a\" \
opened by bash (pid $PID)"
