// SPDX-License-Identifier: GPL-2.0-only
// what: the refusal of a second backing file leaves fi->lock locked
// expect: hang
// scenario: second-backing

// iomode.c: returns without unlocking
@return_locked@
symbol err, unlock;
@@
  err = -EBUSY;
- goto unlock;
+ return err;
