/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel side that can be traced: the built-in fuse, or the bundled module.
 * Says, from BTF alone, which hooks it has and where their arguments are.
 */
#ifndef FPT_TARGET_H
#define FPT_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"

#define FPT_HOOK_COUNT(program, function, event) +1
#include "spec/hooks.def"
enum { FPT_HOOK_MAX = 0 FPT_HOOKS(FPT_HOOK_COUNT) };
#undef FPT_HOOK_COUNT

struct fpt_hook {
	const char *program; /* name of the program in bpf/ */
	const char *functions; /* "a|b": the built-in fuse's names for it */
	int kind; /* of the event that it feeds, or the record: FPT_MOVED */
};

extern const struct fpt_hook fpt_hooks[FPT_HOOK_MAX];

enum fpt_target_id { FPT_TARGET_ID_FUSE, FPT_TARGET_ID_FUSEPT, FPT_TARGET_IDS };

struct fpt_target {
	enum fpt_target_id id;
	const char *name; /* file system type: "fuse" or "fusept" */
	bool present;
	unsigned int ino_bit; /* INIT bit of FUSE_PASSTHROUGH_INO; 0: unknown here */
	bool in_module; /* its BTF is that of the module called name */
	struct fpt_target_hook {
		char function[64]; /* resolved name; "": this kernel lacks it */
		int btf_id; /* of the function, in vmlinux or the module */
	} hook[FPT_HOOK_MAX];
	struct fpt_config config; /* the parts that BTF decides */
};

/**
 * fpt_targets__probe - find out what this kernel offers to trace.
 * @targets: one for each id, filled in; present is false for a fuse it lacks.
 *
 * Source: BTF of vmlinux and of the modules; for the bundled module its
 * parameter passthrough_ino_bit.  Returns 0; -ENOTSUP when the kernel has no
 * BTF at all; -errno otherwise.
 */
int fpt_targets__probe(struct fpt_target targets[FPT_TARGET_IDS]);

/* A hook's function in a target: fuse_X, or what kmod/build makes of it; =X is X. */
void fpt_target__function_name(enum fpt_target_id id, const char *function, char *name,
			       size_t size);

/* Whether a hook is on a function that is not fuse's, but the kernel's own. */
bool fpt_target__is_kernel_hook(int hook);

/* Whether it has every hook that feeds @kind. */
bool fpt_target__has(const struct fpt_target *target, int kind);

/* Bit set of events (1 << kind) whose hooks were all resolved. */
unsigned long long fpt_target__events(const struct fpt_target *target);

#endif
