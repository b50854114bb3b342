# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: --stacks=all, each frame once; stacks in text, short and whole; and names that are hidden
# targets: fuse fusept
# timeout: 120
files a
serve --fault passthrough-then-cached

work() {
	expect_errno 0 hold one "$MNT/a"
	expect_errno EIO hold two "$MNT/a"
}

traced work --stacks=all
expect_verdict violation
expect_finding mode-cached-under-passthrough 1 a "opened cached while in passthrough *"
stacks=$(grep -c '"event":"called_from"' "$J")
expect "$(grep -c '"called_from":\["[^?]' "$J")" $((stacks + 1)) # and one of the finding
expect "$(grep -c '^{"type":"event"' "$J")" $((2 * stacks))
expect "$(grep -o '"number":[0-9]*,"caller"' "$J" | sort | uniq -d)" ""

expect_exit 1 "$O/fusept-audit" "$L"
grep -q "^ *called from: ${TARGET}_open < do_dentry_open < vfs_open <\$" "$T/out" ||
	fail "the text says: $(grep -A 1 called "$T/out" | head -n 2)"
expect_exit 1 "$O/fusept-audit" -v "$L"
grep -q 'do_dentry_open+0x' "$T/out" || fail "-v shows no offsets"
ino=$(number "$BACK/a")
expect_exit 1 "$O/fusept-audit" --timeline "$ino" "$L"
grep -q "^ *called from: ${TARGET}_open" "$T/out" || fail "the timeline shows no stack"

restricted=$(</proc/sys/kernel/kptr_restrict)
echo 2 >/proc/sys/kernel/kptr_restrict
expect_refusal 2 \
	'fusept-trace: --stacks needs the addresses in /proc/kallsyms, which are hidden: *' \
	"$O/fusept-trace" --stacks -- true
echo "$restricted" >/proc/sys/kernel/kptr_restrict
