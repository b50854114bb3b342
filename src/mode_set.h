/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of one inode's io mode while operations overlap: the set of
 * states that some order of them allows.  An operation takes effect at an
 * instant between its begin and its end; its result, known at its end, rules
 * states out, and an empty set means that no order explains what was seen.
 * Judges; reports nothing.
 */
#ifndef FPT_MODE_SET_H
#define FPT_MODE_SET_H

#include "model.h"

#define FPT_PENDING_MAX 8 /* overlapping operations followed; beyond: unknown */

struct fpt_mode_busy;

struct fpt_mode {
	struct fpt_mode_state state; /* while there is no busy and known is set */
	bool known;
	/* The one operation in flight; as long as it is alone, it needs no set of states. */
	bool solo;
	uint32_t solo_tid;
	uint64_t solo_ns; /* fpt_mode__overdue() first saw it then */
	struct fpt_mode_op solo_op;
	struct fpt_mode_busy *busy; /* while several are in flight, or the state is not certain */
};

/* What an operation's end tells, beside the operation itself. */
struct fpt_mode_end {
	enum fpt_op op;
	uint32_t tid;
	int result;
	bool equality_known; /* the inode's number stood still meanwhile */
	bool unequal; /* if so: they differ and the mode is in force */
	const struct fpt_state *before, *after; /* as read at entry and exit */
};

enum fpt_mode_verdict {
	FPT_MODE_EXPLAINED, /* some order explains it */
	FPT_MODE_UNKNOWN, /* not enough is known to judge it */
	FPT_MODE_UNEXPLAINED, /* no order does */
	FPT_MODE_DRIFTED, /* explained, but the state had changed unseen before it */
	FPT_MODE_LEFT_WRONG, /* explained, but it left another state than it should */
	FPT_MODE_BIT_WRONG, /* explained, but it left FUSE_I_CACHE_IO_MODE wrong */
	FPT_MODE_BIT_MET_WRONG, /* the same, but it was so before */
};

struct fpt_mode_judgement {
	enum fpt_mode_verdict verdict;
	struct fpt_mode_op op; /* as judged */
	bool exclusive; /* nothing else ran on the inode meanwhile */
	/* Over the states the operation may have met: */
	bool may_cached, may_not_cached; /* ctr > 0, ctr <= 0 */
	bool may_fb, may_no_fb, may_same_fb, may_other_fb;
	struct fpt_mode_state expected, found; /* where a state was wrong */
};

/* An operation begins.  -ENOMEM: the inode is unknown until it is quiet. */
int fpt_mode__begin_beside(struct fpt_mode *mode, uint32_t tid, struct fpt_mode_op op);
static inline int fpt_mode__begin(struct fpt_mode *mode, uint32_t tid, const struct fpt_mode_op *op)
{
	/* Others are in flight. */
	if (mode->busy || mode->solo)
		return fpt_mode__begin_beside(mode, tid, *op);
	mode->solo = true;
	mode->solo_tid = tid;
	mode->solo_op = *op;
	mode->solo_ns = 0;
	return 0;
}

/* It ends, and is judged. */
void fpt_mode__end(struct fpt_mode *mode, const struct fpt_mode_end *end,
		   struct fpt_mode_judgement *judgement);

/* Operations begun and not ended. */
unsigned int fpt_mode__in_flight(const struct fpt_mode *mode);

/* Whether it is certain what the inode has, now that nothing is in flight. */
static inline bool fpt_mode__certain(const struct fpt_mode *mode)
{
	return mode->known && !mode->busy && !mode->solo;
}

/* The start or end of one, or of an uncached file's reference. */
static inline bool fpt_mode__is_direct_write(const struct fpt_mode_op *op)
{
	return op->op == FPT_OP_UNCACHED_END || (op->op == FPT_OP_UNCACHED_START && !op->fb);
}

/*
 * Whether a cached open is in flight, and beside such only direct writes, and no
 * backing file is attached: what FUSE_I_CACHE_IO_MODE says then stays so until
 * anything but a direct write begins or ends.  @tid: the thread of one such open.
 */
bool fpt_mode__awaits_writes(const struct fpt_mode *mode, uint32_t *tid);

/* Which of "a backing file is attached" and "none is" may hold right now. */
void fpt_mode__may_have_fb(const struct fpt_mode *mode, bool *may_fb, bool *may_no_fb);

/* Whether fpt_mode__overdue() has anything to look at. */
static inline bool fpt_mode__may_wait(const struct fpt_mode *mode)
{
	return mode->busy || (mode->solo && mode->solo_op.op == FPT_OP_CACHED_OPEN);
}

/**
 * fpt_mode__overdue - a cached open that could have gone on long ago.
 *
 * To be called with the time of each event, and again until it returns false.
 * Returns true once for each such open, with its thread and how long it could.
 */
bool fpt_mode__overdue(struct fpt_mode *mode, uint64_t ts_ns, uint64_t long_ns, uint32_t *tid,
		       uint64_t *waited_ns);

/* Evidence was lost: nothing is known, nothing in flight will be seen to end. */
void fpt_mode__forget(struct fpt_mode *mode);

#endif
