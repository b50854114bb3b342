# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Takes steps of a workflow as GitHub's runner does in a container; for cases. Knows of actions
# nothing, and of YAML what docs/ci/github.yml has.
# RUNNER_WORKFLOW is the file, RUNNER_SERVER the SERVER of the job. What steps leave is in T: path,
# summary, out, err.

# step NAME: the commands of that step
step() {
	awk -v "name=      - name: $1" '/^      - / { on = $0 == name } !on { next }
		/^        run: / { text = 1; sub(/^        run: \|?/, "") } !text { next }
		{ sub(/^          /, "") } NF' "$RUNNER_WORKFLOW"
}

# take NAME STATUS: in a shell of its own, with nothing but what the runner sets, and what steps
# before it have added to the path
take() {
	local path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin added

	step "$1" >"$T/step"
	[[ -s $T/step ]] || fail "no step $1"
	touch "$T/path"
	while read -r added; do path=$added:$path; done <"$T/path"
	: >"$T/summary"
	expect_exit "$2" env -i HOME=/root PATH="$path" CI=true GITHUB_ACTIONS=true \
		GITHUB_WORKSPACE="$PWD" GITHUB_PATH="$T/path" GITHUB_STEP_SUMMARY="$T/summary" \
		SERVER="$RUNNER_SERVER" sh -e "$T/step"
}
