# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F11 and F13, a nodeid reused with another generation or type: the old inode is bad
# targets: fuse fusept
files anew1 anew2 type1
mkdir "$BACK/type2"
serve --timeout 60 --fault nodeid-reused-anew@anew? --fault nodeid-reused-type@type?

# reuse KIND: the second name gets the first one's nodeid while that is open
reuse() {
	expect_errno 0 hold first "$MNT/${1}1"
	expect_errno 0 stat "$MNT/${1}2"
	expect_errno EIO cat <&"$first"
	[[ $(nodeid_of "${1}1") == "$(nodeid_of "${1}2")" ]] || fail "$1: no nodeid was reused"
	expect_errno 0 hold again "$MNT/${1}1"
	[[ $(cat <&"$again") == "${1}1" ]] || fail "${1}1 is not itself any more"
	drop first
	drop again
}
# nodeid_of NAME: as its first LOOKUP told it
nodeid_of() {
	sed -n "/> LOOKUP.* \"$1\"\$/,/< LOOKUP/s/.* node \([0-9]*\) .*/\1/p" "$T/server.log" |
		head -n 1
}
work() {
	reuse anew
	expect_errno 0 hold second "$MNT/anew2"
	[[ $(cat <&"$second") == anew2 ]] || fail "anew2 is not itself"
	reuse type
	[[ -d $MNT/type2 ]] || fail "type2 is no folder"
}
traced work
expect_no_findings
