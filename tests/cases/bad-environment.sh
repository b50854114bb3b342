# SPDX-License-Identifier: GPL-2.0-only
# shows: without root, or without BTF, each tool says so in one line, and with which exit status
# targets: fuse
NO_TRACE=1
files a
serve
chmod 755 "$T"
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)

expect_refusal 2 "fusept-trace: *root*" "${nobody[@]}" "$O/fusept-trace" --target fuse -c -- true
expect_refusal 2 "fusept-trace: *root*" "${nobody[@]}" "$O/fusept-trace" -m "$MNT" -c -- true
expect_refusal 2 "fusept-server: *root*" "${nobody[@]}" "$O/fusept-server" "$BACK" "$MNT"
# shellcheck disable=SC2016 # expanded by the inner shell
expect_refusal 77 "fusept-trace: *BTF*" unshare --mount sh -c \
	'mount --bind /dev/null /sys/kernel/btf/vmlinux && exec "$0" -c -- true' "$O/fusept-trace"
