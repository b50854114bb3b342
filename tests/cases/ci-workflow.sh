# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: the steps of docs/ci/github.yml, with a server that is healthy and with one that errs
# targets: fuse fusept
# timeout: 240
NO_TRACE=1
workflow=$PWD/docs/ci/github.yml
fault=passthrough-then-cached check=mode-cached-under-passthrough
[[ $TARGET == fuse ]] || fault=ino-mismatch check=ino-backing-mismatch

# step NAME: the commands of that step
step() {
	awk -v "name=      - name: $1" '/^      - / { on = $0 == name } !on { next }
		/^        run: / { text = 1; sub(/^        run: \|?/, "") } !text { next }
		{ sub(/^          /, "") } NF' "$workflow"
}
# take NAME STATUS: runs it, as the runner does in a container
take() {
	step "$1" >"$T/step"
	[[ -s $T/step ]] || fail "no step $1"
	expect_exit "$2" sh -e "$T/step"
}

# The host has done these, but for the folder.
expect "$(step Tools)" 'apt-get update && apt-get -y install git make'
expect "$(step 'Build fusept')" 'make -C fusept'
mkdir -p "$T/project/fusept" && cp -r docs/ci/. "$T/project" && cd "$T/project" || fail "no project"
ln -s "$O" fusept/build
export PATH=$O:$PATH GITHUB_STEP_SUMMARY=$T/summary SERVER="fusept-server --dev $DEV"
take 'What this kernel allows' 0
take 'Traced tests' 0
grep -q '^::notice title=fusept::verdict pass' "$T/out" || fail "no notice: $(<"$T/out")"
SERVER+=" --fault $fault"
take 'Traced tests' 1
grep -q "^::error .*$check" "$T/out" || fail "no annotation of $check: $(<"$T/out")"
grep -q "$check" "$GITHUB_STEP_SUMMARY" || fail "no $check in the summary"
grep -q '<failure' out.xml || fail "no failure in out.xml"
[[ -s out.html && -s run.log ]] || fail "no artifacts"
