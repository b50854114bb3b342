# SPDX-License-Identifier: GPL-2.0-only
# does: maps files of every mode, shared and privately, more than once; maps under passthrough
truncate -s 8k "$BACK/through" "$BACK/cached" "$BACK/direct" "$BACK/both" "$BACK/later"
serve --mode-of cached=cached --mode-of direct=parallel --mode-of both=passthrough-direct \
	--fault direct-then-passthrough@later

# map HOW...: of a file that is open as descriptor 3, MAP_SHARED 1 or MAP_PRIVATE 2, and reads it
map() {
	perl -e 'open my $f, "+<&=", 3 or die;
		for my $how (@ARGV) {
			my $at = syscall 9, 0, 8192, 3, $how + 0, 3, 0;
			printf "%d: %s\n", $how, $at > 0 ? length unpack "P4", pack "Q", $at : $!;
		}
		close $f; select undef, undef, undef, 0.1' "$@"
}

for name in through cached direct both; do
	map 1 1 2 3<>"$MNT/$name"
	map 2 3<>"$MNT/$name"
done
# Direct at first: once the file is in passthrough it cannot be mapped but privately.
hold first "$MNT/later" rw
map 2 3<&"$first"
hold second "$MNT/later" rw
map 1 2 3<&"$first"
map 1 2 3<&"$second"
drop second
map 1 3<&"$first"
drop first
echo 3 >/proc/sys/vm/drop_caches
stop_serving
