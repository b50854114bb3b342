# SPDX-License-Identifier: GPL-2.0-only
# shows: reading, writing and creating files in each mode gives no report at all
# targets: fuse fusept
files a b c
serve --mode-of 'b=cached' --mode-of 'c=direct'

work() {
	local name line

	for name in a b c; do
		expect_errno 0 hold one "$MNT/$name"
		expect_errno 0 hold two "$MNT/$name" rw
		read -r line <&"$one" && [[ $line == "$name" ]] || fail "$name contains '$line'"
		echo more >&"$two" || fail "cannot write $name"
		drop one
		drop two
		echo new >"$MNT/new-$name" || fail "cannot create new-$name"
	done
}
traced work

expect_no_findings
[[ $(cat "$BACK"/{a,b,c,new-a,new-b,new-c}) == $'more\nmore\nmore\nnew\nnew\nnew' ]] ||
	fail "the backing files contain $(cat "$BACK"/*)"
