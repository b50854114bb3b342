# SPDX-License-Identifier: GPL-2.0-only
# does: lists a directory that was moved behind the kernel's back below one that it holds as parent
mkdir -p "$BACK/upper/lower"
touch "$BACK/upper/lower/file"
serve --timeout 60

cd "$MNT/upper/lower" || exit
mv "$BACK/upper/lower" "$BACK/lower"
mv "$BACK/upper" "$BACK/lower/upper"
for _ in 1 2 3; do ls -a .; done
cd / || exit
echo 3 >/proc/sys/vm/drop_caches
ls -R "$MNT"
stop_serving
