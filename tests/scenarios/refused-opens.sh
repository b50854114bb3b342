# SPDX-License-Identifier: GPL-2.0-only
# does: opens that the server answers with a mode or with flags that do not go with the inode's mode
files a b c d e f g
serve --fault passthrough-then-cached@a --fault cached-then-passthrough@b \
	--fault direct-on-passthrough@c --fault direct-then-passthrough@d \
	--fault bad-open-flags@excluded --fault bad-open-flags=stream@excluded2 \
	--fault open-enosys@g

use() {
	hold one "$MNT/$1"
	[[ ! ${2:-} ]] || mv "$MNT/$1" "$MNT/$2"
	hold two "$MNT/${2:-$1}"
	drop one
	drop two
}

for name in a b c d; do use "$name"; done
use e excluded
use f excluded2
for name in a b c d; do use "$name"; done
# After this one the kernel sends no OPEN any more.
use g
stop_serving
