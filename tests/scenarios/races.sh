# SPDX-License-Identifier: GPL-2.0-only
# does: opens that exclude each other race: cached and passthrough, two backing files, direct writes
# and shared mappings
files x second
ln "$BACK/x" "$BACK/cached"
ln "$BACK/x" "$BACK/attached"
truncate -s 64k "$BACK/mapped"
serve --timeout 0 --mode-of cached=cached --mode-of mapped=parallel \
	--fault passthrough-then-cached@cached --fault cached-then-passthrough@attached \
	--fault second-backing-other-file@second

# reopen NAME: which the others may make fail
reopen() {
	calls 150 <<-EOT
		open x $1 r
		close x
	EOT
}

for name in cached attached second second; do reopen "$name" & done
wait
for _ in 1 2; do
	calls 50 <<-EOT &
		open x mapped rw
		write x 4096
		write x 4096 8192
		write x 4096 12288
		write x 4096
		close x
	EOT
done
calls 100 <<-EOT
	open x mapped rw
	map x shared rw
	unmap x
	close x
EOT
wait
calls <<<forget
stop_serving
