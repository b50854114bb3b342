# SPDX-License-Identifier: GPL-2.0-only
# does: every request whose reply is counted as a lookup; names that mean another file meanwhile;
# lists whose entries cannot be linked; lookups that race with evictions
mkdir -p "$BACK/sub" "$BACK/more"
files a b c d
ln "$BACK/a" "$BACK/sub/linked"
touch "$BACK/more"/{1..30} "$BACK/more/rejected1" "$BACK/more/z"
serve --timeout 0 --fault bad-attr=mode@rejected*

# Each call walks to its file anew, and asks the server about each part of the path.
look() {
	stat "$MNT/a" "$MNT/sub/linked" "$MNT/none"
	ls -l "$MNT" "$MNT/sub" "$MNT/more"
}

make() {
	echo new >"$MNT/new"
	mkdir "$MNT/folder"
	mkfifo "$MNT/folder/fifo"
	ln -s fifo "$MNT/folder/symlink"
	ln "$MNT/new" "$MNT/folder/link"
	perl -e 'sysopen my $f, $ARGV[0], 020200002 or die "$!\n"' "$MNT/folder"
	ls -l "$MNT/folder"
	mv "$MNT/new" "$MNT/newer"
	rm -r "$MNT/folder"
	rm "$MNT/newer"
}

# The kernel's dentry has one inode, the server now tells another's nodeid.
swap() {
	mv "$BACK/c" "$BACK/e"
	mv "$BACK/d" "$BACK/c"
	mv "$BACK/e" "$BACK/d"
	stat "$MNT/c" "$MNT/d"
}

walk() {
	perl -e 'for (1 .. 150) { stat "$ARGV[0]/$_" for qw(a b c d sub/linked more/1);
		opendir my $d, "$ARGV[0]/more"; () = readdir $d }' "$MNT"
}

look
make
hold keep "$MNT/b"
swap
swap
look
for _ in 1 2 3; do walk & done
for _ in 1 2 3 4 5; do
	echo 2 >/proc/sys/vm/drop_caches
	sleep 0.2
done
wait
drop keep
look
stop_serving
