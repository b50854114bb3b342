# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: reports in other forms beside standard output's; assertions, live and from the log
# targets: fuse
# timeout: 90
files a
serve

work() {
	: <"$MNT/a"
}
AUDIT_OPTIONS=(--assert '.opens.passthrough.share == 1' --assert '.targets[0].name == "fuse"'
	--assert '.targets[0].hooks.open_entry == "on"' --assert '.mounts | length > 0')
traced work "${AUDIT_OPTIONS[@]}" --junit "$T/xml" -o tap:"$T/tap" -o ktap:"$T/ktap" \
	-o github:"$T/github" -o html:"$T/html" -o perfetto:"$T/pftrace" -o text:"$T/text"
expect_verdict pass
expect_member opens.reasons.refused 0
[[ $summary == *'"bytes":{"backing":{"read":'* ]] || fail "no bytes in the summary"
! grep -q '^not ok' "$T/tap" || fail "a point failed: $(grep '^not ok' "$T/tap")"
grep -q '^ok 1 - no evidence is missing$' "$T/tap" || fail "no TAP: $(head -n 3 "$T/tap")"
grep -q '^asserted *4 of 4 hold$' "$T/text" || fail "no text: $(tail -n 3 "$T/text")"
tail -n 1 "$T/xml" | grep -qx '</testsuites>' || fail "no end of the XML"
tail -n 1 "$T/html" | grep -qx '</html>' || fail "no end of the HTML"
grep -q 'title=fusept::verdict pass' "$T/github" || fail "no verdict: $(<"$T/github")"
grep -q passthrough "$T/pftrace" || fail "no slice in passthrough"
"$O/fusept-audit" -c -o junit:"$T/xml2" -o perfetto:"$T/pftrace2" "${AUDIT_OPTIONS[@]}" "$L" \
	>"$T/out" || fail "the log does not give what the run gave"
cmp -s "$T/pftrace" "$T/pftrace2" || fail "the log gives another picture"

echo '.opens.count == 2 # it is one' >"$T/expect"
trace=("$O/fusept-trace" --target fuse -m "$MNT")
expect_exit 1 "${trace[@]}" --expect "$T/expect" -- cat "$MNT/a"
grep -q 'found: .opens.count is 1$' "$T/out" || fail "not told: $(tail -n 5 "$T/out")"
"${trace[@]}" -q -c -o html:"$T/html2" -- cat -u "$MNT/a" >"$T/out" || fail "status $?"
grep -qF "<th>traced</th><td>cat -u $MNT/a</td>" "$T/html2" || fail "no command in the page"
expect_refusal 2 "*assertion '.lost ==': syntax error*" "${trace[@]}" --assert '.lost ==' \
	-- touch "$T/ran"
expect_refusal 2 "*cannot write /nonexistent/x: No such file*" "${trace[@]}" \
	--junit /nonexistent/x -- touch "$T/ran"
[[ ! -e $T/ran ]] || fail "the command ran"
