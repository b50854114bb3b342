# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: a log that cannot be written: exit 2; on a disk that fills up, the rest is counted
# targets: fuse
# timeout: 120
files a
serve
NO_TRACE=1

trace=("$O/fusept-trace" --target fuse -m "$MNT" -f json)
expect_refusal 2 "fusept-trace: cannot write the log $T/none/log: No such file or directory*" \
	"${trace[@]}" -w "$T/none/log" -- cat "$MNT/a"
expect_refusal 2 "fusept-trace: cannot write the log /dev/full: No space left on device*" \
	"${trace[@]}" -w /dev/full -- cat "$MNT/a"

mkdir "$T/small"
mount -t tmpfs -o size=256k tmpfs "$T/small"

# fill COMMAND: opens while the disk is full, then it, then an open
fill() {
	dd if=/dev/zero of="$T/small/rest" bs=1k status=none 2>/dev/null
	cat "$MNT/a" "$MNT/a" "$MNT/a" && sleep 2
	"$@" "$T/small/rest" && cat "$MNT/a" >/dev/null
}
export -f fill && export T MNT
expect_exit 2 "${trace[@]}" -w "$T/small/log" -- bash -c 'fill rm'
grep -q '"verdict":"pass"' "$T/out" || fail "no verdict: $(tail -n 1 "$T/out")"
grep -q '"opens":{"count":4,' "$T/out" || fail "tracing did not go on"
mapfile -t said <"$T/err"
[[ ${said[0]} == "fusept-trace: cannot write $T/small/log: No space left"*"tracing goes on" &&
	${said[1]} =~ ^'fusept-trace: '([0-9]+)' events are not in ' ]] || fail "${said[*]}"
lost=${BASH_REMATCH[1]}
expect_exit 3 "$O/fusept-audit" -f json "$T/small/log"
grep -q "\"lost\":$lost,.*\"ended\":true" "$T/out" || fail "not $lost lost: $(tail -n 1 "$T/out")"

expect_exit 2 "${trace[@]}" -w "$T/small/log" -- bash -c 'fill true'
expect_exit 3 "$O/fusept-audit" -f json "$T/small/log"
# There may be room for the end, which is small, in the last page of the file.
grep -Eq '"lost":0,.*"ended":false|"lost":[1-9].*"ended":true' "$T/out" ||
	fail "not what a full disk leaves: $(tail -n 1 "$T/out")"
