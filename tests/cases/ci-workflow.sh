# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: the steps of docs/ci/github.yml, with a server that is healthy and with one that errs
# targets: fuse fusept
# timeout: 300
NO_TRACE=1
repository=$PWD fault=passthrough-then-cached check=mode-cached-under-passthrough
[[ $TARGET == fuse ]] || fault=ino-mismatch check=ino-backing-mismatch
export RUNNER_WORKFLOW=$PWD/docs/ci/github.yml RUNNER_SERVER="fusept-server --dev $DEV"
# shellcheck disable=SC1091 # it is looked at by itself
. tests/ci-runner.sh

# What actions/checkout leaves: the project, and in it this repository, which is built already.
mkdir -p "$T/project/fusept" && cp -r docs/ci/. "$T/project" || fail "no project"
ln -s "$repository"/* "$T/project/fusept" || fail "no repository"
ln -sfn "$O" "$T/project/fusept/build" || fail "no build"
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
RUNNER_SERVER+=" --fault $fault"
take 'Traced tests' 1
grep -q "^::error .*$check" "$T/out" || fail "no annotation of $check: $(<"$T/out")"
grep -q "$check" "$T/summary" || fail "no $check in the summary"
grep -q '<failure' out.xml || fail "no failure in out.xml"
[[ -s out.html && -s run.log ]] || fail "no artifacts"
