# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: --features and --dry-run name what is present here; every hook and check is to be had
# targets: fuse fusept
NO_TRACE=1
expect_exit 0 "$O/fusept-trace" --features
grep -q '^fuse: present; passthrough_ino is unknown to it$' "$T/out" ||
		fail "$(<"$T/out")"
hooks=$(grep -c '^	H(' src/spec/hooks.def)
# Those for the debug logs of servers come last.
checks=$(sed '/---- requests and replies/q' src/spec/checks.def | grep -c '^	C(')
each=2
if [[ $TARGET == fusept ]]; then
	bit=$(modinfo -F passthrough_ino_bit "$O/kmod/$(uname -r)/fusept.ko")
	grep -q "^fusept: present; passthrough_ino is INIT bit $bit\$" "$T/out" ||
		fail "$(<"$T/out")"
	expect_exit 0 "$O/fusept-trace" --target fusept --dry-run
	grep -qx 'would trace fusept' "$T/out" || fail "--dry-run says $(<"$T/out")"
elif [[ ! -d /sys/module/fusept ]]; then
	each=1
fi
expect_exit 0 "$O/fusept-trace" --features
[[ $(grep -c "$hooks of $hooks hooks" "$T/out") == "$each" ]] || fail "$(<"$T/out")"
[[ $(grep -c "$checks of $checks checks" "$T/out") == "$each" ]] || fail "$(<"$T/out")"
