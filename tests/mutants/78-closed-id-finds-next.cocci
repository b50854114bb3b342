// SPDX-License-Identifier: GPL-2.0-only
// what: an open with a closed backing id gets the file of the next one
// expect: backing-lookup-wrong
// scenario: errors

// passthrough.c: not this id, but the first that is not below it
@next@
identifier fc, fb, id;
@@
- fb = idr_find(&fc->backing_files_map, id);
+ fb = idr_get_next(&fc->backing_files_map, &id);
