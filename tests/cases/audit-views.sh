# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: a log's filters, and the life of one inode with the pair of opens that do not fit
# targets: fuse fusept
files a b
serve --fault passthrough-then-cached@b

work() {
	: <"$MNT/a"
	expect_errno 0 hold one "$MNT/b"
	expect_errno EIO hold two "$MNT/b"
	drop one
}
traced work
expect_finding mode-cached-under-passthrough 1 b "opened cached while in passthrough*"
expect_verdict violation

member "$(grep '^{"type":"finding"' "$J")" nodeid && nodeid=$REPLY
audit=("$O/fusept-audit" "$L")
expect_exit 1 "${audit[@]}" -f json --nodeid "$nodeid" -m "$MNT"
names=$(grep '^{"type":"event"' "$T/out" | grep -o '"name":"[^"]*"' | sort -u)
[[ $names == '"name":"b"' ]] || fail "--nodeid: $names"
expect_exit 1 "${audit[@]}" -f json --check T4
[[ $(grep -c '^{"type":"\(event\|finding\)"' "$T/out") == 2 ]] || fail "--check: $(<"$T/out")"
expect_exit 1 "${audit[@]}" -f json --until 0 -p 1
! grep '^{"type":"event"' "$T/out" || fail "--until and -p show events"
expect_exit 1 "${audit[@]}" --timeline "$nodeid"
mapfile -t marked < <(grep '^   1>' "$T/out")
[[ ${#marked[@]} == 2 && ${marked[0]} == *'open of "b"'*passthrough, &&
	${marked[1]} == *'open of "b"'*EIO,* ]] || fail "marked: ${marked[*]}"
