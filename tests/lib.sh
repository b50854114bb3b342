# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What cases are written with. A case starts a server with one fault, does system calls under
# fusept-trace, and states everything that it expects; what it does not expect fails it.
# From the runner: T (scratch), BACK, MNT, DEV, TARGET (fuse or fusept), O, BACKDEV.
# A case may set AUDIT_OPTIONS (like those of its traced), LOSS_EXPECTED, ONLY_SUMMARY, NO_TRACE.

traces=0      # runs of fusept-trace so far
found=()      # findings of the last one that no expectation has taken: "check<TAB>name<TAB>text"
summary=""    # its last line
code=""       # its exit status
stated=1      # whether its verdict was stated

# nap SECONDS: as sleep does, which is a program, and costs 0.1 s to start in the guest
exec {nothing}<> <(:)
nap() {
	! read -rt "$1" -u "$nothing"
}

# errno_name MESSAGE: REPLY is the errno that a program's message ends with
errno_name() {
	case ${1##*: } in
	'Input/output error') REPLY=EIO ;;
	'Invalid argument') REPLY=EINVAL ;;
	'No such device') REPLY=ENODEV ;;
	'No such file or directory') REPLY=ENOENT ;;
	'Text file busy') REPLY=ETXTBSY ;;
	'Operation not permitted') REPLY=EPERM ;;
	'Permission denied') REPLY=EACCES ;;
	'Transport endpoint is not connected') REPLY=ENOTCONN ;;
	'Software caused connection abort') REPLY=ECONNABORTED ;;
	*) REPLY="'$1'" ;;
	esac
}

fail() {
	[[ -s $T/reason ]] || echo "$*" >"$T/reason"
	exit 1
}

# A case with a wrong word in it must not pass; this runs in a subshell, so finish looks again.
command_not_found_handle() {
	fail "no command $1"
}

skip() {
	echo "$*" >"$T/reason"
	exit 77
}

# serve [OPTION...]: shows BACK at MNT
serve() {
	"$O/fusept-server" -q --dev "$DEV" --background --pidfile "$T/server.pid" \
		--log "$T/server.log" "$@" "$BACK" "$MNT" 2>"$T/server.err" ||
		fail "the server did not start: $(head -n 1 "$T/server.err")"
	export SERVER
	SERVER=$(<"$T/server.pid")
}

# Whether MNT is a mount point.
mounted() {
	local where

	while read -r _ _ _ _ where _; do
		[[ $where != "$MNT" ]] || return 0
	done </proc/self/mountinfo
	return 1
}

# prepare FORM: the names of the next trace's output (J) and log (L); only: what limits it to MNT
prepare() {
	settle
	traces=$((traces + 1))
	J=$T/trace$traces.$1 L=$T/trace$traces.log
	only=(--target "$TARGET")
	! mounted || only+=(-m "$MNT")
}

# run_traced FORM FUNCTION [OPTION...]: output to J, log to L, exit status to code; PID: the command
run_traced() {
	local form=$1 work=$2 only functions
	shift 2

	prepare "$form"
	mapfile -t functions < <(compgen -A function)
	export -f "${functions[@]}"
	export WORK=$work PIDFILE=$T/work.pid
	# shellcheck disable=SC2016 # expanded by the inner bash
	"$O/fusept-trace" -f "$form" -w "$L" "${only[@]}" "$@" -- bash -c \
		'echo $$ >"$PIDFILE"; "$WORK" >"$T/work.out" 2>"$T/work.err"' >"$J" 2>"$J.err"
	code=$?
	[[ ! -s $T/reason ]] || exit 1
	# shellcheck disable=SC2034 # for the case
	PID=$(<"$PIDFILE")
	expect_quiet
}

expect_quiet() {
	[[ ! -s $J.err ]] || fail "fusept-trace said: $(head -n 1 "$J.err")"
}

# traced FUNCTION [OPTION...]: runs it under fusept-trace, on MNT alone if that is mounted already
traced() {
	run_traced json "$@"
	read_trace
	compare_audit json 's/"command":"[^"]*","command_status":[^,]*/"command":null,"command_status":null/
		s/"verdict":"pass","exit":[0-9]*/"verdict":"pass","exit":0/'
}

# traced_text FUNCTION [OPTION...]: the same in text, which the case itself must judge
traced_text() {
	run_traced text "$@"
	compare_audit text '/^command /d'
}

