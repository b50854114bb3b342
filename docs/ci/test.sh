#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Stands for your project's tests: they know of no fusept.
set -eu

work=$(mktemp -d)
trap 'umount "$work/mnt" || true; rm -rf "$work"' EXIT
mkdir "$work/backing" "$work/mnt"
echo hello >"$work/backing/old"

# Words of its own: SERVER can have options.
# shellcheck disable=SC2086
$SERVER -q --background "$work/backing" "$work/mnt"

# One program holds a file that another opens.
exec 3<"$work/mnt/old"
[ "$(cat "$work/mnt/old")" = hello ]
exec 3<&-

head -c 100000 /dev/zero >"$work/mnt/new"
cmp "$work/mnt/new" "$work/backing/new"
