# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F10, STATX without the number or in part: st_ino is what it says, the inode keeps its own
# targets: fuse fusept
files none partial
serve --timeout 60 --fault statx-mask=no-ino@none --fault statx-mask=partial@partial \
	--fault ino-drift@partial

# expect_ino FILE ASKED KEPT: st_ino from STATX, for the time of birth is asked, and from memory
expect_ino() {
	local asked kept

	asked=$(stat -c '%i %w' "$MNT/$1")
	kept=$(stat --cached=always -c %i "$MNT/$1")
	[[ ${asked%% *} == "$2" && $kept == "$3" ]] || fail "$1: stat says $asked, then $kept"
}
work() {
	local none partial

	none=$(number "$BACK/none") partial=$(number "$BACK/partial")
	expect_ino none 0 "$none"
	expect_ino partial $((partial + 100)) "$partial"
	expect_errno 0 hold one "$MNT/none"
	expect_errno 0 hold two "$MNT/partial"
	[[ $(requests STATX) == 2 ]] || fail "$(requests STATX) times STATX"
}
traced work

if [[ $TARGET == fuse ]]; then
	expect_no_findings
else
	none=$(number "$BACK/none") partial=$(number "$BACK/partial")
	expect_verdict pass
	expect_finding ino-drift 1 "" \
		"STATX tells 0, which stat shows, but the inode keeps $none"
	expect_finding ino-drift 1 "" "STATX tells $((partial + 100)), which stat shows, but the \
inode keeps $partial"
fi
