#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Holds tools/fusept-vm to what its --help promises. Boots share as many checks as they can, and run
# two at a time; needs a built sysroot. Prints TAP; exits 1 if a check failed.
set -u

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
VM=$ROOT/tools/fusept-vm
CACHE=${FUSEPT_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/fusept}
SYSROOT=$CACHE/sysroot/bookworm-backports

# Folders of this test's own runs, so that those of other runs are not mistaken for leftovers.
work=$(mktemp -d)
export TMPDIR=$work/tmp
mkdir "$TMPDIR" "$work/my cwd, with comma"
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
count=0 failed=0

# check NAME COMMAND...: one line of TAP for whether COMMAND succeeds
check() {
	local name=$1
	shift
	count=$((count + 1))
	if "$@" >"$work/why" 2>&1; then
		echo "ok $count - $name"
	else
		failed=$((failed + 1))
		echo "not ok $count - $name"
		printf '# %s\n' "$*"
		sed 's/^/# /' "$work/why"
	fi
}

# run NAME OPTIONS...: a run whose output, errors and status end up in $work/NAME.{out,err,rc}
run() {
	local name=$1
	shift
	"$VM" --timeout 60 "$@" >"$work/$name.out" 2>"$work/$name.err"
	echo $? >"$work/$name.rc"
}

status() {
	local got
	got=$(<"$work/$1.rc")
	echo "status $got, expected $2; standard error:"
	cat "$work/$1.err"
	[[ $got == "$2" ]]
}

has() {
	tail -n 50 "$work/$1" | cut -c 1-200
	grep -qF -- "$2" "$work/$1"
}

lacks() {
	! grep -F -- "$2" "$work/$1"
}

# refuses NAME TEXT OPTIONS...: exit 2 and one line that has TEXT
refuses() {
	local name=$1 text=$2 got=0
	shift 2
	"$VM" "$@" >"$work/refuse" 2>&1 || got=$?
	check "refuses $name" test "$got $(wc -l <"$work/refuse")" = "2 1"
	check "says why it refuses $name" grep -F -- "$text" "$work/refuse"
}

bad_calls() {
	refuses "an unknown option" "--nonsense" --nonsense -- true
	refuses "a missing command" "no command" --smp 1
	refuses "a missing kernel" "no kernel /nonexistent" --kernel /nonexistent -- true
	refuses "a bad number" "--smp x" --smp x -- true
	refuses "a missing sysroot" "make sysroot" --suite nonesuch -- true
	refuses "--icount with two processors" "--icount" --icount --smp 2 -- true
	FUSEPT_CACHE=$work/empty refuses "an empty cache" "make sysroot" -- true
}

# What one ordinary run can show; its guest script prints a line for each fact.
one_run() {
	local cwd="$work/my cwd, with comma" fact
	# shellcheck disable=SC2016
	local arguments=("a b" "it's" '$x "y"' '' $'two\nlines' '*' '-n')

	cat >"$cwd/script" <<-'SCRIPT'
		printf '<%s>' "$@"
		echo
		echo "cwd $PWD"
		echo "to stderr" >&2
		touch /etc/x && echo "root is writable"
		touch script 2>/dev/null || echo "cwd is read-only"
		echo kept >results/file && mkdir results/dir && echo "results are writable"
		for fs in proc sysfs debugfs tracefs bpf devpts; do
			grep -q " $fs " /proc/mounts && echo "has $fs"
		done
		modprobe loop && echo "loads modules"
		grep -c ^processor /proc/cpuinfo
		cat /proc/cmdline
		wc -c </dev/stdin
		sh -c 'kill -INT $$'; echo "int $?"
		head -c 10000000 /dev/zero | tr '\0' 'x'
		echo END
		exit 7
	SCRIPT
	cd "$cwd" || exit
	run one --results "$cwd/results" --append "fusept.test=1" --kernel-log "$work/log" \
		-- bash script "${arguments[@]}"
	cd "$ROOT" || exit
	check "passes the exit status on" status one 7
	check "keeps the arguments as they are" has one.out "$(printf '<%s>' "${arguments[@]}")"
	check "keeps the folder" has one.out "cwd $cwd"
	check "streams standard error apart" test "$(<"$work/one.err")" = "to stderr"
	check "loses none of 10 MB" test "$(tr -cd x <"$work/one.out" | wc -c)" -ge 10000000
	check "keeps the end of the output" test "$(tail -c 4 "$work/one.out")" = END
	check "writes results to the host" test "$(<"$cwd/results/file")" = kept
	check "appends kernel arguments" has one.out "fusept.test=1"
	check "writes the kernel log" has log "Linux version"
	for fact in "root is writable" "cwd is read-only" "results are writable" "loads modules" \
		"has proc" "has sysfs" "has debugfs" "has tracefs" "has bpf" "has devpts" \
		"int 130"; do
		check "guest: $fact" has one.out "$fact"
	done
}

