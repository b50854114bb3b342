/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The world of a random history: a small kernel with its inodes, files, backing
 * files and threads, the stream of events that it leaves, and how it may be
 * broken.  history_kernel.h makes it run.
 */
#ifndef HISTORY_WORLD_H
#define HISTORY_WORLD_H

#include <string.h>

#include "iomode_reference.h"

#define H_THREADS 16
#define H_INODES 3
#define H_BACKINGS 12
#define H_FILES 64
#define H_CPUS 4
#define H_EVENTS 900
#define H_CONN UINT64_C(0x2000)
#define H_MS UINT64_C(1000000)

#define H_DIRECT_IO (1U << 0)
#define H_KEEP_CACHE (1U << 1)
#define H_PARALLEL (1U << 6)
#define H_PASSTHROUGH (1U << 7)

/* What can be wrong with a kernel, or with what is told of a sound one. */
#define HISTORY_BREAKS(B) \
	B(NONE, "nothing is wrong") \
	B(WRONG_ERRNO, "a refusal gives another errno") \
	B(FALSE_SUCCESS, "a refusal is reported as success") \
	B(FALSE_FAILURE, "a success is reported as refusal") \
	B(NO_EFFECT, "a success counts nothing") \
	B(COUNTS_TWICE, "a success counts twice") \
	B(FB_KEPT, "fb is not cleared at 0") \
	B(FB_EARLY, "fb is cleared before 0") \
	B(FB_NOT_SET, "the first passthrough open attaches nothing") \
	B(FB_REPLACED, "a second backing file is accepted and attached") \
	B(FB_IGNORED, "a second backing file is accepted, the first stays") \
	B(FB_STALE, "fb is judged as it was at entry") \
	B(NO_ETXTBSY, "an uncached reference is given in cached mode") \
	B(NO_WAIT, "a cached open does not wait for direct writes") \
	B(CACHED_IN_P, "a cached open is let in under passthrough") \
	B(LOST_WAKEUP, "a cached open that waits is never woken") \
	B(RELEASE_LOST, "a release counts nothing") \
	B(RELEASE_TWICE, "a release counts twice") \
	B(LOST_UPDATE, "ctr is computed from what it was at entry") \
	B(STRAY_CTR, "ctr changes by itself") \
	B(STRAY_FB, "fb changes by itself") \
	B(BIT_NOT_SET, "the first cached open does not set the bit") \
	B(BIT_NOT_CLEARED, "the last release, or a refusal, leaves the bit") \
	B(NUMBERS_IGNORED, "unequal numbers are accepted") \
	B(NUMBERS_INVERTED, "equal numbers are refused, unequal accepted") \
	B(NUMBERS_ON_REOPEN, "a reopen does not compare the numbers") \
	B(NUMBERS_ERRNO, "unequal numbers give another errno") \
	B(NUMBERS_LATE, "unequal numbers are tested after the cached mode") \
	B(OPEN_UNCHECKED, "an open without passthrough is let in under fb") \
	B(OPEN_REFUSED, "an open is refused without a cause") \
	B(MODE_LEFT, "a released file keeps its mode") \
	B(EVICT_BUSY, "an inode is evicted while it is held") \
	B(OVER_WAITER, "a direct write begins though the bit is set") \
	B(BACKING_LEAK, "a reopen keeps its reference of the backing file") \
	B(BACKING_PUT_TWICE, "a reopen puts its reference of the backing file twice") \
	B(TOLD_RESULT, "another result is told") \
	B(TOLD_SWAPPED, "the results of two overlapping operations are swapped") \
	B(TOLD_READING, "another state is told") \
	B(TOLD_NOTHING, "an operation is not told")
#define H_BREAK(NAME, text) BREAK_##NAME,
enum h_break { HISTORY_BREAKS(H_BREAK) H_BREAKS };
#undef H_BREAK
#define H_BREAK_TEXT(NAME, text) text,
static const char *const h_break_texts[] = { HISTORY_BREAKS(H_BREAK_TEXT) };
#undef H_BREAK_TEXT

struct h_backing {
	int32_t id;
	uint64_t key, ino;
	bool registered, told; /* told: its registration; no server closes an id before */
	int count; /* references: the id, inodes, opens in flight */
};

struct h_inode {
	struct fpt_id id;
	struct fpt_state state;
	const struct h_thread *locked_by; /* a reply is changing its number */
	unsigned int users; /* threads at work on it, files open */
	struct h_backing *attached; /* who holds the reference of state.fb */
};

struct h_file {
	uint64_t kh;
	struct h_inode *inode; /* NULL: free */
	struct h_backing *backing;
	uint32_t flags, mode;
	bool open; /* its user has it */
	unsigned int users;
};

enum h_call {
	CALL_OPEN,
	CALL_MMAP,
	CALL_WRITE,
	CALL_RELEASE,
	CALL_ATTR,
	CALL_EVICT,
	CALL_CLOSE,
	CALL_REOPEN,
};

