# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F24, a backing id that is closed while an inode uses it, then used or registered again
# targets: fuse fusept
files reuse again
serve --fault backing-id-closed-in-use=reuse@reuse --fault backing-id-closed-in-use=reregister@again

work() {
	expect_errno 0 hold first "$MNT/reuse"
	expect_errno EIO hold second "$MNT/reuse"
	expect_errno 0 hold third "$MNT/again"
	expect_errno EIO hold fourth "$MNT/again"
}
traced work

ino=$(number "$BACK/again")
expect_verdict violation
expect_finding backing-id-unknown 1 reuse "passthrough_open said ENOENT: backing id 1 \
(ino $(number "$BACK/reuse")) was closed *.* ms before"
expect_finding backing-second-id 1 again "uncached_io_start said EBUSY: backing id 3 registers \
once more the file of backing id 2 (ino $ino, dev $BACKDEV), which is attached by \"again\" opened \
by bash (pid $PID)"
