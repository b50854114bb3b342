# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: --fault-share: a share of the opens is answered badly, the same seed gives the same ones
# targets: fuse
files a
NO_TRACE=1

# open_all SHARE: 100 times; which of them fail
open_all() {
	serve --fault backing-id-invalid --fault-share "$1"
	calls 100 >"$T/out" <<-EOT
		open x a r
		close x
	EOT
	mapfile -t bad < <(grep '^open' "$T/out" | grep -n EIO)
	stop_serving
}

open_all 0
((!${#bad[@]})) || fail "${#bad[@]} opens failed of a share of 0"
open_all 100%
((${#bad[@]} == 100)) || fail "${#bad[@]} opens failed of 100%"
open_all 30%:1
((${#bad[@]} > 10 && ${#bad[@]} < 50)) || fail "${#bad[@]} opens failed of 30%"
