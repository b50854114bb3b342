# SPDX-License-Identifier: GPL-2.0-only
# does: a nodeid that comes back for another file, of another generation, another type, or neither:
# told by LOOKUP of a new name and of a known one, and in a list; the old inode is open, or is not
files a1 a2 b1 b2 same1 same2 type1 list1 list2
mkdir "$BACK/type2" "$BACK/type3" "$BACK/lists"
mv "$BACK/list1" "$BACK/lists/list1"
serve --timeout 0 --fault nodeid-reused-anew@a* --fault nodeid-reused-anew@b* \
	--fault nodeid-reused@same* --fault nodeid-reused-type@type* \
	--fault nodeid-reused-anew@list*

# Another file than the kernel knows takes this name.
replace() {
	rm -r "${BACK:?}/$1"
	mv "$BACK/$2" "$BACK/$1"
}

hold old "$MNT/a1"
stat "$MNT/a2" "$MNT/a1"
cat "$MNT/a2"
drop old

stat "$MNT/b1"
replace b1 b2
stat "$MNT/b1"
cat "$MNT/b1"

stat "$MNT/same1"
stat "$MNT/same2"
cat "$MNT/same1" "$MNT/same2"

hold old "$MNT/type1"
stat "$MNT/type2"
replace type1 type3
stat "$MNT/type1"
drop old

stat "$MNT/lists/list1"
hold old "$MNT/lists/list1"
replace lists/list1 list2
ls -l "$MNT/lists"
drop old

ls -lR "$MNT"
echo 3 >/proc/sys/vm/drop_caches
ls -lR "$MNT"
stop_serving
