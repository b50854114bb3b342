# SPDX-License-Identifier: GPL-2.0-only
# does: direct writes side by side, on files of no mode and on passthrough files; shared mappings;
# cached opens and direct writes of one file
truncate -s 1M "$BACK/free" "$BACK/attached" "$BACK/mapped" "$BACK/mixed"
ln "$BACK/mixed" "$BACK/cached"
serve --timeout 0 --mode-of free=parallel --mode-of mapped=parallel --mode-of mixed=parallel \
	--mode-of cached=cached \
	--mode passthrough-parallel --fault passthrough-then-cached@cached --fault slow-write=5

# write NAME TIMES: within the file, where writes are parallel, and beyond its end; asynchronously
write() {
	calls "$2" <<-EOT
		open x $1 rw = ok
		write x 131072 = ok
		write x 4096 65536 = ok
		write x 0 = ok
		aio x 8192 16384 = ok
		write x 4096 1044480 = ok
		close x = ok
	EOT
}

for name in free attached mapped; do
	write "$name" 3 &
	write "$name" 3 &
done
calls 3 <<-EOT
	open x mapped rw = ok
	map x shared rw 2 = ok
	write x 4096 = ok
	sleep 20
	close x = ok
EOT
wait
for name in free attached mapped; do
	echo "open x $name rw = ok
		open y $name rw,append = ok
		write y 4096 = ok
		write x 131072 1048576 = ok
		ftruncate x 1048576 = ok
		close x
		close y"
done | calls
# Each cached open waits for the writes in flight, and turns those that follow into exclusive ones.
write mixed 12 &
write mixed 12 &
calls 12 <<-EOT
	open x cached rw = ok
	read x 4096 = ok
	sleep 10
	close x = ok
EOT
wait
calls <<<forget
stop_serving
