# SPDX-License-Identifier: GPL-2.0-only
# does: replies that the kernel refuses, in whole or in part: no node, the root's, a wrong type, a
# size or a mode that cannot be; to LOOKUP, MKNOD, CREATE, GETATTR, SETATTR and in lists
files type zero listed-zero listed-root size mode fine
serve --timeout 0 --fault wrong-type@type --fault nodeid-zero@zero --fault nodeid-root@root \
	--fault nodeid-zero=readdirplus@listed-zero --fault nodeid-root=readdirplus@listed-root \
	--fault nodeid-zero=mknod@made-zero --fault nodeid-root=mknod@made-root \
	--fault bad-attr=size@size --fault bad-attr=mode@*mode

use() {
	stat --cached=never "$MNT/$1"
	hold one "$MNT/$1"
	touch "$MNT/$1"
	cat "$MNT/$1"
	drop one
}

for name in type zero listed-zero listed-root size mode fine; do
	ls -l "$MNT"
	use "$name"
done
mkfifo "$MNT/made-zero"
mkfifo "$MNT/made-root"
echo new >"$MNT/made-mode"
ls -l "$MNT"
echo 2 >/proc/sys/vm/drop_caches
ls -l "$MNT"
# Last, for the kernel takes it for the root, which is of another type then, and bad from now on.
files root
use root
stop_serving
