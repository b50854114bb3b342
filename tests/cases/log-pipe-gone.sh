# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: a log into a pipe that is closed: the verdict stands, and what is missing is counted
# targets: fuse
# timeout: 120
files a
serve

opens() {
	local i

	for ((i = 0; i < $1; i++)); do
		: <"$MNT/a"
	done
}
export -f opens
export MNT T
trace=("$O/fusept-trace" --target fuse -m "$MNT" -c -f json -w -)

# A reader that goes away costs the log, but not the verdict.
begun() { : >"$T/begun"; }
export -f begun
gone() {
	"${trace[@]}" -- bash -c 'opens 20 && begun && sleep 2 && opens 20' 2>"$T/said"
	echo $? >"$T/status"
}
stay() {
	while [[ ! -e $T/begun ]]; do nap 0.1; done
}
prepare json
gone | stay
code=$(<"$T/status")
grep '^{' "$T/said" >"$J"
read_trace
expect_verdict pass 2
expect_member opens.count 40
for word in 'cannot write -: Broken pipe; .* tracing goes on' '[0-9]* events are not in -'; do
	grep -q "^fusept-trace: $word\$" "$T/said" || fail "no '$word': $(grep -v '^{' "$T/said")"
done
