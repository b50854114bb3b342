# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F26, FOPEN_PASSTHROUGH on a mount that did not negotiate passthrough
# targets: fuse fusept
files a
serve --fault passthrough-unnegotiated

work() {
	expect_errno EIO hold fd "$MNT/a"
}
traced work

expect_verdict violation
expect_finding open-not-negotiated 1 a \
	"FOPEN_PASSTHROUGH without passthrough in force on this mount (inner EINVAL)"
