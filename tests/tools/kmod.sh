#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Holds kmod/build to its promises: the patched source says what the feature
# says, and a rule that no longer applies stops the build and is named.  Uses
# the sysroot's source; compiles one file.  Prints TAP.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
sysroot=$("$root/tools/fusept-sysroot" --suite "${SUITE:-bookworm-backports}" --print-dir) || exit 2
build=${O:-$root/build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0 failed=0

check() {
	local name=$1
	shift
	count=$((count + 1))
	if "$@" >"$work/why" 2>&1; then
		echo "ok $count - $name"
	else
		failed=$((failed + 1))
		echo "not ok $count - $name"
		sed 's/^/# /' "$work/why"
	fi
}

# A fresh copy of the source, to be spoiled.
fresh_source() {
	rm -rf "$work/src"
	cp -r "$sysroot/fuse-src" "$work/src"
}

kmod_build() {
	"$root/kmod/build" --chroot "$sysroot/root" \
		--kdir "/lib/modules/$(<"$sysroot/kernel-release")/build" \
		--fuse-src "$work/src/fs/fuse" --out "$work/out" "$@"
}

# refuses PATTERN ARGUMENT...: the build stops with status 2 and such a line
refuses() {
	local pattern=$1 status=0
	shift
	kmod_build "$@" >"$work/said" 2>&1 || status=$?
	cat "$work/said"
	[ "$status" = 2 ] && grep -Eq "$pattern" "$work/said"
}

fresh_source
sed -i 's/err = -EBUSY/err = -EAGAIN/' "$work/src/fs/fuse/iomode.c"
check 'a feature rule that no longer applies is named, with its file' \
	refuses "passthrough_ino.cocci: rule 'start_check' no longer applies to iomode.c"

fresh_source
sed -i 's/"fuse_request"/"fuse_req"/' "$work/src/fs/fuse/dev.c"
check 'so is one of those that load it beside fuse' \
	refuses "beside.cocci: rule 'request_slab' no longer applies to dev.c"

fresh_source
printf '@nothing@\n@@\n- no_such_function();\n' >"$work/nothing.cocci"
check 'so is one of a patch given with --patch' \
	refuses "nothing.cocci: rule 'nothing' no longer applies" --patch "$work/nothing.cocci"
patched=$work/out/patched
check 'the candidate fixes apply, before a patch' \
	refuses "rule 'nothing' no longer applies" --fix all --patch "$work/nothing.cocci"
check 'one of them wakes those who wait, when a backing file is attached' \
	bash -c "grep -A 3 'fuse_inode_backing_set(fi, fb);' '$patched/iomode.c' | grep -q wake_up"
check 'the other keeps a splice of a direct file out of the page cache' \
	bash -c "grep -A 1 'flags & FOPEN_DIRECT_IO' '$patched/file.c' | grep -q copy_splice_read"
check 'a fix that there is not' refuses "no fix 'bogus'; .*wake-on-attach" --fix bogus
check 'a patch that cannot be read' refuses 'cannot read the semantic patch' --patch "$work/none"
printf '@broken\n' >"$work/broken.cocci"
check 'a patch that is no semantic patch' refuses 'broken.cocci: ' --patch "$work/broken.cocci"
check 'a base that was not built' refuses 'no fusept.ko there' --base "$work"

# A build that begins with another compiles what its patch changes, and that alone.
# As tests/live has it: built with FIXES or without.
kmod=$build/kmod fixes=${FIXES:-}
for fix in $fixes; do kmod+=-${fix##*/}; done
[ "$fixes" != all ] || fixes=$(cd "$root/kmod/fixes" && echo *.cocci)
module=$kmod/$(<"$sysroot/kernel-release")/fusept.ko
source=$(dirname "$module")
from_base() {
	kmod_build --base "$source" --patch "$root/tests/mutants/45b-wrong-errno.cocci" || return
	grep CC "$work/out/build.log"
	[ "$(grep -c 'CC.*/iomode.o' "$work/out/build.log")" = 1 ] &&
		[ "$(grep -c 'CC ' "$work/out/build.log")" = 1 ] &&
		! cmp "$module" "$work/out/fusept.ko"
}
check 'a build with --base compiles only what --patch changes' from_base
check 'a base has its own fixes' refuses '.--fix goes with' --base "$source" --fix all

rm -rf "$work/src/fs/fuse/iomode.c"
check 'a source without io modes' refuses 'no iomode.c in'
check 'an unknown argument' refuses "unknown argument '--bogus'" --bogus

check 'the module says which INIT bit it uses' \
	grep -Eq '^passthrough_ino_bit: +4[3-9]$' <(modinfo "$module")
check "the module says which fixes it has: ${fixes:-none}" \
	test "$(modinfo -F fixes "$module")" = "${fixes//.cocci/}"
check 'the module has a name and a licence' \
	grep -Ezq 'license: +GPL.*name: +fusept' <(modinfo "$module")
check 'the module has BTF' bash -c "readelf -S '$module' | grep -q ' \.BTF '"
check 'no alias loads it for fuse' bash -c "! modinfo -F alias '$module' | grep -q ."
check 'no function keeps the name of one in fuse' \
	bash -c "! nm '$module' | grep -Eq ' [tT] fuse_(open|lookup|inode_uncached_io_start)$'"
check 'the check stands between the EBUSY and the ETXTBSY test' \
	bash -c "tr '\n' ' ' <'$source/iomode.c' | grep -Eq 'EBUSY;[^;]*;[^;]*passthrough_ino[^;]*-EIO;[^;]*;[^;]*-ETXTBSY'"
check 'the mode is taken only in the block that turns passthrough on' \
	bash -c "tr '\n' ' ' <'$source/inode.c' | grep -Eq 'passthrough = 1;[^}]*passthrough_ino = 1;'"

echo "1..$count"
[ "$failed" = 0 ]
