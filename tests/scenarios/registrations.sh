# SPDX-License-Identifier: GPL-2.0-only
# does: registers directories, fifos, files that are stacked too high and other things that are no
# backing files, and a file without CAP_SYS_ADMIN; leaves ids open
files directory fifo padding closed-fd no-admin good
serve --fault register-bad-file=directory@directory --fault register-bad-file=fifo@fifo \
	--fault register-bad-file=padding@padding --fault register-bad-file=closed-fd@closed-fd \
	--fault register-bad-file=no-admin@no-admin --fault backing-id-leak

for name in directory fifo padding closed-fd no-admin good good; do
	echo "open x $name rw = ok
		write x 10 = ok
		close x"
done | calls
stop_serving

# The guest's root is an overlay: one level, which only the second depth allows.
BACK=$(mktemp -d /root/back.XXXXXX)
files stacked
for depth in 1 2; do
	serve --stack-depth "$depth" --ino off
	echo "open x stacked rw = ok
		write x 10 = ok
		map x shared rw = ok
		open y stacked r = ok
		close x
		close y" | calls
	stop_serving
done
