# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: the commands of docs/ci.md print what it says, and fail the job of a server that errs
# targets: fuse fusept
# timeout: 240
NO_TRACE=1
document=$PWD/docs/ci.md

# block KIND NUMBER: what the document has between ```KIND and ```, the first being 1
block() {
	awk -v "kind=$1" -v "number=$2" '$0 == "```" { on = 0 } on
		$0 == "```" kind { on = ++n == number }' "$document"
}

# follow NUMBER STATUS [TEXT]: runs these commands, in this shell, and looks for the lines of a text
follow() {
	local line status

	block sh "$1" >"$T/commands"
	[[ -s $T/commands ]] || fail "no commands number $1"
	# shellcheck disable=SC1091 # the document has it
	. "$T/commands" >"$T/out" 2>&1
	status=$?
	((status == $2)) || fail "commands $1: status $status, not $2: $(tail -n 1 "$T/out")"
	[[ -z ${3:-} || -n $(block text "$3") ]] || fail "no text number $3"
	while read -r line; do
		grep -qF "$line" "$T/out" || fail "commands $1 do not print: $line"
	done < <([[ -z ${3:-} ]] || block text "$3")
	[[ $(tail -n 1 out.xml) == '</testsuites>' ]] || fail "no end of out.xml"
}

# A clone that is built.
mkdir "$T/clone" && ln -s "$PWD/docs" "$O" "$T/clone" && cd "$T/clone" || fail "no clone"
[[ -e build ]] || ln -s "$O" build
follow 1 0 1
[[ $TARGET == fusept ]] || follow 2 1 2
[[ $TARGET == fuse ]] || { follow 3 0 && follow 4 1 3; }
