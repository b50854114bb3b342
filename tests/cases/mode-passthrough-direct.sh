# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F32, PASSTHROUGH, DIRECT_IO and PARALLEL: I/O goes to the server, mmap to the backing file
# targets: fuse fusept
files a b
serve --timeout 60 --fault passthrough-direct-parallel --fault ino-mismatch=100@b

# served READS WRITES: how many the server got so far
served() {
	[[ $(requests READ) == "$1" && $(requests WRITE) == "$2" ]] ||
		fail "$(requests READ) times READ and $(requests WRITE) times WRITE, not $1 and $2"
}
work() {
	expect_errno 0 hold one "$MNT/a" rw
	expect_errno 0 hold two "$MNT/a" rw
	[[ $(map_page "$one" shared) == a && $(map_page "$two" private) == a ]] ||
		fail "a cannot be mapped"
	served 0 0
	echo c >&"$one"
	[[ $(<"$BACK/a") == c && $(map_page "$two" shared) == c ]] || fail "the write is lost"
	served 0 1
	dd if="$MNT/a" of="$T/read" bs=4k count=1 status=none
	[[ $(<"$T/read") == c ]] || fail "read: $(<"$T/read")"
	served 1 1
	expect_errno "$([[ $TARGET == fuse ]] && echo 0 || echo EIO)" hold three "$MNT/b"
}
traced work

if [[ $TARGET == fuse ]]; then
	expect_no_findings
else
	ino=$(number "$BACK/b")
	expect_verdict violation
	expect_finding ino-backing-mismatch 1 b \
		"uncached_io_start said EIO: backing ino $ino (dev $BACKDEV) != fuse ino $((ino + 100))"
fi
