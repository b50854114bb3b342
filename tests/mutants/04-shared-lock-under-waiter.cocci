// SPDX-License-Identifier: GPL-2.0-only
// what: direct writes go on in parallel while a cached open waits for them (upstream: "fuse:
//       use exclusive lock when FUSE_I_CACHE_IO_MODE is set")
// expect: I20
// scenario: cached-open-waits

// file.c: the bit that a waiter sets is not looked at
@ignore_bit@
symbol fi;
@@
  fuse_dio_wr_exclusive_lock(...)
  {
  ...
- if (test_bit(FUSE_I_CACHE_IO_MODE, &fi->state))
-	return true;
  ...
  }
