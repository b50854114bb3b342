// SPDX-License-Identifier: GPL-2.0-only
// what: a cached open that waited and lost to a passthrough open leaves FUSE_I_CACHE_IO_MODE set
// expect: mode-bit-wrong
// scenario: cached-open-loses

// iomode.c: not cleared before ETXTBSY
@stays@
symbol fi;
@@
- clear_bit(FUSE_I_CACHE_IO_MODE, &fi->state);
  spin_unlock(&fi->lock);
  return -ETXTBSY;
