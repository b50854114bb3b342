# SPDX-License-Identifier: GPL-2.0-only
# does: cached opens of a file that two tasks write without a pause, in parallel and directly
truncate -s 16M "$BACK/written"
ln "$BACK/written" "$BACK/cached"
serve --timeout 0 --mode parallel --fault passthrough-then-cached@cached

write() {
	perl -e 'open my $f, "+<", $ARGV[0] or die; my ($b, $end) = ("x" x (1 << 24), time + 4);
		syscall 18, fileno $f, $b, 1 << 24, 0 while time < $end' "$MNT/written"
}

hold keep "$MNT/written"
write &
write &
sleep 1
for _ in 1 2 3; do
	hold cached "$MNT/cached"
	drop cached
done
wait
drop keep
stop_serving
