# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F25, FOPEN_PASSTHROUGH together with each of the four flags that it excludes
# targets: fuse fusept
flags=(keep-cache stream nonseekable cache-dir)
faults=()
for flag in "${flags[@]}"; do
	files "$flag"
	faults+=(--fault "bad-open-flags=$flag@$flag")
done
serve "${faults[@]}"

work() {
	local name

	for name in keep-cache stream nonseekable cache-dir; do
		expect_errno EIO hold fd "$MNT/$name"
	done
}
traced work

expect_verdict violation
for flag in "${flags[@]}"; do
	word=${flag^^}
	expect_finding open-flags-refused 1 "$flag" \
		"FOPEN_PASSTHROUGH does not go with ${word//-/_} (inner EINVAL)"
done
