# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F39, entries with a backing id behind them: the kernel refuses them, the user gets EIO
# targets: fuse fusept
files long short
serve --timeout 0 --fault entry2@long --fault entry2@made

work() {
	expect_errno EIO hold fd "$MNT/long"
	expect_errno EIO mkfifo "$MNT/made"
	expect_errno 0 hold fd "$MNT/short"
}
traced work

for op in 'LOOKUP(1)' 'MKNOD(8)'; do
	[[ $(grep -c " ! $op .* refused the reply: errno 22\$" "$T/server.log") == 1 ]] ||
		fail "$op: $(grep ' ! ' "$T/server.log" | tr '\n' ' ')"
done
[[ -p $BACK/made ]] || fail "MKNOD made nothing"
expect_no_findings
