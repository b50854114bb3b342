# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: git init, add, commit and fsck in each mode do what they do elsewhere, and no report
# targets: fuse fusept
# timeout: 240
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a
export GIT_AUTHOR_DATE='2020-01-01T00:00:00Z' GIT_COMMITTER_DATE='2020-01-01T00:00:00Z'
export GIT_CONFIG_GLOBAL=/dev/null

commands() {
	git -c init.defaultBranch=main init -q . && cp "$OLDPWD"/tests/cases/ino-m*.sh . &&
		git add . && git commit -q -m one && git fsck --strict && git log --oneline
	rm .git/index # holds times and inode numbers
}
work() {
	local mode

	for mode in passthrough cached direct; do
		serve --mode "$mode" --timeout "$([[ $mode == direct ]] && echo 0 || echo 1)"
		same_on_both "$mode" commands
		stop_serving
	done
}
traced work
expect_no_findings
