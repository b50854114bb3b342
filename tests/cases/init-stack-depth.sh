# SPDX-License-Identifier: GPL-2.0-only
# shows: F27, passthrough asked for with a max_stack_depth that the kernel does not take, or writeback
# targets: fuse fusept
files a

work() {
	serve --fault stack-depth="$VALUE"
	expect_errno 0 hold a "$MNT/a"
	umount "$MNT"
}

for VALUE in 0 3 writeback; do
	export VALUE
	traced work
	case $VALUE in
	0) why="max_stack_depth is 0" ;;
	3) why="max_stack_depth is above 2" ;;
	*) why="FUSE_WRITEBACK_CACHE excludes it" ;;
	esac
	expect_verdict violation
	expect_finding init-passthrough-off 1 "" \
		"the server asked for passthrough and the mount succeeded without it: $why"
done
