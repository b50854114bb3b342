# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: a log that cannot be written is said once, with exit 2; if it fails later, tracing goes on
# targets: fuse
# timeout: 90
files a
serve
NO_TRACE=1

trace=("$O/fusept-trace" --target fuse -m "$MNT" -f json)
expect_refusal 2 "fusept-trace: cannot write the log $T/none/log: No such file or directory*" \
	"${trace[@]}" -w "$T/none/log" -- cat "$MNT/a"
expect_refusal 2 "fusept-trace: cannot write the log /dev/full: No space left on device*" \
	"${trace[@]}" -w /dev/full -- cat "$MNT/a"

mkdir "$T/small"
mount -t tmpfs -o size=4k tmpfs "$T/small"
expect_refusal 2 \
	"fusept-trace: cannot write $T/small/log: No space left on device*tracing goes on" \
	"${trace[@]}" -w "$T/small/log" -- cat "$MNT/a" "$MNT/a" "$MNT/a" "$MNT/a" "$MNT/a"
grep -q '"verdict":"pass"' "$T/out" || fail "no verdict: $(tail -n 1 "$T/out")"
grep -q '"opens":{"count":5,' "$T/out" || fail "tracing did not go on"
expect_exit 3 "$O/fusept-audit" "$T/small/log"
