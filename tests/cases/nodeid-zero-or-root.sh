# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F14 and F15, nodeid 0 or 1 for a child in the replies to LOOKUP, MKNOD and READDIRPLUS
# targets: fuse fusept
mkdir "$BACK/folder0" "$BACK/folder1"
files lookup0 lookup1 folder0/readdirplus0 folder1/readdirplus1
faults=()
for op in lookup mknod readdirplus; do
	faults+=(--fault "nodeid-zero=$op@${op}0" --fault "nodeid-root=$op@${op}1")
done
serve "${faults[@]}"

# list N: the entry is listed all the same, and looked up when it is opened
list() {
	local names=("$MNT/folder$1"/*)

	[[ ${names[*]} == "$MNT/folder$1/readdirplus$1" ]] || fail "the folder has ${names[*]}"
	expect_errno 0 hold fd "${names[0]}"
	drop fd
}
forgets_of_root() {
	grep -c ' > FORGET([0-9]*) .* nodeid 1 ' "$T/server.log"
}
work() {
	expect_errno ENOENT hold fd "$MNT/lookup0"
	expect_errno EIO mkfifo "$MNT/mknod0"
	expect_errno EIO mkfifo "$MNT/mknod1"
	list 0
	[[ $(forgets_of_root) == 0 ]] || fail "a FORGET too early"
	list 1
	sleep 0.1
	[[ $(forgets_of_root) == 1 ]] || fail "no FORGET for the entry with nodeid 1"
	# A file where the root is a folder: the root itself goes bad.
	expect_errno EIO hold fd "$MNT/lookup1"
	expect_errno EIO stat "$MNT"
}
traced work
expect_no_findings
