# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: -m limits the trace to one mount, and findings to those on it
# targets: fuse fusept
files a
mkdir "$T/back2" "$T/mnt2"
echo a >"$T/back2/a"
BACK=$T/back2 MNT=$T/mnt2 serve --fault backing-id-invalid=0
serve

work() {
	expect_errno 0 hold one "$MNT/a"
	expect_errno EIO hold two "$T/mnt2/a"
}
traced work
expect_no_findings
expect_shown dev "$(mountpoint -d "$MNT")"
expect_member count 1
