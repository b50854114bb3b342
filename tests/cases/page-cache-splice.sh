# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: splice of a FOPEN_DIRECT_IO file gives data that were written over: a kernel bug
# targets: fuse fusept
echo AAAA >"$BACK/direct"
ln "$BACK/direct" "$BACK/through"
echo AAAA >"$BACK/alone"
serve --timeout 0 --fault passthrough-direct-parallel@direct --mode-of alone=direct

export stale=AAAA
! fixed splice-direct || stale=BBBB

# both DESCRIPTOR: what splice and read give of the file's beginning
both() {
	echo "$(splice_from "$1") $(pread_from "$1")"
}
work() {
	hold direct "$MNT/direct"
	hold through "$MNT/through" rw
	expect "$(both "$direct")" "AAAA AAAA"
	echo BBBB >&"$through"
	expect "$(both "$direct")" "$stale BBBB"
	expect "$(both "$through")" "BBBB BBBB"
	drop through
	drop direct
	# Without any passthrough, when the server has new data.
	hold alone "$MNT/alone"
	expect "$(both "$alone")" "AAAA AAAA"
	echo BBBB >"$BACK/alone"
	expect "$(both "$alone")" "$stale BBBB"
	drop alone
}
traced work
if fixed splice-direct; then
	expect_no_findings
else
	expect_verdict violation
	expect_finding page-cache-splice 2 direct "splice of a file with*"
fi
