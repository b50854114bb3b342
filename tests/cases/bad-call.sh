# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: wrong calls of the three tools give exit 2 and one line that says what and what to do
# targets: fuse
NO_TRACE=1
trace=$O/fusept-trace server=$O/fusept-server


for program in trace audit server; do
	expect_exit 2 "$O/fusept-$program" --nonsense
	grep -q -- "--nonsense.*see fusept-$program -" "$T/err" || fail "said: $(<"$T/err")"
done
expect_refusal 2 "fusept-trace: *'nonsense'*" "$trace" -f nonsense
expect_refusal 2 "fusept-trace: *'nonsense'*" "$trace" -d nonsense
expect_refusal 2 "fusept-trace: *'3K'*" "$trace" --ring-size 3K
expect_refusal 2 "fusept-trace: *'true'*--*" "$trace" true
for program in trace audit; do
	expect_exit 0 "$O/fusept-$program" --explain I26
	grep -q '^ino-backing-mismatch (I26)$' "$T/out" || fail "--explain I26: $(<"$T/out")"
	expect_refusal 2 "fusept-$program: *'ino-drfit'*ino-drift*--explain*" \
		"$O/fusept-$program" --explain ino-drfit
done
expect_refusal 2 "fusept-trace: *no process*" "$trace" -p 4194303 -- true
expect_refusal 2 "fusept-trace: *$T/none*" "$trace" -m "$T/none" -- true
expect_refusal 2 "fusept-trace: *$T/back*" "$trace" -m "$T/back" -- true
expect_refusal 2 "fusept-trace: */tmp*tmpfs*" "$trace" -m /tmp -- true
expect_refusal 2 "fusept-server: *nonsense*--list-faults*" \
	"$server" --fault nonsense "$BACK" "$MNT"
expect_refusal 2 "fusept-server: */dev/nonsense*" "$server" --dev /dev/nonsense "$BACK" "$MNT"
expect_refusal 2 "fusept-server: *$T/none*" "$server" "$T/none" "$MNT"
expect_refusal 2 "fusept-server: *$T/none*" "$server" "$BACK" "$T/none"
! mounted || fail "something is mounted"
