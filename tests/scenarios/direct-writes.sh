# SPDX-License-Identifier: GPL-2.0-only
# does: direct writes side by side, on files of no mode and on passthrough files; shared mappings
truncate -s 1M "$BACK/free" "$BACK/attached" "$BACK/mapped"
serve --mode-of free=parallel --mode-of mapped=parallel --mode passthrough-parallel

map() {
	perl -e 'open my $f, "+<", $ARGV[0] or die; my $at = syscall 9, 0, 4096, 3, 1, fileno $f, 0;
		unpack "P16", pack "Q", $at if $at > 0; select undef, undef, undef, 0.2' "$1"
}

for name in free attached mapped; do
	hold keep "$MNT/$name" rw
	for _ in 1 2 3; do
		dd if=/dev/zero of="$MNT/$name" bs=128k count=8 conv=notrunc status=none &
	done
	[[ $name != mapped ]] || map "$MNT/$name"
	wait
	dd if=/dev/zero of="$MNT/$name" bs=128k count=1 seek=8 conv=notrunc status=none
	drop keep
done
echo 3 >/proc/sys/vm/drop_caches
stop_serving
