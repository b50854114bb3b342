# SPDX-License-Identifier: GPL-2.0-only
# does: a cached open waits for a direct write; when that ends a passthrough open is faster, because
# what runs beside the waiter on its processor keeps it from waking up in time: it does while the
# passthrough file is open, and once more when that is closed
truncate -s 64k "$BACK/written"
ln "$BACK/written" "$BACK/cached"
ln "$BACK/written" "$BACK/attached"
serve --timeout 0 --mode parallel --fault passthrough-then-cached@cached \
	--fault cached-then-passthrough@attached --fault slow-write=700
mkfifo "$T/write" "$T/wait" "$T/hog"

# race LINE...: what the writer does after the passthrough open; a descriptor d ends the race
race() {
	local hog waiter stack=""

	rm -f "$T/done"
	# All three are ready before the write begins: on a busy machine it takes long to start a
	# program.
	(
		taskset -cp 0 "$BASHPID"
		chrt -f -p 50 "$BASHPID"
		read -r _ <"$T/hog"
		# Not for long: who waits for a second is suspected to be stuck.
		end=$((${EPOCHREALTIME/./} + 500000))
		while ((${EPOCHREALTIME/./} < end)); do :; done
	) &
	hog=$!
	calls <"$T/write" &
	(
		taskset -cp 0 "$BASHPID"
		cd "$MNT" && exec "$O/calls" <"$T/wait"
	) &
	waiter=$!
	exec {write}>"$T/write" {wait}>"$T/wait" {go}>"$T/hog"
	# The write and the open are one process's, so that the open comes after.
	printf '%s\n' "open w written rw = ok" "write w 4096 = ok" "open p attached r" "$@" \
		"close w = ok" >&"$write"
	exec {write}>&-
	nap 0.2
	echo "open x cached r" >&"$wait"
	exec {wait}>&-
	while [[ ! -e $T/done && ! $stack =~ cached_io_open ]]; do
		read -rd '' stack <"/proc/$waiter/stack"
	done
	echo >&"$go"
	exec {go}>&-
	while [[ ! -e $T/done && -d /proc/$waiter ]]; do nap 0.02; done
	kill "$hog"
	wait
}

race "open d $T/done w,creat" "sleep 500" "close p"
race "close p" "open d $T/done w,creat"
stop_serving
