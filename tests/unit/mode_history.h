/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Histories of overlapping io-mode operations for test_mode_set.c: made by
 * threads that run the reference automaton, and judged by trying every order.
 */
#ifndef MODE_HISTORY_H
#define MODE_HISTORY_H

#include <string.h>

#include "iomode_reference.h"
#include "mode_set.h"

#define THREADS_MAX 12
#define OPS_MAX 64
#define NEVER 1000000

/* An operation that ran, or runs: positions in the stream, and what was read. */
struct ran {
	struct fpt_mode_op op;
	uint32_t tid;
	int begin, end; /* end: NEVER while it runs */
	int result;
	bool unequal, equality_known;
	struct fpt_state before, after;
};

enum phase { IDLE, BEGUN, READ_BEFORE, DONE, READ_AFTER };

struct thread {
	enum phase phase;
	struct ran *ran;
};

struct world {
	uint64_t random;
	unsigned int threads;
	bool in_force; /* passthrough_ino */
	struct fpt_mode_state state;
	bool cached_bit;
	unsigned int cached, uncached; /* references held, and not being dropped */
	struct thread thread[THREADS_MAX];
	struct ran ran[OPS_MAX];
	unsigned int started, limit; /* operations; 0 more start after limit */
	int position;
};

static inline unsigned int pick(struct world *world, unsigned int below)
{
	world->random ^= world->random << 13;
	world->random ^= world->random >> 7;
	world->random ^= world->random << 17;
	return (unsigned int)((world->random >> 11) % below);
}

static inline void world_init(struct world *world, uint64_t seed, unsigned int threads,
			      unsigned int limit)
{
	memset(world, 0, sizeof(*world));
	world->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	pick(world, 2);
	world->threads = threads;
	world->limit = limit;
	world->in_force = pick(world, 2);
}

/* Something that a server and its users could start now. */
static inline void choose_op(struct world *world, struct ran *ran)
{
	struct fpt_mode_op *op = &ran->op;

	op->may_be_equal = true;
	op->may_be_unequal = world->in_force;
	ran->equality_known = !world->in_force || pick(world, 4);
	ran->unequal = world->in_force && pick(world, 5) == 0;
	switch (pick(world, 8)) {
	case 0:
	case 1:
		if (world->uncached) {
			world->uncached--;
			op->op = FPT_OP_UNCACHED_END;
			return;
		}
		break;
	case 2:
	case 3:
		if (world->cached) {
			world->cached--;
			op->op = FPT_OP_IO_RELEASE;
			op->file_mode = FPT_IOM_CACHED;
			return;
		}
		break;
	case 4:
	case 5:
		op->op = FPT_OP_CACHED_OPEN;
		if (world->cached && pick(world, 4) == 0) {
			world->cached--; /* that file cannot be released meanwhile */
			op->file_mode = FPT_IOM_CACHED;
		}
		return;
	}
	op->op = FPT_OP_UNCACHED_START;
	op->fb = pick(world, 3) * 0xa0;
}

static inline struct fpt_state reading(const struct world *world)
{
	struct fpt_state read = { .ctr = world->state.ctr,
				  .fb = world->state.fb,
				  .bits = FPT_BIT_READ };

	if (world->cached_bit)
		read.bits |= FPT_BIT_CACHE_IO;
	return read;
}

/* Whether it took effect; a cached open may have to wait. */
static inline bool take_effect(struct world *world, struct ran *ran)
{
	struct ref_outcome outcome = reference(&world->state, &ran->op, ran->unequal);
	enum fpt_op op = ran->op.op;

	if (outcome.result == NO_RESULT) {
		world->cached_bit = true;
		return false;
	}
	ran->result = outcome.result;
	world->state = outcome.next;
	if (op == FPT_OP_CACHED_OPEN)
		world->cached_bit = outcome.result == 0;
	else if (op == FPT_OP_IO_RELEASE && world->state.ctr == 0)
		world->cached_bit = false;
	if (op == FPT_OP_CACHED_OPEN && outcome.result == 0)
		world->cached++;
	else if (op == FPT_OP_UNCACHED_START && outcome.result == 0)
		world->uncached++;
	return true;
}

enum event { NOTHING, BEGIN, END };

/*
 * One step of one thread, in the order of bpf/: the begin's place in the stream,
 * then the reading; the reading, then the end's place.
 */
static inline enum event world_step(struct world *world, struct ran **ran)
{
	unsigned int number = pick(world, world->threads);
	struct thread *thread = &world->thread[number];

	*ran = thread->ran;
	switch (thread->phase) {
	case IDLE:
		if (world->started == world->limit)
			return NOTHING;
		*ran = thread->ran = &world->ran[world->started++];
		choose_op(world, thread->ran);
		thread->ran->tid = 100 + number;
		thread->ran->begin = world->position++;
		thread->ran->end = NEVER;
		thread->phase = BEGUN;
		return BEGIN;
	case BEGUN:
		thread->ran->before = reading(world);
		thread->phase = READ_BEFORE;
		return NOTHING;
	case READ_BEFORE:
		if (take_effect(world, thread->ran))
			thread->phase = DONE;
		return NOTHING;
	case DONE:
		thread->ran->after = reading(world);
		thread->phase = READ_AFTER;
		return NOTHING;
	case READ_AFTER:
		thread->ran->end = world->position++;
		thread->phase = IDLE;
		return END;
	}
	return NOTHING;
}

static inline bool world_quiet(const struct world *world)
{
	unsigned int i;

	for (i = 0; i < world->threads; i++)
		if (world->thread[i].phase != IDLE)
			return false;
	return true;
}

/* ---- every order ---- */

struct orders {
	const struct ran *ran;
	unsigned int count;
	int now; /* what ends after this has not ended yet, what begins after it is not there */
};

static inline bool try_orders(const struct orders *orders, uint64_t done,
			      struct fpt_mode_state state);

/* Goes on with operation @i done next, if the numbers are (un)equal as said. */
static inline bool try_next(const struct orders *orders, uint64_t done, struct fpt_mode_state state,
			    unsigned int i, bool unequal)
{
	const struct ran *ran = &orders->ran[i];
	struct ref_outcome outcome = reference(&state, &ran->op, unequal);

	if (outcome.result == NO_RESULT)
		return false;
	if (ran->end <= orders->now && outcome.result != ran->result)
		return false;
	return try_orders(orders, done | UINT64_C(1) << i, outcome.next);
}

static inline bool may_be_next(const struct orders *orders, uint64_t done, unsigned int i)
{
	unsigned int j;

	if (done >> i & 1 || orders->ran[i].begin > orders->now)
		return false;
	for (j = 0; j < orders->count; j++)
		if (!(done >> j & 1) && orders->ran[j].end < orders->ran[i].begin)
			return false;
	return true;
}

/* Whether some order of the rest explains all results that are known by now. */
static inline bool try_orders(const struct orders *orders, uint64_t done,
			      struct fpt_mode_state state)
{
	bool complete = true;
	unsigned int i;

	for (i = 0; i < orders->count; i++)
		if (!(done >> i & 1) && orders->ran[i].end <= orders->now)
			complete = false;
	if (complete)
		return true;
	for (i = 0; i < orders->count; i++) {
		const struct ran *ran = &orders->ran[i];
		bool known = ran->equality_known && ran->end <= orders->now;

		if (!may_be_next(orders, done, i))
			continue;
		if ((!known || !ran->unequal) && try_next(orders, done, state, i, false))
			return true;
		if ((known ? ran->unequal : ran->op.may_be_unequal) &&
		    try_next(orders, done, state, i, true))
			return true;
	}
	return false;
}

#endif
