/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events from the kernel, live: loads and attaches bpf/, hands over batches of
 * the ring.  Every batch says how many events were lost before its end.
 */
#ifndef FPT_SOURCE_RING_H
#define FPT_SOURCE_RING_H

#include "batch.h"
#include "target.h"

struct fpt_ring;

struct fpt_ring_options {
	struct fpt_config filter; /* ino, dev, tgid, not_tgid, comm*, stacks: others ignored */
	size_t ring_bytes; /* a power of two and a multiple of the page size */
};

/**
 * fpt_ring__open - load and attach the programs for each target present.
 * @targets: as probed; a hook that cannot be attached is cleared in them.
 * @why: on failure, what failed and what to do, for the user.
 *
 * Returns NULL with errno set: EPERM without the capabilities, ENOTSUP where
 * the kernel refuses BPF trampolines, or another errno of the load.
 */
struct fpt_ring *fpt_ring__open(struct fpt_target *targets, size_t count,
				const struct fpt_ring_options *options, char *why, size_t why_size);

/**
 * fpt_ring__poll - wait up to @timeout_ms and hand over what came.
 * @consume: called at most once, with the batch; its result is passed on.
 *
 * Returns what @consume returned; 0 if nothing came; -errno (-EINTR on signal).
 */
int fpt_ring__poll(struct fpt_ring *ring, int timeout_ms, fpt_batch_fn consume, void *context);

/**
 * fpt_ring__stop - stop observing, and hand over the rest.
 *
 * From here on the counters stand still: produced == recorded + lost.
 */
int fpt_ring__stop(struct fpt_ring *ring, fpt_batch_fn consume, void *context);

/* The counters of one processor; false for one that does not exist. */
bool fpt_ring__counters(const struct fpt_ring *ring, unsigned int cpu,
			struct fpt_counters *counters);

/**
 * fpt_ring__moved - the bytes moved so far on the next mount that has any.
 * @dev: the mount before it, unless @first; then this one; 0: those without room.
 *
 * False behind the last.
 */
bool fpt_ring__moved(struct fpt_ring *ring, uint32_t *dev, bool first, struct fpt_moved *sum);

/* Runs of counting programs that the kernel skipped: what they had counted is missing. */
uint64_t fpt_ring__moves_missed(const struct fpt_ring *ring);

/**
 * fpt_ring__stack - a stack that an event refers to.
 * @address: gets where calls return to, the innermost first.
 *
 * Returns how many there are, or -errno.
 */
int fpt_ring__stack(const struct fpt_ring *ring, uint32_t stack, uint64_t address[FPT_STACK_DEPTH]);

/* Hands over the end batch, with the totals. */
int fpt_ring__end(struct fpt_ring *ring, fpt_batch_fn consume, void *context);

/* Detaches and frees everything; NULL is allowed. */
void fpt_ring__close(struct fpt_ring *ring);

#endif
