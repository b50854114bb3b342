# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: fio verifies what it wrote with psync, mmap and O_DIRECT in each mode, and no report
# targets: fuse fusept
# timeout: 240
cat >"$T/jobs" <<EOT
[global]
thread
size=512k
bs=4k
rw=randrw
verify=crc32c
verify_fatal=1
end_fsync=1
[psync]
ioengine=psync
[mmap]
stonewall
ioengine=mmap
[direct]
stonewall
ioengine=psync
direct=1
EOT
work() {
	local mode

	for mode in passthrough cached direct; do
		serve --mode "$mode"
		fio --directory="$MNT" --minimal "$T/jobs" >"$T/fio" 2>&1 ||
			fail "fio in mode $mode: $(tail -n 1 "$T/fio")"
		cat "$BACK"/*.0.0 | cmp - <(cat "$MNT"/*.0.0) || fail "$mode: files differ"
		stop_serving
	done
}
traced work
expect_no_findings
member "${summary#*\"passthrough\":}" count
((REPLY > 0)) || fail "no open in passthrough"
