# SPDX-License-Identifier: GPL-2.0-only
# shows: a log that cannot be written is said once, with exit 2; tracing goes on
# targets: fuse
# timeout: 90
files a
serve
NO_TRACE=1

trace=("$O/fusept-trace" --target fuse -m "$MNT" -f json)
expect_refusal 2 "fusept-trace: cannot write the log $T/none/log: No such file or directory*" \
	"${trace[@]}" -w "$T/none/log" -- cat "$MNT/a"
expect_refusal 2 "fusept-trace: cannot write /dev/full: No space left on device*" \
	"${trace[@]}" -w /dev/full -- cat "$MNT/a"
grep -q '"verdict":"pass"' "$T/out" || fail "no verdict without a log: $(tail -n 1 "$T/out")"
