# SPDX-License-Identifier: GPL-2.0-only
# does: ends a file system with everything open: by an unmount, by the server's death, by an abort,
# with opens and writes in flight
truncate -s 64k "$BACK/through" "$BACK/cached" "$BACK/parallel" "$BACK/both"
modes=(--timeout 0 --mode-of cached=cached --mode-of parallel=parallel
	--mode-of both=passthrough-parallel --fault slow-write=400@parallel)

# use MILLISECONDS: opens everything and lets go of it after that time
use() {
	for name in through cached parallel both; do
		echo "open ${name:0:1} $name rw
			map ${name:0:1} shared rw 2"
	done
	echo "open x through r
		write t 4096
		write b 4096
		sleep $1
		write t 4096
		read c 4096
		close x
		open y through rw
		close t
		close c
		open y cached rw
		close y"
}

# write: until the server is no more
write() {
	calls 3 <<-EOT
		open w parallel rw
		write w 4096
		write w 4096 8192
		close w
	EOT
}

serve "${modes[@]}"
use 500 | calls &
sleep 0.3
umount -l "$MNT"
wait

serve "${modes[@]}"
use 800 | calls &
write &
sleep 0.5
kill -KILL "$SERVER"
wait
umount "$MNT"

serve "${modes[@]}"
use 800 | calls &
write &
sleep 0.5
mount -t fuseptctl none /sys/fs/fusept/connections
for connection in /sys/fs/fusept/connections/*; do echo 1 >"$connection/abort"; done
umount /sys/fs/fusept/connections
# The server sees it, and unmounts.
wait
