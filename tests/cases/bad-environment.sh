# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: without root, BTF or a fuse with io modes, one line says so, and the exit status too
# targets: fuse
NO_TRACE=1
files a
serve
chmod 755 "$T"
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)

expect_refusal 2 "fusept-trace: *root*" "${nobody[@]}" "$O/fusept-trace" --target fuse -c -- true
expect_refusal 2 "fusept-trace: *root*" "${nobody[@]}" "$O/fusept-trace" -m "$MNT" -c -- true
expect_refusal 2 "fusept-server: *root*" "${nobody[@]}" "$O/fusept-server" "$BACK" "$MNT"

# trace_with_btf FILE: on a kernel with that BTF
trace_with_btf() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount sh -c 'mount --bind "$1" /sys/kernel/btf/vmlinux && exec "$0" -c -- true' \
		"$O/fusept-trace" "$1"
}
expect_refusal 77 "fusept-trace: *BTF*" trace_with_btf /dev/null
# What a kernel before 6.9 has: BTF, but no io modes in it. Made by the runner.
if [[ -s $O/results/old.btf ]]; then
	expect_refusal 77 "fusept-trace: *io modes*" trace_with_btf "$O/results/old.btf"
fi
