# SPDX-License-Identifier: GPL-2.0-only
# does: cached opens of a file that two tasks write without a pause, in parallel and directly
truncate -s 64k "$BACK/written"
ln "$BACK/written" "$BACK/cached"
serve --timeout 0 --mode parallel --fault passthrough-then-cached@cached --fault slow-write=150
mkfifo "$T/open"

# write PAUSE: then for some seconds
write() {
	{
		echo "open x written rw = ok
			sleep $1"
		for _ in {1..25}; do echo "write x 8192 = ok"; done
	} | calls
}

# Waits for its lines: on a busy machine it may take longer to start it than the writers write.
calls 3 <"$T/open" &
write 0 >"$T/wrote1" &
write 75 >"$T/wrote2" &
exec {open}>"$T/open"
until [[ $(<"$T/wrote1")$(<"$T/wrote2") == *write*write* ]]; do nap 0.05; done
printf '%s\n' "open x cached r = ok" "close x = ok" >&"$open"
exec {open}>&-
wait
stop_serving
