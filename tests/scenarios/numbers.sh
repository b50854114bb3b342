# SPDX-License-Identifier: GPL-2.0-only
# does: numbers that differ, drift or double, with passthrough_ino in force and without; stat(2)
files a b h s x
ln "$BACK/x" "$BACK/x2"

use() {
	echo "open x $1 r
		stat $1
		stat $1 cached
		stat $1 asked
		stat $1 more
		fstat x
		open y $1 r
		chmod $1 0600
		stat $1 cached
		close x
		close y"
}

for ino in auto off; do
	serve --ino "$ino" --timeout 60 --fault ino-mismatch@b --fault ino-drift@a \
		--fault ino-high-bits@h --fault two-nodeids-two-inos@x*
	{
		for name in a b h s x x2; do use "$name"; done
		echo "list .
			link s s$ino
			stat s$ino cached
			open x new rw,creat
			stat new
			close x
			unlink s$ino"
	} | calls
	stop_serving
done
