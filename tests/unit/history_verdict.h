/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What history_judge.h says of each event of a stream: takes the stream apart
 * into the operations on one inode, and these into segments between moments at
 * which the inode's state is known.
 */
#ifndef HISTORY_VERDICT_H
#define HISTORY_VERDICT_H

#include "history_judge.h"
#include "history_told.h"
#include "mode_set.h"

enum j_word {
	J_NOTHING, /* no end of an operation */
	J_FINE, /* some order explains everything so far */
	J_BAD, /* none does */
	J_DARK, /* the state has not been known since something was bad */
	J_TOO_MUCH, /* too many orders to try */
};

struct j_verdict {
	enum j_word word[H_EVENTS];
	bool exclusive[H_EVENTS];
	bool crowded[H_EVENTS]; /* more in flight than followed since the state was known */
	bool numbers_wrong[H_EVENTS]; /* whatever the state */
	unsigned int overlap[H_EVENTS]; /* operations in flight at most in its segment */
	bool fb_asked[H_EVENTS], may_fb[H_EVENTS], may_no_fb[H_EVENTS]; /* after it */
	unsigned int plain; /* times that all orders were tried one by one */
};

/* The operations on one inode, from when it was made until it is evicted. */
struct j_life {
	struct j_op op[H_EVENTS];
	unsigned int count;
	struct j_verdict *verdict;
	unsigned int at; /* the first operation of this segment */
	bool known;
	struct j_holders holders;
};

static inline void j_begin(struct j_life *life, const struct fpt_op_begin *e, int at)
{
	bool mode_op = e->op == FPT_OP_CACHED_OPEN || e->op == FPT_OP_UNCACHED_START ||
		       e->op == FPT_OP_UNCACHED_END ||
		       (e->op == FPT_OP_IO_RELEASE && e->file_mode == FPT_IOM_CACHED);

	if (!mode_op)
		return;
	life->op[life->count++] = (struct j_op){
		.op = e->op,
		.tid = e->h.tid,
		.mode = e->file_mode,
		.fb = e->backing,
		/* Those that have none are told apart. */
		.file = e->file ? e->file : UINT64_MAX - life->count,
		.begin = at,
		.end = J_NEVER,
		.may_differ = e->conn_flags & FPT_CONN_PASSTHROUGH_INO,
	};
}

static inline void j_end(struct j_life *life, struct history *h, int at)
{
	const struct fpt_uncached_end *e = h_end_at(h, at);
	const struct fpt_uncached_start *start = (const void *)e;
	struct j_op *op = life->op + life->count;
	__s32 *result = h_result_at(h, at);
	bool stood_still;

	while (--op >= life->op && (op->tid != e->h.tid || op->end != J_NEVER))
		;
	assert_true(op >= life->op);
	op->end = at;
	op->result = result ? *result : 0;
	op->before = (const void *)&e->before_ctr;
	op->after = (const void *)&e->after_ctr;
	if (!op->fb)
		return;
	stood_still =
		e->before_ino == e->after_ino && e->before_attr_version == e->after_attr_version;
	op->numbers_known = !op->may_differ || stood_still;
	op->unequal = op->may_differ && start->backing_ino != e->before_ino;
	life->verdict->numbers_wrong[at] =
		stood_still &&
		(op->unequal ? op->result != -EIO && op->result != -EBUSY : op->result == -EIO);
}

static inline void j_find_exclusive(struct j_life *life)
{
	unsigned int i, j;

	for (i = 0; i < life->count; i++) {
		struct j_op *op = &life->op[i];

		op->exclusive = op->end != J_NEVER;
		for (j = 0; j < life->count; j++)
			if (j != i && life->op[j].begin < op->end && life->op[j].end > op->begin)
				op->exclusive = false;
		if (op->end != J_NEVER)
			life->verdict->exclusive[op->end] = op->exclusive;
	}
}

/* Most in flight at once when operation @last had begun, from @first on. */
static inline unsigned int j_overlap(const struct j_life *life, unsigned int first,
				     unsigned int last)
{
	unsigned int most = 0, now, i, j;

	for (i = first; i <= last; i++) {
		for (j = first, now = 0; j <= i; j++)
			now += life->op[j].end > life->op[i].begin;
		most = now > most ? now : most;
	}
	return most;
}

static inline struct j_search j_segment(const struct j_life *life, int now)
{
	struct j_search search = { .op = life->op + life->at, .now = now };

	while (life->at + search.count < life->count && search.op[search.count].begin < now)
		search.count++;
	j_searches++;
	return search;
}

