# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F20, a second open names the backing id of another file
# targets: fuse fusept
files a
serve --fault second-backing-other-file

work() {
	expect_errno 0 hold first "$MNT/a"
	expect_errno EIO hold second "$MNT/a"
}
traced work

expect_verdict violation
expect_finding backing-second-file 1 a "uncached_io_start said EBUSY: backing id 2 (ino \
$(backing_ino 2), dev $BACKDEV) is not backing id 1 (ino $(number "$BACK/a"), dev $BACKDEV), which \
is attached by \"a\" opened by bash (pid $PID)"
