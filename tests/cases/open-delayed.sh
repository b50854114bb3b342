# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F37, an OPEN reply that comes after the last RELEASE of the inode is legal in either mode
# targets: fuse fusept
files same other
serve --fault slow-open=1500 --fault passthrough-then-cached@other

# delayed NAME: the second open is answered after the first file was closed
delayed() {
	local begun

	hold first "$MNT/$1"
	begun=$(requests OPEN)
	(drop first && : <"$MNT/$1" || fail "the second open of $1 failed") &
	until (($(requests OPEN) > begun)); do sleep 0.05; done
	sleep 0.1
	drop first
	wait
}
work() {
	delayed same
	delayed other
}
traced work

# Of each file: asked and answered, asked, closed, answered, and closed again.
order=$(sed -n 's/.* \([<>] OPEN\)(.*/\1/p; s/.* \(> RELEASE\)(.*/\1/p' "$T/server.log")
one='> OPEN < OPEN > OPEN > RELEASE < OPEN > RELEASE'
[[ ${order//$'\n'/ } == "$one $one" ]] || fail "the order was ${order//$'\n'/ }"
expect_no_findings
expect_member opens.passthrough.count 3
expect_member opens.cached.count 1
