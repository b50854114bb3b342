# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F10, F14, F16 and F17, replies that the kernel refuses or corrects itself are no findings
# targets: fuse fusept
files zero type size mode statx
serve --timeout 0 --fault nodeid-zero=lookup@zero --fault wrong-type@type \
	--fault bad-attr=size@size --fault bad-attr=mode@mode --fault statx-mask=no-ino@statx

work() {
	expect_errno ENOENT hold fd "$MNT/zero"
	expect_errno EIO ls -l "$MNT/type"
	expect_errno EIO hold fd "$MNT/size"
	expect_errno EIO hold fd "$MNT/mode"
	expect_errno 0 stat "$MNT/statx"
	expect_errno 0 hold fd "$MNT/statx"
}
traced work

expect_no_findings
