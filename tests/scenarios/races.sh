# SPDX-License-Identifier: GPL-2.0-only
# does: opens that exclude each other race: cached and passthrough, two backing files, direct writes
# and shared mappings
files x second
ln "$BACK/x" "$BACK/cached"
ln "$BACK/x" "$BACK/attached"
truncate -s 64k "$BACK/mapped"
serve --timeout 0 --mode-of cached=cached --mode-of mapped=parallel \
	--fault passthrough-then-cached@cached --fault cached-then-passthrough@attached \
	--fault second-backing-other-file@second

reopen() {
	perl -e 'for (1 .. 150) { open my $f, "<", $ARGV[0]; }' "$1"
}

map() {
	perl -e 'for (1 .. 100) { open my $f, "+<", $ARGV[0] or die;
		my $at = syscall 9, 0, 4096, 3, 1, fileno $f, 0;
		syscall 11, $at, 4096 if $at > 0 }' "$1"
}

write() {
	perl -e 'open my $f, "+<", $ARGV[0] or die; my $b = "x" x 4096;
		syscall 18, fileno $f, $b, 4096, 0 for 1 .. 200' "$1"
}

for name in cached attached second second; do reopen "$MNT/$name" & done
wait
write "$MNT/mapped" &
write "$MNT/mapped" &
map "$MNT/mapped"
wait
echo 3 >/proc/sys/vm/drop_caches
stop_serving
