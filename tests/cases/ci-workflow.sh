# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: the steps of docs/ci/github.yml, with a server that is healthy and with one that errs
# targets: fuse fusept
# timeout: 300
NO_TRACE=1
repository=$PWD workflow=$PWD/docs/ci/github.yml
fault=passthrough-then-cached check=mode-cached-under-passthrough
[[ $TARGET == fuse ]] || fault=ino-mismatch check=ino-backing-mismatch
server="fusept-server --dev $DEV"

# step NAME: the commands of that step
step() {
	awk -v "name=      - name: $1" '/^      - / { on = $0 == name } !on { next }
		/^        run: / { text = 1; sub(/^        run: \|?/, "") } !text { next }
		{ sub(/^          /, "") } NF' "$workflow"
}
# take NAME STATUS: runs it as the runner does in a container: in a shell of its own, with nothing
# but what the runner sets, and what steps before it have added to the path
take() {
	local path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin added

	step "$1" >"$T/step"
	[[ -s $T/step ]] || fail "no step $1"
	while read -r added; do path=$added:$path; done <"$T/path"
	: >"$T/summary"
	expect_exit "$2" env -i HOME=/root PATH="$path" CI=true GITHUB_ACTIONS=true \
		GITHUB_WORKSPACE="$PWD" GITHUB_PATH="$T/path" GITHUB_STEP_SUMMARY="$T/summary" \
		SERVER="$server" sh -e "$T/step"
}

# What actions/checkout leaves: the project, and in it this repository, which is built already.
mkdir -p "$T/project/fusept" && cp -r docs/ci/. "$T/project" && : >"$T/path" || fail "no project"
ln -s "$repository"/* "$T/project/fusept" && ln -sfn "$O" "$T/project/fusept/build" || fail "no link"
cd "$T/project" || fail "no project"
env -u O make -s -q -C fusept programs || skip "the build is older than its sources"

# There is no network here: what would be installed is the host's.
printf '#!/bin/sh\necho "$@" >>%s\n' "$T/installed" >"$T/apt-get"
chmod +x "$T/apt-get" && mount --bind "$T/apt-get" /usr/bin/apt-get || fail "no apt-get"
take Tools 0
take 'Build fusept' 0
umount /usr/bin/apt-get
grep -qx -e '-y install git make' "$T/installed" || fail "it installs $(<"$T/installed")"
take 'What this kernel allows' 0
take 'Traced tests' 0
grep -q '^::notice title=fusept::verdict pass' "$T/out" || fail "no notice: $(<"$T/out")"
grep -qx '### fusept: pass' "$T/summary" || fail "it sums up: $(<"$T/summary")"
server+=" --fault $fault"
take 'Traced tests' 1
grep -q "^::error .*$check" "$T/out" || fail "no annotation of $check: $(<"$T/out")"
grep -q "$check" "$T/summary" || fail "no $check in the summary"
grep -q '<failure' out.xml || fail "no failure in out.xml"
[[ -s out.html && -s run.log ]] || fail "no artifacts"
