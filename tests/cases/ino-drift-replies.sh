# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F3, replies to SETATTR, LINK and READDIRPLUS change an open file's number; CREATE begins so
# targets: fuse fusept
mkdir "$BACK/folder"
files setattr link folder/readdirplus
serve --timeout 60 --fault ino-drift-at=setattr@setattr --fault ino-drift-at=link@link* \
	--fault ino-drift-at=readdirplus@readdirplus --fault ino-drift-at=create@created

again() {
	expect_errno "$([[ $TARGET == fuse ]] && echo 0 || echo EIO)" hold fd "$@"
}
work() {
	expect_errno 0 hold first "$MNT/setattr"
	expect_errno 0 chmod 600 "$MNT/setattr"
	drop first && again "$MNT/setattr"
	expect_errno 0 hold first "$MNT/link"
	expect_errno 0 ln "$MNT/link" "$MNT/link2"
	drop first && again "$MNT/link2"
	expect_errno 0 hold first "$MNT/folder/readdirplus"
	: "$MNT"/folder/*
	drop first && again "$MNT/folder/readdirplus"
	again "$MNT/created" w
}
traced work

[[ -f $BACK/created ]] || fail "the CREATE made no file"
[[ $TARGET != fuse ]] || expect_no_findings
for name in setattr link folder/readdirplus created; do
	[[ $TARGET == fusept ]] || break
	expect_verdict violation
	ino=$(number "$BACK/$name") base=${name#*/}
	expect_finding ino-backing-mismatch 1 "${base/link/link2}" \
		"uncached_io_start said EIO: backing ino $ino (dev $BACKDEV) != fuse ino $((ino + 100))"
	[[ $name != created ]] || continue
	expect_finding ino-drift-attached 1 "$base" "a reply changes the number from $ino to \
$((ino + 100)) while backing ino $ino (dev $BACKDEV) is attached"
done
