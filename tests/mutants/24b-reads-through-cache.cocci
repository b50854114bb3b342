// SPDX-License-Identifier: GPL-2.0-only
// what: reads of a passthrough file go through the page cache
// expect: page-cache-io
// scenario: opens

// file.c: the call to the backing file is another
@read@
symbol iocb, to;
@@
- fuse_passthrough_read_iter(iocb, to)
+ fuse_cache_read_iter(iocb, to)
