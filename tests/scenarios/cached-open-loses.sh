# SPDX-License-Identifier: GPL-2.0-only
# does: a cached open waits for a direct write; when that ends a passthrough open is faster, because
# what runs beside the waiter on its processor keeps it from waking up in time: it does while the
# passthrough file is open, and once more when that is closed
truncate -s 64k "$BACK/written"
ln "$BACK/written" "$BACK/cached"
ln "$BACK/written" "$BACK/attached"
serve --timeout 0 --mode parallel --fault passthrough-then-cached@cached \
	--fault cached-then-passthrough@attached --fault held-write
mkfifo "$T/write" "$T/wait" "$T/hog"

# race LINE...: what the writer does after the passthrough open; a descriptor d ends the race
race() {
	local hog writer waiter write wait go held

	rm -f "$T/done" "$T/hogs"
	# All three are ready before the write begins: on a busy machine it takes long to start a
	# program.
	(
		taskset -cp 0 "$BASHPID"
		chrt -f -p 50 "$BASHPID"
		read -r _ <"$T/hog"
		# Not for long: who waits for a second is suspected to be stuck.
		end=$((${EPOCHREALTIME/./} + 700000))
		: >"$T/hogs"
		while ((${EPOCHREALTIME/./} < end)); do :; done
	) &
	hog=$!
	(cd "$MNT" && exec "$O/calls" <"$T/write") &
	writer=$!
	(
		taskset -cp 0 "$BASHPID"
		cd "$MNT" && exec "$O/calls" <"$T/wait"
	) &
	waiter=$!
	exec {write}>"$T/write" {wait}>"$T/wait" {go}>"$T/hog" {held}<"$BACK/written"
	flock "$held"
	# The write and the open are one process's, so that the open comes after.
	printf '%s\n' "open w written rw = ok" "write w 4096 = ok" "open p attached r" "$@" \
		"close w = ok" >&"$write"
	exec {write}>&-
	asleep "$writer" write_iter
	echo "open x cached r" >&"$wait"
	exec {wait}>&-
	(asleep "$waiter" cached_io_open)
	echo >&"$go"
	exec {go}>&-
	until [[ -e $T/hogs ]]; do :; done
	exec {held}<&-
	while [[ ! -e $T/done && -d /proc/$hog ]]; do nap 0.02; done
	kill "$hog"
	wait
}

race "open d $T/done w,creat" "sleep 500" "close p"
race "close p" "open d $T/done w,creat"
stop_serving
