# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: inodes that were looked up before the trace, nobody saw how often, are evicted under it
# targets: fuse fusept
files a b
serve --timeout 0
ls -l "$MNT"
(exec 3<"$MNT/a" && echo >"$T/open" && exec sleep 1000) &
export holder=$!
until [[ -e $T/open ]]; do nap 0.05; done
stat "$MNT/a" "$MNT/b"

work() {
	stat "$MNT/a" "$MNT/b"
	ls -l "$MNT"
	kill "$holder"
	echo 2 >/proc/sys/vm/drop_caches
	stat "$MNT/a"
	echo 2 >/proc/sys/vm/drop_caches
	stop_serving
}
traced work
expect_no_findings
[[ $summary =~ \"evict\":[1-9] ]] || fail "nothing was evicted"
