# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: modinfo tells of the module; it is not unloaded while mounted, and is when unused
# targets: fusept
NO_TRACE=1
module=$O/kmod/$(uname -r)/fusept.ko
files a

expect_exit 0 modinfo "$module"
for line in 'name: *fusept$' 'license: *GPL$' "vermagic: *$(uname -r) " \
	"passthrough_ino_bit: *$(</sys/module/fusept/parameters/passthrough_ino_bit)$"; do
	grep -q "^$line" "$T/out" || fail "modinfo shows no $line"
done
[[ -s /sys/kernel/btf/fusept ]] || fail "the module has no BTF"

serve
expect_exit 1 rmmod fusept
grep -q 'is in use' "$T/err" || fail "rmmod said: $(<"$T/err")"
expect_errno 0 hold one "$MNT/a"
drop one
stop_serving
expect_exit 0 rmmod fusept
[[ ! -e /dev/fusept && ! -d /sys/module/fusept ]] || fail "the module left something behind"
expect_refusal 77 "fusept-trace: *fusept*" "$O/fusept-trace" --target fusept -c -- true
expect_exit 0 insmod "$module"
serve
expect_errno 0 hold one "$MNT/a"
