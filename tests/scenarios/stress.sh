# SPDX-License-Identifier: GPL-2.0-only
# does: random operations of many threads on few files, which the server opens in random modes
serve --timeout 0.01 --mode random:3 --delay 300:3
"$O/fusept-stress" --ops 3000 --seed 3 --threads 8 --files 3 --skip splice,sendfile "$MNT" ||
	echo "fusept-stress: $?" >>"$T/reason"
stop_serving
