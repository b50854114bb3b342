// SPDX-License-Identifier: GPL-2.0-only
// what: a second backing file is accepted, and not used, while another one is attached
// expect: mode-second-backing
// scenario: second-backing

// iomode.c: the test for EBUSY is gone
@no_test@
symbol fb, oldfb, err, unlock;
@@
- if (fb && oldfb && oldfb != fb) { err = -EBUSY; goto unlock; }
