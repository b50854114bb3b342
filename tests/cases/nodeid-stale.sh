# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F11, F13, a nodeid comes back with another generation or type: a new inode, the old is bad
# targets: fuse fusept
files a1 a2 b1 b2 type1
mkdir "$BACK/type2"

work() {
	serve --timeout 0 --fault nodeid-reused-anew@a* --fault nodeid-reused-anew@b* \
		--fault nodeid-reused-type@type*
	expect_errno 0 hold old "$MNT/a1"
	expect_errno 0 hold new "$MNT/a2"
	expect_errno EIO cat <&"$old"
	expect_errno 0 cat <&"$new"
	drop old
	drop new
	stat "$MNT/b1" "$MNT/type1"
	# The known name means the new file.
	mv "$BACK/b2" "$BACK/b1"
	expect_errno 0 cat "$MNT/b1"
	ls -l "$MNT/type2"
	ls -l "$MNT"
	echo 2 >/proc/sys/vm/drop_caches
	stop_serving
}
traced work
expect_no_findings
