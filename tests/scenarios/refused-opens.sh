# SPDX-License-Identifier: GPL-2.0-only
# does: opens that the server answers with a mode or with flags that do not go with the inode's
# mode, or with ENOSYS, after which the kernel opens without asking
files a b c d e f g h
serve --timeout 0 --fault passthrough-then-cached@a --fault cached-then-passthrough@b \
	--fault direct-on-passthrough@c --fault direct-then-passthrough@d \
	--fault bad-open-flags@excluded --fault bad-open-flags=stream@excluded2 \
	--fault open-enosys@g

# use NAME RESULT [NEW-NAME]: the second open of two, and one after a close, which is the first
# again once the server knows of it
use() {
	echo "open x $1 rw${2:+ = ok}
		${3:+rename $1 $3}
		open y ${3:-$1} rw${2:+ = $2}
		read x 10
		write x 10
		close x
		open x ${3:-$1} r
		close y
		close x"
}

{
	use a EIO
	use b EIO
	use c EIO
	use d ok
	use e EIO excluded
	use f EIO excluded2
	use a ""
	use b ""
	use g EIO
} | calls
# Cached from here on, but not what is in passthrough still.
calls <<-EOT
	open x g rw = ok
	open y g r = ok
	map x shared rw = ok
	write x 100 = ok
	close x = ok
	close y = ok
	open x h rw,trunc = ok
	splice x 10
	close x = ok
	open x new rw,creat = ok
	open y new rw = EIO
	close x = ok
	open y new rw = ok
	close y = ok
	open x a rw,append
	write x 10
	unlink a = ok
	close x
	forget
EOT
stop_serving
