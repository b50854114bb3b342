# SPDX-License-Identifier: GPL-2.0-only
# does: opens files of every mode by ones and twos; creates, truncates, renames, lists, unlinks
# shellcheck disable=SC2154 # hold sets what drop takes
files a b c d e f
ln "$BACK/a" "$BACK/linked"
serve --mode-of b=cached --mode-of c=parallel --mode-of d=passthrough-direct \
	--mode-of e=keep-cache --mode-of f=direct

use() {
	hold one "$MNT/$1" rw
	hold two "$MNT/$1"
	echo text >&"$one"
	read -r _ <&"$two"
	drop one
	hold three "$MNT/$1" w
	drop two
	echo more >&"$three"
	drop three
	read -r _ <"$MNT/$1"
}

for name in a b c d e f linked; do use "$name"; done
echo new >"$MNT/new"
mv "$MNT/new" "$MNT/newer"
ls -l "$MNT"
hold unlinked "$MNT/newer" rw
rm "$MNT/newer"
echo text >&"$unlinked"
drop unlinked
echo 3 >/proc/sys/vm/drop_caches
ls -l "$MNT"
for name in a b c; do use "$name"; done
stop_serving
