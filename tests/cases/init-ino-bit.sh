# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F28 and F29, the ino bit without what it needs, and requested though not offered
# targets: fuse fusept
# timeout: 90
files a

work() {
	local fault

	# Without the mode any number will do.
	for fault in ino-bit-alone=no-passthrough ino-bit-alone=no-init-ext; do
		serve --fault "$fault" --fault ino-mismatch=100
		expect_errno 0 hold fd "$MNT/a"
		drop fd
		stop_serving
	done
	# The server acts as if it had not been offered; fuse in fact does not.
	serve --ino off --fault ino-bit-not-offered --fault ino-mismatch=100
	expect_errno "$([[ $TARGET == fuse ]] && echo 0 || echo EIO)" hold fd "$MNT/a"
}
traced work

# fuse does not offer the bit: only passthrough, off without FUSE_INIT_EXT, is a loss.
expect_verdict violation
expect_finding init-passthrough-off 1 "" "the server asked for passthrough and the mount succeeded \
without it: the reply lacks FUSE_INIT_EXT, so flags2 is ignored"
expect_finding backing-refused 1 "" \
	"BACKING_OPEN of fd * said EPERM: passthrough is not in force on this mount"
if [[ $TARGET == fusept ]]; then
	ino=$(number "$BACK/a")
	expect_finding init-passthrough-ino-off 1 "" "the server asked for passthrough_ino and the \
mount succeeded without it: it did not ask for FUSE_PASSTHROUGH"
	expect_finding ino-backing-mismatch 1 a \
		"uncached_io_start said EIO: backing ino $ino (dev $BACKDEV) != fuse ino $((ino + 100))"
fi
