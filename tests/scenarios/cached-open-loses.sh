# SPDX-License-Identifier: GPL-2.0-only
# does: a cached open waits for a direct write; when that ends a passthrough open is faster, because
# what runs beside the waiter on its processor keeps it from waking up in time
truncate -s 64M "$BACK/written"
ln "$BACK/written" "$BACK/cached"
ln "$BACK/written" "$BACK/attached"
serve --timeout 0 --mode parallel --fault passthrough-then-cached@cached \
	--fault cached-then-passthrough@attached
mkfifo "$T/go" "$T/hog"

(
	taskset -cp 0 "$BASHPID"
	chrt --idle -p 0 "$BASHPID"
	read -r _ <"$T/go"
	hold cached "$MNT/cached"
) &
waiter=$!
(
	taskset -cp 0 "$BASHPID"
	read -r _ <"$T/hog"
	while :; do :; done
) &
hog=$!
# The write and the open are one process's, so that the open comes after.
perl -e 'open my $f, "+<", "$ARGV[0]/written" or die; my $b = "x" x (1 << 26);
	open my $go, ">", $ARGV[1] or die; print $go "\n"; close $go;
	syscall 18, fileno $f, $b, 1 << 26, 0;
	open my $p, "<", "$ARGV[0]/attached";
	open my $done, ">", $ARGV[2]; sleep 3' "$MNT" "$T/go" "$T/done" &
writer=$!
while [[ -d /proc/$writer && ! $(<"/proc/$waiter/stack") =~ cached_io_open ]]; do sleep 0.02; done
echo >"$T/hog"
while [[ -d /proc/$writer && ! -e $T/done ]]; do sleep 0.02; done
kill "$hog"
wait
stop_serving
