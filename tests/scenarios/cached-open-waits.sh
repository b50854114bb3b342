# SPDX-License-Identifier: GPL-2.0-only
# does: cached opens of a file that two tasks write without a pause, in parallel and directly
truncate -s 64k "$BACK/written"
ln "$BACK/written" "$BACK/cached"
serve --timeout 0 --mode parallel --fault passthrough-then-cached@cached --fault slow-write=150

# write PAUSE: then for some seconds
write() {
	{
		echo "open x written rw = ok
			sleep $1"
		for _ in {1..25}; do echo "write x 8192 = ok"; done
	} | calls
}

write 0 &
write 75 &
calls 3 <<-EOT
	sleep 300
	open x cached r = ok
	close x = ok
EOT
wait
stop_serving
