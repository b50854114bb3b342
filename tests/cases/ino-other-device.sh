# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: F6, backing files with one number on two devices: the kernel takes them, and a warning
# targets: fuse fusept
mount -t tmpfs tmpfs "$BACK"
files a b
ln "$BACK/a" "$BACK/a2"
# One thread: the RELEASE of b is answered before the next OPEN.
serve --timeout 60 --threads 1 --fault two-nodeids@a* --fault other-device@a2 \
	--fault other-device=later@b

work() {
	expect_errno 0 hold one "$MNT/a"
	expect_errno 0 hold two "$MNT/a2"
	[[ $(cat <&"$one") == a && -z $(cat <&"$two") ]] || fail "a2 is a"
	expect_errno 0 hold three "$MNT/b"
	drop three
	expect_errno 0 hold four "$MNT/b"
	[[ -z $(cat <&"$four") ]] || fail "b is still b"
}
traced work

a=$(number "$BACK/a") b=$(number "$BACK/b") dev=$(mountpoint -d "$BACK")
expect_verdict pass
if [[ $TARGET == fusept ]]; then
	expect_finding ino-shared-backing 1 "" "backing ino $a (dev 0:*, generation *, magic \
0x1021994) has the number of another file, attached to nodeid $a and differing in device and \
generation: ino $a (dev $dev, generation *, magic 0x1021994)"
	expect_finding ino-backing-changed 1 "" "attached now: ino $b (dev 0:*, generation *, \
magic 0x1021994); before: ino $b (dev $dev, generation *, magic 0x1021994), differing in device \
and generation"
fi
