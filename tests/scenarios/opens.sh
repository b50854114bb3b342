# SPDX-License-Identifier: GPL-2.0-only
# does: opens files of every mode by ones and twos; creates, truncates, renames, lists, unlinks
files a b c d e f h
ln "$BACK/a" "$BACK/linked"
serve --timeout 0 --mode-of 'b*=cached' --mode-of 'c*=parallel' --mode-of 'd*=passthrough-direct' \
	--mode-of 'e*=keep-cache' --mode-of 'f*=direct' --mode-of 'g*=passthrough-parallel' \
	--mode-of 'h*=cached-parallel'

# use NAME: three at a time, the last of which outlives the others
use() {
	echo "open x $1 rw = ok
		open y $1 r = ok
		write x 100 = ok
		read y 100 = ok
		close x = ok
		open z $1 w,trunc = ok
		close y = ok
		write z 5000 = ok
		fsync z = ok
		close z = ok
		open x $1 rw,append = ok
		write x 10 = ok
		ftruncate x 9 = ok
		fstat x = ok
		close x = ok
		open x $1 r,direct
		read x 512
		close x"
}

# make NAME: and remove it while it is open
make() {
	echo "open x $1 rw,creat,excl = ok
		open y $1 rw = ok
		write x 10 = ok
		rename $1 $1er = ok
		truncate $1er 5 = ok
		list . = ok
		stat $1er = ok
		unlink $1er = ok
		write y 10 = ok
		close x = ok
		open x . rw,tmpfile = ok
		write x 10 = ok
		close x = ok
		close y = ok"
}

for name in a b c d e f h linked; do use "$name"; done | calls
for name in anew bnew cnew dnew enew fnew gnew hnew; do make "$name"; done | calls
calls <<<forget
for name in a b c d; do use "$name"; done | calls
stop_serving
