# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: tasks look up the same files while these are evicted again and again: never a finding
# targets: fuse fusept
# timeout: 120
mkdir "$BACK/many"
files a b
ln "$BACK/a" "$BACK/many/linked"
touch "$BACK/many"/{1..20}

# walk COUNT: each call asks the server about each part of the path
walk() {
	perl -e 'for (1 .. $ARGV[1]) { stat "$ARGV[0]/$_" for qw(a b many/1 many/linked);
		opendir my $d, "$ARGV[0]/many"; () = readdir $d }' "$MNT" "$1"
}

work() {
	local walkers=()

	serve --timeout 0
	for _ in 1 2 3; do
		walk 40 &
		walkers+=($!)
	done
	for _ in 1 2 3 4 5 6; do
		echo 2 >/proc/sys/vm/drop_caches
		sleep 0.1
	done
	wait "${walkers[@]}"
	stop_serving
}
traced work
expect_no_findings_or_doubt
