# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: --stacks tells where failed operations were called from; without it nothing does
# targets: fuse fusept
# timeout: 120
files a b
serve --fault passthrough-then-cached@a --fault ino-mismatch=100@b

work() {
	expect_errno 0 hold one "$MNT/a"
	expect_errno EIO hold two "$MNT/a"
	expect_errno "$([[ $TARGET == fuse ]] && echo 0 || echo EIO)" hold b "$MNT/b"
	drop one
}

# count PATTERN: lines of the output that match
count() {
	grep -c -E "$1" "$J"
}

expect_findings() {
	expect_verdict violation
	expect_finding mode-cached-under-passthrough 1 a "opened cached while in passthrough *"
	[[ $TARGET == fuse ]] ||
		expect_finding ino-backing-mismatch 1 b "uncached_io_start said EIO*"
}

traced work
expect_findings
expect "$(count '"event":"called_from"|"type":"frame"|"called_from":\[')" 0

traced work --stacks
expect_findings
open=${TARGET}'_open\+0x[0-9a-f]+( \[fusept\])?","do_dentry_open\+0x[0-9a-f]+'
expect "$(count "^\{\"type\":\"finding\".*\"called_from\":\[\"$open\".*\"do_syscall_64")" \
	"$(count '^\{"type":"finding"')"
expect "$(count '^\{"type":"event".*"ret":-[0-9]+,.*"called_from":\["')" \
	"$(count '"event":"called_from"')"
expect "$(count '^\{"type":"event".*"ret":[0-9]+,.*"called_from":\["')" 0
expect "$(count 'bpf_trampoline|"name":"(bpf_|\?|ffff|0x)')" 0
