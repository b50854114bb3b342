// SPDX-License-Identifier: GPL-2.0-only
/* The table of hooks, which also those need that have no kernel at hand. */
#include "record.h"
#include "target.h"

#define HOOK_ROW(program, function, event) { #program, function, FPT_##event },
const struct fpt_hook fpt_hooks[FPT_HOOK_MAX] = { FPT_HOOKS(HOOK_ROW) };
