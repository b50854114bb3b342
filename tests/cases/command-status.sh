# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: the command's exit status is passed on after a pass, and not after a violation
# targets: fuse
# timeout: 90
files a
serve --fault passthrough-then-cached

seven() {
	: <"$MNT/a"
	exit 7
}
traced seven
expect_verdict pass 7
expect_member command "bash ended with exit status 7"

killed() {
	kill -KILL $$
}
traced killed
expect_verdict pass 137
expect_member command "bash ended by signal 9 (Killed)"

bad() {
	hold one "$MNT/a"
	: <"$MNT/a"
	exit 7
}
traced bad
expect_verdict violation
expect_finding mode-cached-under-passthrough 1 a "*"

expect_exit 127 "$O/fusept-trace" --target fuse -c -- /nonexistent/command
grep -q 'cannot run /nonexistent/command: No such file' "$T/err" || fail "said: $(<"$T/err")"
