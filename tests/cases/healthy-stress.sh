# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: thousands of random operations in random modes have no findings, and logs that are small
# targets: fuse fusept
# timeout: 120
work() {
	"$O/fusept-stress" --ops 3000 --seed 1 --skip splice,sendfile "$MNT" ||
		fail "fusept-stress failed: see work.err"
	umount "$MNT"
}

# stress BYTES [OPTION...]: under the tracer, whose log may take so many for an event
stress() {
	serve --timeout 0.01 --mode random:1 --delay 300:1 --threads 8
	traced work "${@:2}"
	expect_no_findings
	member "$summary" produced
	(($(stat -c %s "$L") <= $1 * REPLY)) ||
		fail "$(stat -c %s "$L") bytes for $REPLY events, with options '${*:2}'"
}
stress 24
stress 12 --compress # make stress, which has longer logs, holds them to 10
