# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: lookups of every kind, lists with hard links, renames, evictions, an unmount: all add up
# targets: fuse fusept
# timeout: 90
mkdir "$BACK/sub"
files a b c
ln "$BACK/a" "$BACK/sub/linked"

make() {
	echo new >"$MNT/new"
	mkdir "$MNT/folder"
	mkfifo "$MNT/folder/fifo"
	ln -s fifo "$MNT/folder/symlink"
	ln "$MNT/new" "$MNT/folder/link"
	perl -e 'sysopen my $f, $ARGV[0], 020200002 or die' "$MNT/folder" # O_TMPFILE
	mv "$MNT/new" "$MNT/newer"
}

work() {
	serve --timeout 0
	make
	ls -lR "$MNT"
	stat "$MNT/a" "$MNT/b" "$MNT/c" "$MNT/sub/linked"
	# Behind the kernel's back: it gets a nodeid that it does not expect.
	mv "$BACK/b" "$BACK/c"
	stat "$MNT/c"
	ls -lR "$MNT"
	rm -r "$MNT/folder"
	echo 2 >/proc/sys/vm/drop_caches
	ls -lR "$MNT"
	stop_serving
}
traced work
expect_no_findings
for kind in lookup counted readdirplus forget evict; do
	[[ $summary =~ \"$kind\":[1-9] ]] || fail "there was no $kind"
done
