# SPDX-License-Identifier: GPL-2.0-only
# does: passthrough opens with a second backing file or id, and with unknown and closed ids
files a b c d e f
serve --fault second-backing-other-file@a --fault second-backing-same-file@b \
	--fault backing-id-closed-in-use=reuse@c --fault backing-id-closed-in-use=reregister@d \
	--fault backing-id-invalid=0@e --fault backing-id-closed@f

for name in a b c d e f; do
	hold one "$MNT/$name"
	hold two "$MNT/$name"
	hold three "$MNT/$name"
	drop two
	drop three
	drop one
	hold again "$MNT/$name"
	drop again
done
echo 3 >/proc/sys/vm/drop_caches
stop_serving
