# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shows: cp -a, find, tar and rm -r in each mode do what they do on a plain folder, and no report
# targets: fuse fusept
# timeout: 180
mkdir "$T/source" "$T/source/deep"
cp -a tests/cases/{healthy,init}* "$T/source"
cp -a tests/cases/module.sh "$T/source/deep"
ln -s ../nowhere "$T/source/link"
ln "$T/source/healthy-copy.sh" "$T/source/hard"
chmod 4711 "$T/source/hard"

commands() {
	cp -a "$T/source" one || echo "cp said $?"
	cp -r one two && echo more >>two/hard
	find . -type f -name 'h*' -size +0 | sort
	tar -C one -cf - . | (mkdir three && tar -C three -xf -) || echo "tar said $?"
	rm -r two || echo "rm said $?"
	mv one/link three/moved && cat three/hard && rm one/hard
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
