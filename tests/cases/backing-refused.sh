# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F38, registering what cannot be a backing file; the open that follows succeeds
# targets: fuse fusept
files directory fifo padding closed-fd
serve --fault register-bad-file=directory@directory --fault register-bad-file=fifo@fifo \
	--fault register-bad-file=padding@padding --fault register-bad-file=closed-fd@closed-fd

work() {
	local name

	for name in directory fifo padding closed-fd; do
		expect_errno 0 hold fd "$MNT/$name"
		drop fd
	done
}
traced work

expect_verdict violation
expect_finding backing-refused 1 "" "BACKING_OPEN of fd * said EISDIR: it is a directory"
expect_finding backing-refused 2 "" \
	"BACKING_OPEN of fd * said EINVAL: flags or padding are not 0, or it is no regular file"
expect_finding backing-refused 1 "" \
	"BACKING_OPEN of fd -1 said EBADF: no such file descriptor in the server"
