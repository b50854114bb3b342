# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F16 and F17, a wrong type or bad attributes: the kernel refuses them itself, and no report
# targets: fuse fusept
files type size mode
serve --timeout 60 --fault wrong-type@type --fault bad-attr=size@size --fault bad-attr=mode@mode

work() {
	expect_errno 0 hold fd "$MNT/type"
	expect_errno EIO stat --cached=never -c %s "$MNT/type"
	expect_errno EIO cat <&"$fd"
	drop fd
	expect_errno EIO hold fd "$MNT/size"
	expect_errno EIO hold fd "$MNT/mode"
}
traced work
expect_no_findings
