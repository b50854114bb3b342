# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: kill -9 of the recorder costs the log its last second, and nothing before
# targets: fuse
files a
serve

start_watching
for _ in 1 2 3 4 5; do
	: <"$MNT/a"
done
sleep 1.2
: <"$MNT/a"
kill -KILL "$WATCHER"
wait "$WATCHER" 2>/dev/null
status=$?
((status == 137)) || fail "fusept-trace ended with $status"
expect_refusal 3 "fusept-audit: $L: truncated at offset * killed, *" \
	"$O/fusept-audit" -f json "$L"
opens=$(grep -c '"event":"open"' "$T/out")
((opens == 5 || opens == 6)) || fail "the log has $opens opens"
grep -q '"lost":0,.*"gaps":0,' "$T/out" || fail "damage: $(tail -n 1 "$T/out")"
