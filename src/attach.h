/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tells libbpf which kernel function each program goes to, by BTF id.  Left to
 * itself libbpf looks each name up in vmlinux and then in every module, which
 * costs seconds on a machine with many.
 */
#ifndef FPT_ATTACH_H
#define FPT_ATTACH_H

#include "target.h"

/**
 * fpt_attach__begin - from here on, objects opened and loaded are for @target.
 *
 * Returns 0 or -errno; to be followed by fpt_attach__end() in any case.
 */
int fpt_attach__begin(const struct fpt_target *target);
void fpt_attach__end(void);

#endif
