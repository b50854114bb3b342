# SPDX-License-Identifier: GPL-2.0-only
# does: reads, writes, splices and sends files of every mode that are open once or twice, within
# them and beyond their end
truncate -s 64k "$BACK/through" "$BACK/cached" "$BACK/kept" "$BACK/direct" "$BACK/parallel"
serve --mode-of cached=cached --mode-of kept=keep-cache --mode-of direct=direct \
	--mode-of parallel=parallel

# transfer NAME: with another descriptor open, then with none
transfer() {
	for other in y x; do
		echo "open x $1 rw = ok
			open $other $1 rw = ok
			read x 4096 = ok
			write x 8192 4096 = ok
			splice x 8192 = ok
			sendfile x $other 4096 = ok
			aio x 4096 32768 = ok
			read $other 100 1000000 = ok
			write $other 4096 65536 = ok
			fsync x = ok
			ftruncate $other 65536 = ok
			truncate $1 60000 = ok
			stat $1 asked = ok
			close x = ok"
	done
	echo "close y = ok
		splice y 10 = EBADF"
}

for name in through cached kept direct parallel; do transfer "$name"; done | calls
calls <<<forget
stop_serving