# start_watching [OPTION...]: fusept-trace without a command; returns when it traces
start_watching() {
	local only

	prepare json
	set -m # or it would ignore SIGINT
	"$O/fusept-trace" -f json -w "$L" "${only[@]}" "$@" >"$J" 2>"$J.err" &
	WATCHER=$!
	set +m
	while [[ ! -s $J ]]; do
		[[ -d /proc/$WATCHER ]] || fail "fusept-trace ended: $(<"$J.err")"
		nap 0.05
	done
}

# stop_watching [SIGNAL]: waits for its end, without a signal for one of its own accord
stop_watching() {
	[[ -z ${1:-} ]] || kill -"$1" "$WATCHER"
	wait "$WATCHER"
	code=$?
	expect_quiet
	read_trace
	compare_audit json ''
}

# member LINE KEY: its value in a line of JSON, strings with their quotes taken off
member() {
	local string="\"$2\":\"(([^\"\\\\]|\\\\.)*)\"" other="\"$2\":([^,}]*)"

	if [[ $1 =~ $string ]]; then
		REPLY=${BASH_REMATCH[1]//\\\"/\"}
	elif [[ $1 =~ $other ]]; then
		REPLY=${BASH_REMATCH[1]}
	else
		fail "no $2 in ${1:0:60}"
	fi
}

read_trace() {
	local line lines check name events=0 produced lost cpus

	found=() stated=0
	mapfile -t lines < <(grep -E '^\{"type":"(finding|summary)"' "$J")
	((${#lines[@]})) || fail "no summary; fusept-trace exited with $code"
	summary=${lines[-1]}
	for line in "${lines[@]::${#lines[@]}-1}"; do
		member "$line" check && check=$REPLY
		member "$line" name && name=$REPLY
		member "$line" text
		found+=("$check	$name	$REPLY")
	done
	line=${summary#*\"events\":\{}
	line=${line%%\}*}
	line=${line//[^0-9,]/}
	events=$((${line//,/+}))
	member "$summary" produced && produced=$REPLY
	member "$summary" lost && lost=$REPLY
	((produced == events + lost)) ||
		fail "$produced events produced, but $events recorded and $lost lost"
	cpus=${summary#*\"cpus\":}
	while [[ $cpus =~ \"produced\":([0-9]+),\"recorded\":([0-9]+),\"lost\":([0-9]+) ]]; do
		((BASH_REMATCH[1] == BASH_REMATCH[2] + BASH_REMATCH[3])) ||
			fail "on one CPU ${BASH_REMATCH[0]} does not add up"
		((produced -= BASH_REMATCH[1])) || true
		cpus=${cpus#*"${BASH_REMATCH[0]}"}
	done
	((produced == 0)) || fail "the CPUs produced $produced events fewer than all together"
	((lost == 0)) || [[ -n ${LOSS_EXPECTED:-} ]] || fail "$lost events were lost"
}

# compare_audit FORM SCRIPT: the log must give the same output, line by line, and the same status;
# and so must JSON Lines where they hold all events.
# SCRIPT takes off what a log does not tell: how the command ended. ONLY_SUMMARY is for a live run
# that shows fewer events than the log has.
compare_audit() {
	local status expected=$code live audited kept='^{"type":"(finding|summary)"'

	"$O/fusept-audit" -f "$1" "${AUDIT_OPTIONS[@]}" "$L" >"$J.audit" 2>"$J.audit.err"
	status=$?
	[[ ! -s $J.audit.err ]] || fail "fusept-audit said: $(head -n 1 "$J.audit.err")"
	# After a pass the command's own status is fusept-trace's.
	live=$(sed "$2" "$J") audited=$(<"$J.audit")
	if [[ -n ${ONLY_SUMMARY:-} ]]; then
		live=$(grep -E "$kept" <<<"$live")
		audited=$(grep -E "$kept" <<<"$audited")
	fi
	[[ ! $live =~ (^|$'\n')verdict\ +pass|\"verdict\":\"pass\" ]] || expected=0
	((status == expected)) || fail "fusept-audit exited with $status, fusept-trace with $code"
	[[ $live == "$audited" ]] ||
		fail "fusept-audit and fusept-trace differ: $(
			diff <(echo "$live") <(echo "$audited") |
			head -n 2 | cut -c 1-120 | tr '\n' ' ')"
	[[ $1 == json && $live == *'"events":"all"'* ]] || return 0
	"$O/fusept-audit" -f json "${AUDIT_OPTIONS[@]}" "$J" 2>&1 | cmp -s - "$J.audit" ||
		fail "fusept-audit does not take the JSON Lines as it takes the log"
}

# Nothing of the last trace may be left that the case did not state.
settle() {
	((${#found[@]} == 0)) || fail "a finding that is not expected: ${found[0]//	/, }"
	((stated)) || fail "the case states no verdict"
}

finish() {
	settle
	[[ ! -s $T/reason ]] || exit 1
	((traces)) || [[ -n ${NO_TRACE:-} ]] || fail "the case traces nothing"
}

# expect_verdict pass|violation|inconclusive [STATUS]: and the exit status that goes with it
expect_verdict() {
	local -A codes=([pass]=0 [violation]=1 [inconclusive]=3)

	stated=1
	member "$summary" verdict
	[[ $REPLY == "$1" ]] || fail "the verdict is $REPLY, expected $1${found:+; ${found[0]//	/, }}"
	[[ $code == "${2:-${codes[$1]}}" ]] ||
		fail "fusept-trace exited with $code, expected ${2:-${codes[$1]}}"
}

# expect_member KEY VALUE: of the summary; KEY can be a path such as opens.failed.count
expect_member() {
	local line=$summary key=$1

	while [[ $key == *.* ]]; do
		line=${line#*\""${key%%.*}"\":}
		key=${key#*.}
	done
	member "$line" "$key"
	[[ $REPLY == "$2" ]] || fail "$1 is $REPLY, expected $2"
}

# expect_exit STATUS COMMAND...: of any tool; what it says goes to out and err
expect_exit() {
	local expected=$1 status
	shift

	"$@" >"$T/out" 2>"$T/err"
	status=$?
	((status == expected)) || fail "$*: exit $status, expected $expected: $(head -n 1 "$T/err")"
}

# expect_refusal STATUS TEXT COMMAND...: exits so, with nothing but one line that matches a pattern
expect_refusal() {
	local expected=$1 text=$2 lines
	shift 2

	expect_exit "$expected" "$@"
	mapfile -t lines <"$T/err"
	# shellcheck disable=SC2053 # the text is meant as a pattern
	[[ ${#lines[@]} == 1 && ${lines[0]} == $text ]] ||
		fail "$*: expected one line like '$text': $(<"$T/err")"
}

# shown KEY: each value that it has in the events of J, a line each; not of those about the whole
# connection, which no filter on processes or inodes hides
shown() {
	grep '^{"type":"event"' "$J" | grep -v -E '"event":"(init|backing_[a-z]*)"' |
		grep -o "\"$1\":[^,}]*" | cut -d : -f 2- | tr -d '"' | sort -u
}

# expect_shown KEY VALUE: those events have that value and no other
expect_shown() {
	[[ $(shown "$1") == "$2" ]] ||
		fail "$1 in the events is $(shown "$1" | tr '\n' ' '), not $2"
}

# expect_finding CHECK COUNT NAME TEXT: so many findings with that name and text, a shell pattern
expect_finding() {
	local check=$1 count=$2 name=$3 text=$4 got=0 finding rest=() other=""

	for finding in "${found[@]}"; do
		# shellcheck disable=SC2053 # the text is meant as a pattern
		if [[ $finding == "$check	$name	"$text ]]; then
			got=$((got + 1))
		else
			rest+=("$finding")
			[[ $finding != "$check	"* ]] || other="; one says: ${finding//	/, }"
		fi
	done
	((got == count)) || fail "$got findings $check on '$name', expected $count: $text$other"
	found=("${rest[@]}")
}

expect_no_findings() {
	expect_verdict pass
}

# For overlapping operations: no finding, and inconclusive only if they were too many to judge, or
# if the kernel skipped programs because it was in one of them already.
expect_no_findings_or_doubt() {
	member "$summary" verdict
	if [[ $REPLY == inconclusive ]]; then
		[[ $summary != *'"missed":0,'*'"not_judged":0,'* ]] ||
			fail "inconclusive for no stated reason"
		expect_verdict inconclusive
	else
		expect_verdict pass
	fi
}

# run_in FOLDER FUNCTION: its output, its status and what it left, without times and inode numbers
run_in() {
	mkdir -p "$1"
	(OLDPWD=$PWD && cd "$1" && "$2") 2>&1
	echo "status $?"
	(cd "$1" && find . -type d -printf '%p %y %m %U %G %n\n' -o \
		-printf '%p %y %m %U %G %n %s %l\n' | sort)
}

# backing_ino ID: the number of the file that the last trace saw registered under this backing id
backing_ino() {
	member "$(grep '"event":"backing_open"' "$J" | grep -m 1 "\"ret\":$1,")" backing_ino
	echo "$REPLY"
}

# requests OPCODE: how many of them the server got so far
requests() {
	grep -c " > $1(" "$T/server.log"
}

# map_page DESCRIPTOR shared|private: prints the begin of what it maps, to the first NUL or new line
map_page() {
	perl -e 'my $at = syscall 9, 0, 4096, 1, $ARGV[1] eq "shared" ? 1 : 2, $ARGV[0] + 0, 0;
		die "mmap: $!\n" if $at == -1;
		print unpack("P4096", pack "Q", $at) =~ /^([^\0\n]*)/, "\n"' "$@"
}

# same_on_both NAME FUNCTION: in a folder of MNT it does what it does in a plain one, and the same
# is then behind MNT
same_on_both() {
	local where

	[[ -d $T/plain ]] || run_in "$T/plain" "$2" >"$T/plain.out"
	run_in "$MNT/$1" "$2" >"$T/mnt.out"
	cmp -s "$T/plain.out" "$T/mnt.out" ||
		fail "$1: $(diff "$T/plain.out" "$T/mnt.out" | head -n 3 | tr '\n' ' ')"
	for where in "$MNT" "$BACK"; do
		diff -r --no-dereference "$T/plain" "$where/$1" >"$T/differ" ||
			fail "$1: $(head -n 2 "$T/differ" | tr '\n' ' ')"
	done
}

# hold VARIABLE FILE [r|w|rw|a]: opens it and keeps it open; its descriptor goes to VARIABLE
hold() {
	local -n variable=$1

	case ${3:-r} in
	r) exec {variable}<"$2" ;;
	w) exec {variable}>"$2" ;;
	rw) exec {variable}<>"$2" ;;
	a) exec {variable}>>"$2" ;;
	esac
}

# drop VARIABLE: closes it
drop() {
	local -n variable=$1

	exec {variable}>&-
}

# expect_errno ERRNO COMMAND...: fails with that error, by its message; 0: succeeds
expect_errno() {
	local expected=$1
	shift

	REPLY=0
	"$@" 2>"$T/errno" || errno_name "$(<"$T/errno")"
	[[ $REPLY == "$expected" ]] || fail "$*: $REPLY, expected $expected"
}

# splice_from DESCRIPTOR: the beginning of its file, through a pipe
splice_from() {
	perl -e 'pipe my $out, my $in or die; my $offset = pack "q", 0;
		my $n = syscall 275, $ARGV[0] + 0, $offset, fileno $in, 0, 4096, 0;
		$n < 0 ? die "splice: $!" : $n and sysread $out, my $data, $n;
		print $data' "$1"
}

# pread_from DESCRIPTOR: the beginning of its file, without moving its position
pread_from() {
	perl -e 'my $data = "\0" x 4096; my $n = syscall 17, $ARGV[0] + 0, $data, 4096, 0;
		$n < 0 ? die "pread: $!" : print substr $data, 0, $n' "$1"
}

# expect GOT EXPECTED
expect() {
	[[ $1 == "$2" ]] || fail "got '$1', expected '$2'"
}

# asleep PID FUNCTION: returns once it sleeps in that function of the kernel
asleep() {
	until [[ $(<"/proc/$1/stack") == *"$2"* ]]; do
		[[ -d /proc/$1 ]] || fail "process $1 ended, and was to sleep in $2"
		nap 0.05
	done
}

# stop_serving: as an administrator ends a file system
stop_serving() {
	local tries=600

	umount "$MNT" || fail "umount failed"
	while [[ -d /proc/$SERVER ]] && ((tries--)); do nap 0.05; done
	[[ ! -d /proc/$SERVER ]] || fail "the server goes on after the unmount"
}

# calls [TIMES]: the system calls of standard input, made in MNT by one process: see tests/calls.c
calls() {
	(cd "$MNT" && exec "$O/calls" "$@" 2>>"$T/reason")
}

# fixed NAME: whether the kernel that is tested has that candidate fix (kmod/fixes)
fixed() {
	local fixes=""

	[[ $TARGET == fuse ]] || read -r fixes </sys/module/fusept/parameters/fixes
	[[ " $fixes " == *" $1 "* ]]
}

# number FILE: its inode number
number() {
	stat -c %i "$1"
}

# files NAME...: backing files that contain their names
files() {
	local name

	for name in "$@"; do
		echo "$name" >"$BACK/$name"
	done
}
