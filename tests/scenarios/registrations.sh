# SPDX-License-Identifier: GPL-2.0-only
# does: registers directories, fifos and other things that are no backing files; leaves ids open
files directory fifo padding closed-fd good
serve --fault register-bad-file=directory@directory --fault register-bad-file=fifo@fifo \
	--fault register-bad-file=padding@padding --fault register-bad-file=closed-fd@closed-fd \
	--fault backing-id-leak

for name in directory fifo padding closed-fd good good; do
	hold one "$MNT/$name"
	drop one
done
stop_serving
