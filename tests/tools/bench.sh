#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The logs that make bench measures with are of healthy runs: else it would measure something
# else. Prints TAP.
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

passes 50000 65
passes 50000 1000
passes 50000 1000 registered
passes 0 10000
echo "1..$number"
