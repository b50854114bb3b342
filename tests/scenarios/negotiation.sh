# SPDX-License-Identifier: GPL-2.0-only
# does: INIT with every combination that is to be refused in part, and an open after each
files a

for fault in stack-depth=0 stack-depth=3 stack-depth=writeback ino-bit-alone=no-passthrough \
	ino-bit-alone=no-init-ext ino-bit-not-offered passthrough-unnegotiated; do
	serve --fault "$fault"
	hold one "$MNT/a"
	drop one
	stop_serving
done
