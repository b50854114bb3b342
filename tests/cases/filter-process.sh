# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: -p shows one process only, -P all the others
# targets: fuse fusept
# timeout: 90
files a b
serve
mkfifo "$T/go" "$T/done"
other() {
	while read -r _ <"$T/go"; do
		: <"$MNT/b"
		echo >"$T/done"
	done
}
other &
OTHER=$!

work() {
	: <"$MNT/a"
	echo >"$T/go"
	read -r _ <"$T/done"
}
traced work -p "$OTHER"
expect_no_findings
expect_shown pid "$OTHER"
expect_member count 1
expect_member bytes.backing.read null

traced work -P "$OTHER"
expect_no_findings
expect_member count 1
! shown pid | grep -qx "$OTHER" || fail "-P $OTHER shows it"
shown pid | grep -qx "$PID" || fail "-P $OTHER does not show $PID"
