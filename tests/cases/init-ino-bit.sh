# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F28 and F29, the ino bit without what it needs, and requested though not offered
# targets: fuse fusept
# timeout: 90
files a

work() {
	local fault

	for fault in ino-bit-alone=no-passthrough ino-bit-alone=no-init-ext ino-bit-not-offered; do
		serve --fault "$fault"
		expect_errno 0 hold fd "$MNT/a"
		drop fd
		stop_serving
	done
}
traced work

# fuse does not offer the bit: only passthrough, off without FUSE_INIT_EXT, is a loss.
expect_verdict violation
expect_finding init-passthrough-off 1 "" "the server asked for passthrough and the mount succeeded \
without it: the reply lacks FUSE_INIT_EXT, so flags2 is ignored"
if [[ $TARGET == fusept ]]; then
	expect_finding init-passthrough-ino-off 1 "" "the server asked for passthrough_ino and the \
mount succeeded without it: it did not ask for FUSE_PASSTHROUGH"
fi
expect_finding backing-refused 1 "" \
	"BACKING_OPEN of fd * said EPERM: passthrough is not in force on this mount"
