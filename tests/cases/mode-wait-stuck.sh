# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F44; I20, a cached open waits for a direct write and sleeps on under passthrough: a bug
# targets: fuse fusept
truncate -s 8k "$BACK/written"
ln "$BACK/written" "$BACK/cached"
ln "$BACK/written" "$BACK/attached"
serve --timeout 0 --mode parallel --fault held-write --fault passthrough-then-cached@cached \
	--fault direct-then-passthrough@attached
hold gate "$BACK/written" && flock -x "$gate"
export gate due=0
! fixed wake-on-attach || due=EIO

work() {
	dd if=/dev/zero of="$MNT/written" bs=4k count=1 conv=notrunc status=none &
	local writer=$! waiter holder
	asleep "$writer" _write_iter
	(expect_errno "$due" hold cached "$MNT/cached") &
	waiter=$!
	asleep "$waiter" cached_io_open
	# Bash would close a duplicate, which on some kernels waits for the write too.
	perl -e 'open my $f, "<", $ARGV[0] or die; open my $m, ">", $ARGV[1]; sleep 4' \
		"$MNT/attached" "$T/attached" &
	holder=$!
	until [[ -e $T/attached ]]; do nap 0.05; done
	echo "$writer $waiter $holder" >"$T/pids"
	! fixed wake-on-attach || wait "$waiter"
	flock -u "$gate" && wait "$writer"
	fixed wake-on-attach || { nap 2 && asleep "$waiter" cached_io_open; }
	wait
}
traced work
read -r writer waiter holder <"$T/pids"
if fixed wake-on-attach; then
	expect_verdict violation
	expect_finding mode-cached-lost-race 1 cached "cached_open said ETXTBSY: the inode entered*"
else
	expect_verdict pass
	expect_finding mode-wait-stuck 1 attached "\"cached\", being opened by bash (pid $waiter), waits [123].? s longer than it should: the direct write of thread $writer ended * s ago, and the inode is in passthrough by \"attached\" opened by perl (pid $holder)"
fi
