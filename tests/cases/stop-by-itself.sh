# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: -d ends the trace after that time, --max-events after so many events
# targets: fuse fusept
# timeout: 90
files a
serve

start=$EPOCHREALTIME
start_watching -d 1500ms
expect_errno 0 hold one "$MNT/a"
drop one
stop_watching
expect_no_findings
expect_member ended true
expect_member count 1
((${EPOCHREALTIME/./} - ${start/./} >= 1500000)) || fail "-d 1500ms ended too early"

work() {
	local i

	for i in 1 2 3 4 5 6; do
		: <"$MNT/a"
	done
}
ONLY_SUMMARY=1
traced work --max-events 5
expect_verdict pass
[[ $(grep -c '^{"type":"event"' "$J") == 5 ]] || fail "--max-events 5 showed another number"
