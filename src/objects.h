/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF objects that are linked into the program. */
#ifndef FPT_OBJECTS_H
#define FPT_OBJECTS_H

#include <bpf/libbpf.h>

#include "source_ring.h"
#include "target.h"

/* That of the maps of global data whose name ends so (".bss"); NULL: it has none. */
struct bpf_map *fpt_object__internal_map(struct bpf_object *object, const char *suffix);

/**
 * fpt_object__load - opens and loads the object of @target, with the programs whose
 * functions it has.
 *
 * @secret: xored into every pointer that is told
 * @first: shares its maps; NULL: this is the first, with a ring of its own
 *
 * Returns 0 or -errno; *@loaded is to be closed in any case where it is not NULL.
 */
int fpt_object__load(struct bpf_object **loaded, const struct fpt_target *target,
		     const struct fpt_ring_options *options, uint64_t secret,
		     struct bpf_object *first);

#endif
