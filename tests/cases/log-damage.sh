# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: a log that is truncated, damaged, of another version or no log: one line, 3 or 2, no crash
# targets: fuse
files a b
serve --fault passthrough-then-cached@b

work() {
	: <"$MNT/a"
}
traced work
expect_no_findings
size=$(stat -c %s "$L")

# patch OFFSET BYTE: a copy of the log with that byte there
patch() {
	cp "$L" "$T/bad"
	printf '%b' "\\x$2" | dd of="$T/bad" bs=1 seek="$1" conv=notrunc status=none
}
audit=("$O/fusept-audit" -f json)
expect_exit 0 "${audit[@]}" - <"$L"
head -c $((size - 60)) "$L" >"$T/bad"
expect_refusal 3 "fusept-audit: $T/bad: *" "${audit[@]}" "$T/bad"
grep -q '"verdict":"inconclusive"' "$T/out" || fail "a truncated log gives $(tail -n 1 "$T/out")"
# Its last block; without the first, which tells of the run, there would be nothing to judge.
patch $(($(grep -abo FPTB "$L" | tail -n 1 | cut -d : -f 1) + 80)) a5
expect_refusal 3 "fusept-audit: $T/bad: *offset*" "${audit[@]}" "$T/bad"
# The file header: what is behind it says where it belongs, unless that is another version's.
patch 8 63
expect_refusal 3 "fusept-audit: $T/bad: damaged at offset 0: *" "${audit[@]}" "$T/bad"
grep -q '"verdict":"inconclusive"' "$T/out" || fail "a damaged header gives $(tail -n 1 "$T/out")"
head -c 32 "$T/bad" >"$T/older"
expect_refusal 2 "fusept-audit: *$T/older*version*" "${audit[@]}" "$T/older"
head -c 5000 /dev/urandom >"$T/bad"
expect_refusal 2 "fusept-audit: *$T/bad*" "${audit[@]}" "$T/bad"
: >"$T/bad"
expect_refusal 2 "fusept-audit: *$T/bad*" "${audit[@]}" "$T/bad"
expect_refusal 2 "fusept-audit: *$T/none*No such file*" "${audit[@]}" "$T/none"