two_at_once() {
	run smp --smp 2 --results "$work/results" -- sh -c 'nproc; sleep 3; kill -TERM $$' &
	run icount --icount -- sh -c 'cat /proc/uptime; exit 255'
	wait
	check "--smp 2 gives two processors" has smp.out 2
	check "a signal is 128 + its number" status smp 143
	check "--icount boots, and 255 is told from a dead VM" status icount 254
	check "says that it changed the status" has icount.err "exited with 255"
}

ends_of_the_vm() {
	local timeout

	# Long enough for a boot on a busy machine; the other two run in that time.
	"$VM" --timeout 25 -- sh -c 'echo started; sleep 100' \
		>"$work/timeout.out" 2>"$work/timeout.err" &
	timeout=$!
	# shellcheck disable=SC2016
	run panic --results "$work/panic" -- \
		sh -c 'echo kept >$0/file; echo c >/proc/sysrq-trigger; sleep 30' "$work/panic"
	run off -- sh -c 'echo o >/proc/sysrq-trigger; sleep 30'
	wait "$timeout"
	echo $? >"$work/timeout.rc"
	check "a panic is 255" status panic 255
	check "a panic shows the kernel log" has panic.err "Kernel panic"
	check "results survive a panic" test "$(<"$work/panic/file")" = kept
	check "a command that powers off is 255" status off 255
	check "a timeout is 255" status timeout 255
	check "a timeout says so" has timeout.err "ran out of time (25 s)"
	check "a timeout keeps what was printed" has timeout.out started
}

own_kernel_and_user() {
	local rel
	rel=$(<"$SYSROOT/kernel-release")
	# A user other than root cannot look into root's home, so the cache is shown elsewhere.
	mkdir -m 777 "$work/cache" "$work/nobody"
	chmod 711 "$work" "$TMPDIR"
	SYSROOT=$work/cache/sysroot/bookworm-backports
	# shellcheck disable=SC2016
	TMPDIR=$work/nobody FUSEPT_CACHE=$work/cache unshare -m bash -c '
		mount --bind "$0" "$FUSEPT_CACHE" && cd / &&
		exec setpriv --reuid nobody --regid nogroup --clear-groups "$@"' "$CACHE" \
		"$VM" --kernel "$SYSROOT/vmlinuz" --modules "$SYSROOT/root/lib/modules/$rel" \
		-- sh -c 'id -u; ls /lib/modules/*/modules.dep' >"$work/own.out" 2>"$work/own.err"
	echo $? >"$work/own.rc"
	check "runs a kernel and modules of one's own, without root" status own 0
	check "is root in the guest" has own.out 0
	check "shows the modules in the guest" has own.out "$rel/modules.dep"
	check "leaves nothing as another user" test -z "$(ls "$work/nobody")"
}

# QEMU processes of runs in this test's folder.
vms() {
	pgrep -f "$TMPDIR/fusept-vm" || true
}

killed() {
	local signal=$1 pid tries=0
	shift
	rm -f "$work/killed.out"
	# A shell makes its background commands ignore SIGINT.
	env --default-signal=INT "$VM" -- sh -c 'echo up; sleep 100' >"$work/killed.out" 2>&1 &
	pid=$!
	while ((tries++ < 300)) && [[ ! -s $work/killed.out ]]; do
		sleep 0.1
	done
	kill "-$signal" "$pid"
	wait "$pid"
	echo $? >"$work/killed.rc"
	sleep 0.3
	check "SIG$signal: no QEMU is left" test -z "$(vms)"
}

kills() {
	killed KILL 2>/dev/null
	check "SIGKILL leaves a folder" test -n "$(ls "$TMPDIR")"
	touch -d '2 minutes ago' "$TMPDIR"/fusept-vm.*
	killed INT
	check "SIGINT is 130" test "$(<"$work/killed.rc")" = 130
	check "SIGINT is quiet" test "$(<"$work/killed.out")" = up
	check "no folder is left, nor the killed run's" test -z "$(ls "$TMPDIR")"
	"$VM" -- yes 2>"$work/pipe.err" | head -n 1 >/dev/null
	check "stops when its reader goes" test "${PIPESTATUS[0]}$(<"$work/pipe.err")" = 141
}

bad_calls
one_run
two_at_once
ends_of_the_vm
own_kernel_and_user
kills
check "no QEMU is left" test -z "$(vms)"
check "no folder is left" test -z "$(ls "$TMPDIR")"
echo "1..$count"
((failed == 0))