enum h_step {
	STEP_IDLE,
	STEP_OUTER_BEGIN,
	STEP_OUTER_READ,
	STEP_OUTER_READ_ON,
	STEP_LOOK,
	STEP_LOOKUP,
	STEP_BEGIN,
	STEP_READ,
	STEP_READ_ON,
	STEP_EFFECT,
	STEP_PUT,
	STEP_AFTER,
	STEP_AFTER_ON,
	STEP_END,
	STEP_OUTER_AFTER,
	STEP_OUTER_AFTER_ON,
	STEP_OUTER_END,
	STEP_USER,
	STEP_WRITING,
	STEP_ATTR_VERSION,
	STEP_ATTR_NUMBER,
	STEP_CLOSE,
	STEP_TELL,
};

/* A function that the thread is in: what a frame of bpf/ holds. */
struct h_frame {
	struct fpt_mode_op op;
	uint64_t begin_ns;
	int begun; /* events that were told before it began */
	struct fpt_state before, after;
	struct fpt_backing backing;
	int ret;
};

struct h_thread {
	uint32_t tid;
	uint64_t last_ns;
	enum h_call call;
	enum h_step step;
	struct h_inode *inode;
	struct h_file *file;
	struct h_backing *backing; /* of the open, or closed */
	uint64_t number; /* that a reply tells */
	bool holds; /* a reference of the backing file, in an open */
	struct h_backing *put; /* it left the inode, and its reference is still to be dropped */
	bool waited, asleep; /* in a cached open; asleep: for good */
	bool failed; /* an open, whose file is released inside it */
	int inner; /* errno inside an open */
	uint64_t user_ns;
	int user_begun;
	struct h_frame outer, op;
};

/* What the kernel knows of an event and the stream does not say. */
struct h_secret {
	int begun; /* as in h_frame; -1: it has no begin */
	uint64_t fb; /* attached when the event got its place */
	bool has_inode;
};

struct h_event {
	union {
		struct fpt_header h;
		char bytes[FPT_EVENT_MAX];
		uint64_t align;
	};
};

struct history {
	uint64_t random;
	uint64_t now;
	uint64_t next_key, next_file;
	int32_t next_id;
	uint32_t conn_flags, favoured;
	unsigned int inodes, threads, cpus, calls; /* calls: still to come */
	unsigned int slow_writes; /* a write takes so many steps */
	unsigned int sticky; /* of 100 steps so many stay with a thread */
	unsigned int long_pauses; /* 2: even while an open sleeps that need not */
	struct h_inode inode[H_INODES];
	struct h_backing backing[H_BACKINGS];
	struct h_file file[H_FILES];
	struct h_thread thread[H_THREADS];
	uint64_t seq[H_CPUS];

	enum h_break broken;
	unsigned int spare; /* so many chances are let go first */
	bool once;
	int broke_at; /* events that were told before it took effect; -1: it did not */
	uint64_t broke_file; /* of the first open that it met in fuse_file_io_open() */
	bool stuck; /* a cached open slept on when it need not wait */

	int events;
	struct h_secret secret[H_EVENTS];
	struct h_event event[H_EVENTS];
};

static inline unsigned int h_pick(struct history *h, unsigned int below)
{
	uint64_t z = (h->random += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (unsigned int)((z ^ (z >> 31)) % below);
}

/* The time of a thread that does something now. */
static inline uint64_t h_clock(const struct history *h, struct h_thread *t)
{
	if (t->last_ns < h->now)
		t->last_ns = h->now;
	return t->last_ns;
}

static inline bool h_chance(struct history *h, unsigned int percent)
{
	return h_pick(h, 100) < percent;
}

/* Whether the break that this kernel has strikes here. */
static inline bool h_breaks(struct history *h, enum h_break kind)
{
	if (h->broken != kind || (h->once && h->broke_at >= 0))
		return false;
	if (h->spare) {
		h->spare--;
		return false;
	}
	if (h->broke_at < 0)
		h->broke_at = h->events;
	return true;
}

/*
 * The event gets its place in the ring now.  Its time is taken a little later,
 * so times go back from one thread to another, but never within one.
 */
static inline struct fpt_header *h_emit(struct history *h, struct h_thread *t, const void *event,
					uint16_t kind, size_t size)
{
	struct fpt_header *e = &h->event[h->events].h;

	assert_true(h->events < H_EVENTS && size <= FPT_EVENT_MAX);
	h->now += 1 + h_pick(h, 40000);
	t->last_ns = h_clock(h, t) + h_pick(h, 60000);
	memcpy(e, event, size);
	e->kind = kind;
	e->size = size;
	e->cpu = h_pick(h, h->cpus);
	e->seq = h->seq[e->cpu]++;
	e->ts_ns = t->last_ns;
	e->tid = e->tgid = t->tid;
	h->secret[h->events] =
		(struct h_secret){ -1, t->inode ? t->inode->state.fb : 0, t->inode != NULL };
	h->events++;
	return e;
}

#define H_EMIT(h, t, KIND, e) h_emit(h, t, &(e), FPT_##KIND, sizeof(e))
#define H_PUT(event, first, value) memcpy(&(event).first, &(value), sizeof(value))

#endif
