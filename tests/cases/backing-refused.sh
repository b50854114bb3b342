# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F38, registering what cannot be a backing file, or without CAP_SYS_ADMIN; the open goes on
# targets: fuse fusept
kinds=(directory fifo padding closed-fd no-admin)
files "${kinds[@]}"
faults=()
for kind in "${kinds[@]}"; do faults+=(--fault "register-bad-file=$kind@$kind"); done
serve "${faults[@]}"

work() {
	for name in directory fifo padding closed-fd no-admin; do
		expect_errno 0 hold fd "$MNT/$name"
		drop fd
	done
}
traced work

expect_verdict violation
expect_member opens.passthrough.count ${#kinds[@]}
expect_finding backing-refused 1 "" "BACKING_OPEN of fd * said EISDIR: it is a directory"
expect_finding backing-refused 2 "" \
	"BACKING_OPEN of fd * said EINVAL: flags or padding are not 0, or it is no regular file"
expect_finding backing-refused 1 "" \
	"BACKING_OPEN of fd -1 said EBADF: no such file descriptor in the server"
expect_finding backing-refused 1 "" \
	"BACKING_OPEN of fd * said EPERM: the server lacks CAP_SYS_ADMIN"
