# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F22, F35 and F36, a backing id that is not above 0, at OPEN, with O_TRUNC and at CREATE
# targets: fuse fusept
files zero negative truncated
serve --fault backing-id-invalid=0@zero --fault backing-id-invalid=-1@negative \
	--fault bad-open-truncates@truncated --fault bad-create@created

work() {
	expect_errno EIO hold fd "$MNT/zero"
	expect_errno EIO hold fd "$MNT/negative"
	expect_errno EIO hold fd "$MNT/truncated" w
	expect_errno EIO hold fd "$MNT/created" w
}
traced work

expect_verdict violation
for name in zero created; do
	expect_finding backing-id-invalid 1 "$name" \
		"passthrough_open said EINVAL: backing id 0 is not above 0"
done
expect_finding backing-id-invalid 1 negative \
	"passthrough_open said EINVAL: backing id -1 is not above 0"
expect_finding backing-id-invalid 1 truncated "passthrough_open said EINVAL: backing id 0 is not \
above 0; O_TRUNC was the server's to do before it answered: possible data loss"
[[ -f $BACK/created ]] || fail "the refused CREATE left no file"
[[ ! -s $BACK/truncated ]] || fail "the refused open with O_TRUNC did not truncate"
