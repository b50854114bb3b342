# SPDX-License-Identifier: GPL-2.0-only
# does: cached opens of a file that two tasks write without a pause, in parallel and directly
truncate -s 16M "$BACK/written"
ln "$BACK/written" "$BACK/cached"
serve --timeout 0 --mode parallel --fault passthrough-then-cached@cached

# write FILE: for some seconds; FILE appears after the first write
write() {
	perl -e 'open my $f, "+<", $ARGV[0] or die;
		my ($b, $end) = ("x" x (1 << 24), time + 60);
		while (time < $end) {
			syscall 18, fileno $f, $b, 1 << 24, 0;
			$end = time + 4, open my $begun, ">", $ARGV[1] unless -e $ARGV[1];
		}' "$MNT/written" "$1"
}

hold keep "$MNT/written"
write "$T/one" &
write "$T/two" &
while [[ ! -e $T/one || ! -e $T/two ]]; do sleep 0.05; done
for _ in 1 2 3; do
	hold cached "$MNT/cached"
	drop cached
done
wait
drop keep
stop_serving
