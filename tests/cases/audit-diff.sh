# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: two runs of the same work, of which one server is at fault, differ in what came of it
# targets: fuse
files a b
diff=("$O/fusept-audit" --diff)

work() {
	: <"$MNT/a"
	hold one "$MNT/b"
	: <"$MNT/b"
	drop one
}
serve
traced work
expect_no_findings
healthy=$L
stop_serving

serve --fault passthrough-then-cached@b
traced work
expect_finding mode-cached-under-passthrough 1 b "opened cached while in passthrough*"
expect_verdict violation
expect_exit 0 "${diff[@]}" "$healthy" "$healthy"
expect_exit 1 "${diff[@]}" "$healthy" "$L"
grep -A 1 -F 'open of "b" for reading by bash' "$T/out" |
	grep -q '^  +        1 x EIO \[mode-cached-under-passthrough\]$' ||
	fail "it says $(<"$T/out")"
grep -q '^scenarios .* 1 with other results' "$T/out" || fail "it says $(tail -n 3 "$T/out")"
