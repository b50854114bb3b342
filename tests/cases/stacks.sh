# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: --stacks tells where failed operations, or all, were called from, each frame once in the log
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
	[[ $TARGET == fuse ]] || expect_finding ino-backing-mismatch 1 b "uncached_io_start said EIO*"
}

traced work
expect_findings
expect "$(count '"event":"called_from"|"type":"frame"|"called_from":\[')" 0

traced work --stacks
expect_findings
called='"called_from":\["'${TARGET}'_open\+0x[0-9a-f]+( \[fusept\])?","do_dentry_open\+0x[0-9a-f]+",'
expect "$(count "^\{\"type\":\"finding\".*$called.*\"do_syscall_64")" \
	"$(count '^\{"type":"finding"')"
expect "$(count '^\{"type":"event".*"ret":-[0-9]+,.*"called_from":\["')" \
	"$(count '"event":"called_from"')"
expect "$(count '^\{"type":"event".*"ret":[0-9]+,.*"called_from":\["')" 0
expect "$(count 'bpf_trampoline|"name":"(bpf_|\?|ffff|0x)')" 0
expect "$(grep -o '"number":[0-9]*,"caller"' "$J" | sort | uniq -d)" ""
expect_exit 1 "$O/fusept-audit" "$L"
grep -q "^ *called from: ${TARGET}_open < do_dentry_open < vfs_open <\$" "$T/out" ||
	fail "the text says: $(grep -A 1 called "$T/out" | head -n 2)"
expect_exit 1 "$O/fusept-audit" -v "$L"
grep -q 'do_dentry_open+0x' "$T/out" || fail "-v shows no offsets"

traced work --stacks=all
expect_findings
expect "$(count '^\{"type":"event".*"called_from":\["')" "$(count '"event":"called_from"')"
expect "$(($(count '^\{"type":"event"') / 2))" "$(count '"event":"called_from"')"
expect "$(count '"called_from":\["\?')" 0

restricted=$(</proc/sys/kernel/kptr_restrict)
echo 2 >/proc/sys/kernel/kptr_restrict
expect_refusal 2 'fusept-trace: --stacks needs the addresses in /proc/kallsyms, which are hidden: *' \
	"$O/fusept-trace" --stacks -- true
echo "$restricted" >/proc/sys/kernel/kptr_restrict