/* What was read at the end of an operation on its own must also have the right bit (I3). */
static inline bool j_bits_fit(const struct j_op *op)
{
	return !(op->before->bits & FPT_BIT_CACHE_IO) == (op->before->ctr <= 0) &&
	       !(op->after->bits & FPT_BIT_CACHE_IO) == (op->after->ctr <= 0);
}

static inline enum j_word j_ask(const struct j_life *life, const struct j_op *op, bool plain)
{
	struct j_search search = j_segment(life, op->end);
	bool found;

	search.plain = plain;
	if (search.count > J_OPS)
		return J_TOO_MUCH;
	found = j_try(&search, 0, life->holders);
	if (search.exhausted)
		return J_TOO_MUCH;
	return found && (!op->exclusive || j_bits_fit(op)) ? J_FINE : J_BAD;
}

/* Now and then: nothing is lost by not trying the same point of an order twice. */
static inline void j_ask_plainly(struct j_life *life, const struct j_op *op, enum j_word word)
{
	if (j_segment(life, op->end).count > 6 || op->end % 8)
		return;
	assert_int_equal(j_ask(life, op, true), word);
	life->verdict->plain++;
}

/* Now and then: which states may be the present one. */
static inline void j_ask_fb(struct j_life *life, const struct j_op *op)
{
	struct j_search search = j_segment(life, op->end);

	if (search.count > 10 || op->end % 4 || op->exclusive)
		return;
	search.all = true;
	j_try(&search, 0, life->holders);
	life->verdict->fb_asked[op->end] = !search.exhausted;
	life->verdict->may_fb[op->end] = search.fb;
	life->verdict->may_no_fb[op->end] = search.no_fb;
}

static inline enum j_word j_word_on(struct j_life *life, const struct j_op *op)
{
	enum j_word word;

	if (!life->known && !op->exclusive)
		return J_DARK;
	if (!life->known) {
		/* It tells the state, and is judged from there. */
		life->at = (unsigned int)(op - life->op);
		life->holders = j_from(op->before);
		life->known = true;
	}
	word = j_ask(life, op, false);
	j_ask_plainly(life, op, word);
	if (word == J_FINE)
		j_ask_fb(life, op);
	if (word == J_BAD || word == J_TOO_MUCH)
		life->known = false;
	return word;
}

/* The ends of a life in their order. */
static inline struct j_op *j_next_end(struct j_life *life, int after)
{
	struct j_op *next = NULL;
	unsigned int i;

	for (i = 0; i < life->count; i++) {
		struct j_op *op = &life->op[i];

		if (op->end > after && op->end != J_NEVER && (!next || op->end < next->end))
			next = op;
	}
	return next;
}

static inline void j_judge(struct j_life *life)
{
	struct j_verdict *verdict = life->verdict;
	unsigned int since = 0; /* the first operation after the state was known for sure */
	struct j_op *op = NULL;

	j_find_exclusive(life);
	life->at = 0;
	while ((op = j_next_end(life, op ? op->end : -1))) {
		unsigned int i, last = since;

		for (i = since; i < life->count && life->op[i].begin < op->end; i++)
			last = i;
		verdict->overlap[op->end] = j_overlap(life, since, last);
		verdict->crowded[op->end] = verdict->overlap[op->end] > FPT_PENDING_MAX;
		verdict->word[op->end] = j_word_on(life, op);
		if (!op->exclusive)
			continue;
		since = life->at = (unsigned int)(op - life->op) + 1;
		life->known = true;
		life->holders = j_from(op->after);
	}
	life->count = 0;
}

/* Judges everything that happened to the inode of this key. */
static inline void j_judge_inode(struct history *h, uint64_t inode, struct j_verdict *verdict)
{
	static struct j_life life;
	int at;

	life.count = 0;
	life.verdict = verdict;
	for (at = 0; at < h->events; at++) {
		const struct fpt_attr *attr = (const void *)&h->event[at].h;
		const struct fpt_header *e = &h->event[at].h;

		if (e->kind == FPT_ATTR && attr->inode == inode && !attr->before_attr_version) {
			j_judge(&life);
			life.known = true;
			life.holders = (struct j_holders){};
		} else if (e->kind == FPT_OP_BEGIN && attr->inode == inode) {
			j_begin(&life, (const void *)e, at);
		} else if (h_end_at(h, at) && attr->inode == inode) {
			j_end(&life, h, at);
		}
	}
	j_judge(&life);
}

static inline void j_judge_all(struct history *h, struct j_verdict *verdict)
{
	unsigned int i;

	memset(verdict, 0, sizeof(*verdict));
	for (i = 0; i < h->inodes; i++)
		j_judge_inode(h, h->inode[i].id.inode, verdict);
}

#endif
