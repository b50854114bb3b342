# SPDX-License-Identifier: GPL-2.0-only
# does: maps files of every mode, shared and privately, more than once; maps under passthrough, and
# what was opened before it
truncate -s 8k "$BACK/through" "$BACK/cached" "$BACK/direct" "$BACK/plain" "$BACK/both" \
	"$BACK/later"
serve --mode-of cached=cached --mode-of direct=parallel --mode-of plain=direct \
	--mode-of both=passthrough-direct --fault direct-then-passthrough@later

# map NAME: and goes on using the mappings when the file is closed
map() {
	echo "open x $1 rw = ok
		map x private rw 2 = ok
		map x shared rw 2 = ok
		map x shared r 2 = ok
		map x private r 4 = EFAULT
		write x 100 = ok
		msync x
		unmap x = ok
		close x = ok
		open y $1 r = ok
		map y shared r 2 = ok
		close y = ok
		open z $1 rw,trunc = ok
		map z shared rw 1 = EFAULT
		ftruncate z 8192 = ok
		map z shared rw 2 = ok
		close z = ok
		unmap z = ok"
}

for name in through cached direct plain both; do map "$name"; done | calls
# Direct at first: once the file is in passthrough it cannot be mapped.
calls <<-EOT
	open x later rw = ok
	map x private rw 2 = ok
	open y later rw = ok
	map x shared rw 2 = ENODEV
	map x private rw 2 = ENODEV
	map y shared rw 2 = ok
	map y private rw 2 = ok
	close y = ok
	map x shared rw 2 = ok
	open y later r = EIO
	close x = ok
	forget
EOT
stop_serving
