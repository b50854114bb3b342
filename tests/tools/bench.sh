#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The logs that make bench measures with are of healthy runs: else it would measure something
# else; and what bench_log does not understand is no log. Prints TAP.
# usage: tests/tools/bench.sh; environment: O=build folder
set -uo pipefail

: "${O:?the build folder}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0

# passes EVENTS INODES [registered]
passes() {
	number=$((number + 1))
	"$O/bench_log" "$1" "$2" "$work/log" "${@:3}" &&
		"$O/fusept-audit" -c "$work/log" >"$work/out" &&
		grep -q '^verdict *pass' "$work/out" && echo "ok $number - log of $*" && return
	echo "not ok $number - log of $*"
	sed 's/^/# /' "$work/out"
}

# refuses WHAT ARGUMENT...: says what is wrong with that, and writes nothing
refuses() {
	local what=$1 status
	shift
	number=$((number + 1))
	rm -f "$work/log"
	"$O/bench_log" "$@" 2>"$work/out"
	status=$?
	[[ $status == 2 && $(<"$work/out") == "$what"* && ! -e $work/log ]] &&
		echo "ok $number - refuses $*" && return
	echo "not ok $number - refuses $*: $status $(<"$work/out")"
}

refuses 'usage: bench_log '
refuses 'usage: bench_log ' 1000 100 "$work/log" else
refuses "bench_log: EVENTS '1e6': want a whole number" 1e6 100 "$work/log"
refuses "bench_log: EVENTS '-1': want a whole number" -1 100 "$work/log"
refuses "bench_log: INODES '64': want a whole number, 65 or more" 1000 64 "$work/log"
refuses "bench_log: LOG '/nonexistent/x': No such file" 1000 100 /nonexistent/x
passes 50000 65
passes 50000 1000
passes 50000 1000 registered
passes 0 10000
echo "1..$number"
