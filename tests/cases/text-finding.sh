# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: the lines that a user reads for an open that failed, and at the end
# targets: fuse fusept
files a
serve --fault backing-id-invalid=0

work() {
	expect_errno EIO hold a "$MNT/a"
}
traced_text work
stated=1
((code == 1)) || fail "exit $code"
cat >"$T/wanted" <<EOT
open     a            nodeid N    EIO  because passthrough_open said
         EINVAL: backing id 0 is not above 0
         [backing-id-invalid, server bug]

opens      1: 0 passthrough, 0 cached, 0 direct, 1 failed
read       0 bytes past the server, 0 from it
written    0 bytes past the server, 0 to it
events     N produced, 0 lost
command    bash ended with exit status 0
verdict    violation, 1 server bug
       1 x backing-id-invalid
           FOPEN_PASSTHROUGH comes with a backing id above 0
           remedy: put the result of FUSE_DEV_IOC_BACKING_OPEN into
           open_out.backing_id
EOT
sed -e 's/^ *[0-9]*\.[0-9]* //; s/^            *\([E[]\)/         \1/' \
	-e 's/nodeid [0-9]* */nodeid N    /; s/[0-9]* produced/N produced/' "$J" |
	sed -n '/^open /,$p' >"$T/got"
cmp -s "$T/wanted" "$T/got" || fail "$(diff "$T/wanted" "$T/got" | head -n 4 | tr '\n' ' ')"
