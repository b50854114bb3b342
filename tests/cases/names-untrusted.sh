# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: no control byte or invalid UTF-8 of a file's name reaches the terminal or breaks JSON
# targets: fuse
# timeout: 90
# shellcheck disable=SC2089,SC2090 # used as it is
name=$'\e[31m\x07\xff\u202e"\\\n\x7fend'
files "$name"
serve --fault passthrough-then-cached

work() {
	expect_errno 0 hold one "$MNT/$name"
	! : <"$MNT/$name" 2>/dev/null
	return 0
}
# shellcheck disable=SC2090
export name
traced work
expect_verdict violation
jq -e . "$J" >/dev/null || fail "this is not JSON"
found=()
iconv -f UTF-8 -t UTF-8 "$J" >/dev/null || fail "this is not UTF-8"
! LC_ALL=C grep -q -P '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80\xae' "$J" || fail "control bytes in JSON"
for form in '' -a -tt; do
	# shellcheck disable=SC2086 # none or one
	"$O/fusept-audit" $form "$L" >"$T/text"
	! LC_ALL=C grep -q -P '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80\xae' "$T/text" ||
		fail "control bytes in text $form"
	iconv -f UTF-8 -t UTF-8 "$T/text" >/dev/null || fail "text $form is not UTF-8"
	grep -q end "$T/text" || fail "text $form does not show the name"
done
