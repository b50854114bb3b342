# SPDX-License-Identifier: GPL-2.0-only
# does: lists a directory that was moved behind the kernel's back below one that it holds as parent;
# lists and looks up entries that the kernel must not accept
mkdir -p "$BACK/upper/lower"
touch "$BACK/upper/lower/file"
serve --timeout 60

cd "$MNT/upper/lower" || exit
mv "$BACK/upper/lower" "$BACK/lower"
mv "$BACK/upper" "$BACK/lower/upper"
for _ in 1 2 3; do ls -a .; done
cd / || exit
printf 'forget\nlist .\nlist lower\nlist lower/upper\n' | calls
stop_serving

files zero root type size zero2 good
# An entry that is the root makes the root bad: these last.
for fault in nodeid-zero=lookup@zero2 nodeid-root=readdirplus@root nodeid-root=lookup@root; do
	serve --timeout 0 --fault wrong-type@type --fault bad-attr=size@size \
		--fault nodeid-zero=readdirplus@zero --fault dirent-ino@good --fault "$fault"
	calls 2 <<-EOT
		list .
		stat zero
		stat type
		stat size
		stat zero2
		stat good
		open x good rw
		list .
		stat root
		close x
		forget
	EOT
	stop_serving
done
