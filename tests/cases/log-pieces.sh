# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: a log in pieces, compressed or not: judged as one; a piece that is gone counts as lost
# targets: fuse
# timeout: 180
files a
serve
AUDIT_OPTIONS=(-c)

work() {
	local i

	for ((i = 0; i < 900; i++)); do
		: <"$MNT/a"
	done
}
traced work -c --rotate 64K
expect_no_findings
expect_member count 900
pieces=("$L".*)
((${#pieces[@]} >= 2)) || fail "the log is ${pieces[*]}"
for piece in "${pieces[@]}"; do
	(($(stat -c %s "$piece") <= 65536)) || fail "$piece is too large"
done
expect_exit 0 "$O/fusept-audit" -c -f json - < <(cat "${pieces[@]}")
expect_exit 0 "$O/fusept-audit" -c -f json "${pieces[1]}" "${pieces[0]}" "${pieces[@]:2}"
rm "${pieces[0]}"
expect_exit 3 "$O/fusept-audit" -c -f json "$L"
[[ $(tail -n 1 "$T/out") =~ \"lost\":([0-9]+) && ${BASH_REMATCH[1]} -gt 0 ]] ||
	fail "nothing is lost: $(tail -n 1 "$T/out")"

traced work -c --compress --max-log-size 512K --stacks=all
expect_no_findings
