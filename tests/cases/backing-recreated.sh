# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F41, a file unlinked and made anew: the old one stays in use; with its number, a warning
# targets: fuse fusept
# timeout: 90
# A file system that gives a number again as soon as it is free.
cp "$O/results/ext4" "$T/ext4"
modprobe loop && mount -o loop "$T/ext4" "$BACK" || fail "cannot mount an ext4"
files used a
dev=$(mountpoint -d "$BACK")
a=$(number "$BACK/a")
export a
serve --timeout 60 --fault backing-recreated@a

work() {
	local tries=100

	expect_errno 0 hold one "$MNT/used"
	rm "$BACK/used"
	files used new && mv "$BACK/new" "$BACK/used"
	expect_errno 0 hold two "$MNT/used"
	[[ $(cat <&"$two") == used ]] || fail "the old file is not used any more"
	expect_errno 0 hold three "$MNT/a"
	drop three
	while ! grep -q "= ino $a was made anew" "$T/server.log" && ((tries--)); do sleep 0.05; done
	[[ $(number "$BACK/a") == "$a" ]] || fail "the new file has not the old number"
	expect_errno 0 hold four "$MNT/a"
	[[ -z $(cat <&"$four") ]] || fail "the new file is not empty"
}
traced work

expect_verdict pass
if [[ $TARGET == fusept ]]; then
	expect_finding ino-backing-changed 1 "" "attached now: ino $a (dev $dev, generation *, \
magic 0xef53); before: ino $a (dev $dev, generation *, magic 0xef53), differing in generation"
fi
