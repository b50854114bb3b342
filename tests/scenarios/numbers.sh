# SPDX-License-Identifier: GPL-2.0-only
# does: numbers that differ, drift or double, with passthrough_ino in force and without; stat(2)
files a b h s x
ln "$BACK/x" "$BACK/x2"

use() {
	hold one "$MNT/$1"
	stat "$MNT/$1"
	stat --cached=always "$MNT/$1"
	stat --cached=never "$MNT/$1"
	hold two "$MNT/$1"
	drop one
	drop two
}

for ino in auto off; do
	serve --ino "$ino" --timeout 60 --fault ino-mismatch@b --fault ino-drift@a \
		--fault ino-high-bits@h --fault two-nodeids-two-inos@x*
	for name in a b h s x x2; do use "$name"; done
	ls -li "$MNT"
	stop_serving
done
