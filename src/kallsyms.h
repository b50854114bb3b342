/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions of the running kernel and its modules by address, as /proc/kallsyms has them. */
#ifndef FPT_KALLSYMS_H
#define FPT_KALLSYMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FPT_KALLSYMS "/proc/kallsyms"

struct fpt_symbol {
	uint64_t address;
	const char *name;
	const char *module; /* "" for the kernel itself */
};

/* Empty when all is 0. */
struct fpt_kallsyms {
	char *text; /* the file, cut into words */
	struct fpt_symbol *symbol; /* by address */
	size_t count, room;
};

/**
 * fpt_kallsyms__read - read all functions.
 * @path: FPT_KALLSYMS, or a file like that.
 *
 * Returns 0; -EPERM if the addresses are hidden (kernel.kptr_restrict); -ENOMEM;
 * -errno of what cannot be read.
 */
int fpt_kallsyms__read(struct fpt_kallsyms *kallsyms, const char *path);

/* The function that an address is in; NULL if none is known to be there. */
const struct fpt_symbol *fpt_kallsyms__find(const struct fpt_kallsyms *kallsyms, uint64_t address);

/* Whether the file shows addresses; reads no more of it than is needed. */
bool fpt_kallsyms__shows(const char *path);

void fpt_kallsyms__free(struct fpt_kallsyms *kallsyms);

#endif
