# SPDX-License-Identifier: GPL-2.0-only
# does: opens that fail at each place on the way to passthrough: at the server, at the backing file,
# after O_TRUNC, after CREATE; the inode is used before and after
BACK=$T/ram
mkdir -p "$BACK"
# A file system that refuses O_DIRECT, which this server keeps from its own opens.
mount -t ramfs ramfs "$BACK"
files a b c d e old second flagless
serve --timeout 0 --fault bad-open-truncates@trunc* --fault bad-create@created* \
	--fault backing-id-closed=77@unknown --fault backing-id-closed=1@old \
	--fault backing-id-invalid=-1@negative \
	--fault second-backing-other-file@second --fault backing-id-without-flag@flagless

# A file that was just closed may be open still to the server, whose faults count on that: each
# fault has its own file, and expects nothing once that was closed.
calls <<-EOT
	open x a rw,direct = EIO
	open x a rw = ok
	open y a rw,direct = EIO
	open z a r = ok
	close x = ok
	open y a rw,direct = EIO
	write z 1 = EBADF
	close z = ok
	open x a rw = ok
	write x 100 = ok
	close x = ok
	open x created rw,creat,excl = EIO
	stat created = ok
	open x created2 rw,creat,excl = EIO
	open x created2 rw = ok
	close x = ok
	rename b trunc = ok
	open y trunc rw = ok
	open x trunc rw,trunc = EIO
	read y 10 = ok
	close y = ok
	open x trunc rw,trunc = EIO
	open x trunc rw = ok
	close x = ok
	rename c unknown = ok
	open x unknown rw = EIO
	open x unknown r = EIO
	rename unknown known = ok
	open x known rw = ok
	rename known unknown = ok
	open y unknown r = EIO
	close x = ok
	rename d negative = ok
	open x negative r = EIO
	rename negative positive = ok
	open x positive rw = ok
	open x e rw = ok
	open y old r = EIO
	close x = ok
	open x second rw = ok
	open y second rw = EIO
	open z second rw = EIO
	write x 10 = ok
	close x = ok
	open x second rw
	close x
	open x flagless rw = ok
	open y flagless rw = ok
	write x 100 = ok
	close x = ok
	close y = ok
	open x nothing r = ENOENT
	open x e r,excl,creat = EEXIST
	forget
EOT
stop_serving
umount "$BACK"
