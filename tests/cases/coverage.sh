# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: what share of opens and bytes goes past the server, to the byte, and why the rest does not
# targets: fuse fusept
# timeout: 120
# Asynchronous reads and writes are those of a file system on a device.
cp "$O/results/ext4" "$T/ext4"
modprobe loop && mount -o loop "$T/ext4" "$BACK" || fail "cannot mount an ext4"
for name in p s c d b x; do head -c 10000 /dev/zero >"$BACK/$name"; done
head -c 65536 /dev/zero >"$BACK/a"
serve --mode-of c=cached --mode-of d=direct --mode-of b=passthrough-direct \
	--fault passthrough-then-cached@x

aio() {
	fio --name=aio --filename="$MNT/a" --ioengine=libaio --direct=1 --bs=4k --size=64k \
		--iodepth=8 --rw="$1" --minimal >"$T/fio" 2>&1 || fail "fio: $(tail -n 1 "$T/fio")"
}
work() {
	local name one two

	for name in p c d b; do cat "$MNT/$name" >/dev/null; done # 1 past the server, 3 from it
	for name in p c d b; do printf %100s "" >"$MNT/$name"; done
	splice_from 0 <"$MNT/s" >/dev/null # 4096
	aio read
	aio write # 65536 each
	hold one "$MNT/x"
	expect_errno EIO hold two "$MNT/x"
}
here=".mounts[] | select(.path == \"$MNT\") | .bytes"
AUDIT_OPTIONS=(--assert '[.bytes.backing[]] == [10000 + 4096 + 65536, 100 + 65536]'
	--assert '[.bytes.server[]] == [30000, 300]' --assert '.bytes.missed == 0'
	--assert ". as \$all | $here == (\$all.bytes | del(.missed))"
	--assert '.opens | .count == 13 and .eligible.share == 1 and .served.count == 6'
	--assert '.opens.reasons | [.server_cached, .server_direct, .server_both] == [2, 2, 2]'
	--assert '.opens.refused == {"mode-cached-under-passthrough": 1}')
traced work "${AUDIT_OPTIONS[@]}"
expect_finding mode-cached-under-passthrough 1 x '*'
expect_verdict violation
[[ $summary != *'"holds":false'* ]] || fail "${summary#*\"assertions\":}"
