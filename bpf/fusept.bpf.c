// SPDX-License-Identifier: GPL-2.0-only
/*
 * The programs: facts from fuse's passthrough paths, never verdicts.  Compiled
 * twice, for the built-in fuse and for the bundled module; which function each
 * is attached to is decided from BTF when the tool starts (spec/hooks.def).
 */
#include <linux/bpf.h>
#include <linux/errno.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "../src/event.h"
#include "kernel.bpf.h"
#include "emit.bpf.h"
#include "facts.bpf.h"
#include "filter.bpf.h"
#include "frame.bpf.h"

char LICENSE[] SEC("license") = "GPL";

static __always_inline __s64 returned(__u64 *ctx)
{
	__u64 value = 0;

	bpf_get_func_ret(ctx, &value);
	return (__s64)value;
}

static __always_inline __u64 argument(__u64 *ctx, __u32 n)
{
	__u64 value = 0;

	bpf_get_func_arg(ctx, n, &value);
	return value;
}

#include "conn.bpf.h"
#include "iomode.bpf.h"
#include "open.bpf.h"
#include "lookup.bpf.h"
#include "number.bpf.h"
#include "page.bpf.h"
#include "bytes.bpf.h"
