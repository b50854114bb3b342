// SPDX-License-Identifier: GPL-2.0-only
// what: the first cached open does not set FUSE_I_CACHE_IO_MODE
// expect: mode-bit-wrong
// scenario: opens

// iomode.c: only a wait sets it
@no_bit@
symbol fi;
@@
  fuse_file_cached_io_open(...)
  {
  <+...
- if (fi->iocachectr == 0)
-	set_bit(FUSE_I_CACHE_IO_MODE, &fi->state);
  ...+>
  }
