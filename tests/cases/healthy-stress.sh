# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: thousands of random operations in random modes, at random speed, have no findings
# targets: fuse fusept
# timeout: 120
serve --timeout 0.01 --mode random:1 --delay 300:1 --threads 8

work() {
	"$O/fusept-stress" --ops 3000 --seed 1 --skip splice,sendfile "$MNT" ||
		fail "fusept-stress failed: see work.err"
	umount "$MNT"
}
traced work

expect_no_findings
