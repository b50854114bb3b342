# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: -n shows commands of one name only, -N all the others; * stands for any part of a name
# targets: fuse fusept
# timeout: 90
files a b
serve

work() {
	cat "$MNT/a"
	head "$MNT/b"
}
traced work -n cat
expect_no_findings
expect_shown comm cat
expect_member count 1

traced work -n 'he*d'
expect_no_findings
expect_shown comm head

traced work -N cat
expect_no_findings
! shown comm | grep -qx cat || fail "-N cat shows it"
shown comm | grep -qx head || fail "-N cat does not show head"
