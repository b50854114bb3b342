# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: a log into a pipe whose reader is slow: what is lost is counted to the event
# targets: fuse
# timeout: 120
files a
serve
LOSS_EXPECTED=1
AUDIT_OPTIONS=(-c)

opens() {
	local i

	for ((i = 0; i < $1; i++)); do
		: <"$MNT/a"
	done
}
export -f opens
export MNT T
trace=("$O/fusept-trace" --target fuse -m "$MNT" -c -f json -w -)

# The log is more than the pipe holds: the recorder waits for its reader, and the ring runs over.
slow() {
	"${trace[@]}" --ring-size 4K -- bash -c 'opens 900' 2>"$J"
	echo $? >"$T/status"
}
prepare json
slow | { nap 5 && cat >"$L"; }
code=$(<"$T/status")
read_trace
compare_audit json 's/"command":"[^"]*","command_status":[0-9]*/"command":null,"command_status":null/'
expect_verdict inconclusive
member "$summary" lost
((REPLY > 0)) || fail "nothing was lost"
