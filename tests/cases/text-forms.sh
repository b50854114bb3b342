# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: each form of time, -c, -C and -a in text, live and from the log
# targets: fuse
# timeout: 90
files a
serve

work() {
	: <"$MNT/a"
}
AUDIT_OPTIONS=(-ttt -C)
traced_text work -ttt -C
stated=1
((code == 0)) || fail "exit $code"
grep -q -E '^[0-9]{10}\.[0-9]{6} open +a +nodeid [0-9]+ +passthrough, backing id 1$' "$J" ||
	fail "no open"
grep -q -E '^ +1  open ' "$J" || fail "-C: no counts"

# form OPTION PATTERN: a line of the event "open" looks so
form() {
	# shellcheck disable=SC2086 # none or one
	expect_exit 0 "$O/fusept-audit" $1 "$L"
	grep -q -E "^$2 ?open  *a  *nodeid" "$T/out" || fail "option '$1': $(grep open "$T/out")"
	[[ $(awk 'length > 80' "$T/out") == "" ]] || fail "option '$1': lines above 80 columns"
	grep -q '^verdict  *pass$' "$T/out" || fail "option '$1': no verdict"
}
form '' ' *[0-9]+\.[0-9]{6}'
form -t '[0-9]{2}:[0-9]{2}:[0-9]{2}'
form -tt '[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}'
form -ttt '[0-9]{10}\.[0-9]{6}'
form -r ' *[0-9]+\.[0-9]{6}'
expect_exit 0 "$O/fusept-audit" -a "$L"
grep -q 'uncached_start ' "$T/out" || fail "-a shows no inner events"
expect_exit 0 "$O/fusept-audit" -c "$L"
! grep -q nodeid "$T/out" || fail "-c shows events"
grep -q -E '^ +1  open ' "$T/out" || fail "-c: no counts"
