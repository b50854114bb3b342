/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judges the operations on one inode by trying every order of them.  Shares no
 * rule with src/: what an operation does is written here once more, in terms of
 * who holds the inode, and no bound is set to what overlaps.
 */
#ifndef HISTORY_JUDGE_H
#define HISTORY_JUDGE_H

#include <errno.h>
#include <string.h>

#include "event.h"

#define J_OPS 64 /* between two moments at which the state is known */
#define J_NEVER 1000000000
#define J_NOT_NOW 1
#define J_VISITED (1U << 16)

/* An operation: places in the stream, and what was told of it. */
struct j_op {
	enum fpt_op op;
	uint32_t tid, mode;
	uint64_t fb, file;
	int begin, end; /* J_NEVER: it has not ended */
	int result;
	bool may_differ; /* the numbers, and the mode is in force */
	bool numbers_known, unequal; /* at its end */
	const struct fpt_state *before, *after;
	bool exclusive; /* nothing overlaps it */
};

/* Who holds the inode. */
struct j_holders {
	int cached, uncached;
	uint64_t fb;
	uint64_t files; /* a bit for each operation whose file became cached by it */
};

struct j_search {
	const struct j_op *op;
	unsigned int count;
	int now; /* what comes later is not known */
	bool all; /* look at every order, not only for one */
	bool plain; /* remember nothing: try them one by one */
	bool fb, no_fb; /* what may hold at that time */
	bool exhausted; /* there were too many */
};

struct j_visited {
	uint64_t done;
	struct j_holders holders;
	uint32_t search;
};

static struct j_visited j_visited[J_VISITED];
static uint32_t j_searches;

/* The first operation of this segment on the same file stands for the file. */
static inline uint64_t j_file_bit(const struct j_search *search, unsigned int i)
{
	unsigned int first = 0;

	while (search->op[first].file != search->op[i].file)
		first++;
	return UINT64_C(1) << first;
}

/* What it returns where it comes next; J_NOT_NOW: it cannot. */
static inline int j_apply(const struct j_op *op, uint64_t file_bit, bool unequal,
			  struct j_holders *holders)
{
	bool cached_already = op->mode == FPT_IOM_CACHED || holders->files & file_bit;

	switch (op->op) {
	case FPT_OP_CACHED_OPEN:
		if (holders->fb)
			return -ETXTBSY;
		if (holders->uncached || (cached_already && !holders->cached))
			return J_NOT_NOW;
		holders->cached += !cached_already;
		holders->files |= file_bit;
		return 0;
	case FPT_OP_IO_RELEASE:
		if (!holders->cached)
			return J_NOT_NOW;
		holders->cached--;
		holders->files &= ~file_bit;
		return 0;
	case FPT_OP_UNCACHED_START:
		if (op->fb && holders->fb && holders->fb != op->fb)
			return -EBUSY;
		if (op->fb && unequal)
			return -EIO;
		if (holders->cached)
			return -ETXTBSY;
		holders->uncached++;
		holders->fb = op->fb ? op->fb : holders->fb;
		return 0;
	case FPT_OP_UNCACHED_END:
		if (!holders->uncached)
			return J_NOT_NOW;
		if (--holders->uncached == 0)
			holders->fb = 0;
		return 0;
	default:
		return J_NOT_NOW;
	}
}

static inline bool j_is(const struct j_holders *holders, const struct fpt_state *read)
{
	return holders->cached - holders->uncached == read->ctr && holders->fb == read->fb;
}

static inline struct j_holders j_from(const struct fpt_state *read)
{
	return (struct j_holders){ .cached = read->ctr > 0 ? read->ctr : 0,
				   .uncached = read->ctr < 0 ? -read->ctr : 0,
				   .fb = read->fb };
}

/* Whether this point of an order was not reached before. */
static inline bool j_first_visit(struct j_search *search, uint64_t done,
				 const struct j_holders *holders)
{
	uint64_t hash = (done * 31 + (uint64_t)holders->cached * 7 + (uint64_t)holders->uncached) *
				UINT64_C(0x9e3779b97f4a7c15) ^
			holders->fb * 131 ^ holders->files * UINT64_C(0xbf58476d1ce4e5b9);
	unsigned int at = (unsigned int)(hash >> 40) % J_VISITED, tries;

	if (search->plain)
		return true;
	for (tries = 0; tries < 256; tries++, at = (at + 1) % J_VISITED) {
		struct j_visited *visited = &j_visited[at];

		if (visited->search != j_searches) {
			*visited = (struct j_visited){ done, *holders, j_searches };
			return true;
		}
		if (visited->done == done && visited->holders.cached == holders->cached &&
		    visited->holders.uncached == holders->uncached &&
		    visited->holders.fb == holders->fb && visited->holders.files == holders->files)
			return false;
	}
	search->exhausted = true;
	return false;
}

static inline bool j_try(struct j_search *search, uint64_t done, struct j_holders holders);

static inline bool j_try_with(struct j_search *search, uint64_t done, struct j_holders holders,
			      unsigned int i, bool unequal)
{
	const struct j_op *op = &search->op[i];
	bool exact = op->exclusive && op->end <= search->now;
	int result;

	if (exact && !j_is(&holders, op->before))
		return false;
	result = j_apply(op, j_file_bit(search, i), unequal, &holders);
	if (result == J_NOT_NOW || (op->end <= search->now && result != op->result))
		return false;
	if (exact && !j_is(&holders, op->after))
		return false;
	return j_try(search, done | UINT64_C(1) << i, holders);
}

/* It began, and whatever ended before that is done. */
static inline bool j_may_be_next(const struct j_search *search, uint64_t done, unsigned int i)
{
	unsigned int j;

	if (done >> i & 1 || search->op[i].begin > search->now)
		return false;
	for (j = 0; j < search->count; j++)
		if (!(done >> j & 1) && search->op[j].end < search->op[i].begin)
			return false;
	return true;
}

static inline bool j_complete(struct j_search *search, uint64_t done,
			      const struct j_holders *holders)
{
	unsigned int i;

	for (i = 0; i < search->count; i++)
		if (!(done >> i & 1) && search->op[i].end <= search->now)
			return false;
	*(holders->fb ? &search->fb : &search->no_fb) = true;
	return true;
}

static inline bool j_try(struct j_search *search, uint64_t done, struct j_holders holders)
{
	unsigned int i;
	bool found;

	if (!j_first_visit(search, done, &holders))
		return false;
	found = j_complete(search, done, &holders);
	if (found && !search->all)
		return true;
	for (i = 0; i < search->count && (!found || search->all); i++) {
		const struct j_op *op = &search->op[i];
		bool known = op->numbers_known && op->end <= search->now;

		if (!j_may_be_next(search, done, i))
			continue;
		if (!known || !op->unequal)
			found |= j_try_with(search, done, holders, i, false);
		if ((!found || search->all) && (known ? op->unequal : op->may_differ))
			found |= j_try_with(search, done, holders, i, true);
	}
	return found;
}

#endif
