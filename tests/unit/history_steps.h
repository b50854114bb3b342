/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the small kernel: a random history of its own for each seed and number. */
#ifndef HISTORY_STEPS_H
#define HISTORY_STEPS_H

#include "history_kernel.h"
#include "history_told.h"

static inline void h_outer_step(struct history *h, struct h_thread *t)
{
	switch (t->step) {
	case STEP_OUTER_BEGIN:
		h_tell_begin(h, t, &t->outer);
		t->step = STEP_OUTER_READ;
		break;
	case STEP_OUTER_READ:
		h_read_entry(&t->outer.before, t->inode);
		t->step = STEP_OUTER_READ_ON;
		break;
	case STEP_OUTER_READ_ON:
		h_read_entry_on(&t->outer.before, t->inode);
		h_read_file(h, t, &t->outer);
		h_outer_begun(t);
		break;
	case STEP_OUTER_AFTER:
		if (t->holds)
			h_put(h, t, t->backing);
		t->holds = false;
		h_read_exit(&t->outer.after, t->inode);
		t->step = STEP_OUTER_AFTER_ON;
		break;
	case STEP_OUTER_AFTER_ON:
		h_read_exit_on(&t->outer.after, t->inode);
		t->step = STEP_OUTER_END;
		break;
	default:
		h_tell_outer_end(h, t);
		h_after_outer(t);
	}
}

static inline void h_inner_step(struct history *h, struct h_thread *t)
{
	switch (t->step) {
	case STEP_BEGIN:
		h_tell_begin(h, t, &t->op);
		t->step = STEP_READ;
		break;
	case STEP_READ:
		h_read_entry(&t->op.before, t->inode);
		t->step = STEP_READ_ON;
		break;
	case STEP_READ_ON:
		h_read_entry_on(&t->op.before, t->inode);
		h_read_file(h, t, &t->op);
		h_tell_wait(h, t);
		t->step = STEP_EFFECT;
		break;
	case STEP_EFFECT:
		if (h_effect(h, t))
			t->step = t->put ? STEP_PUT : STEP_AFTER;
		break;
	case STEP_PUT:
		h_put(h, t, t->put);
		t->put = NULL;
		t->step = STEP_AFTER;
		break;
	case STEP_AFTER:
		h_read_exit(&t->op.after, t->inode);
		t->step = STEP_AFTER_ON;
		break;
	case STEP_AFTER_ON:
		h_read_exit_on(&t->op.after, t->inode);
		t->step = STEP_END;
		break;
	default:
		h_tell_end(h, t);
		h_after_inner(t);
	}
}

static inline void h_step(struct history *h, struct h_thread *t)
{
	switch (t->step) {
	case STEP_IDLE:
		if (h->calls && h->events + 200 < H_EVENTS && h_start_call(h, t))
			h->calls--;
		break;
	case STEP_LOOK:
		h_look(h, t);
		break;
	case STEP_LOOKUP:
		h_lookup(h, t);
		break;
	case STEP_CLOSE:
		h_close(h, t);
		break;
	case STEP_TELL:
		h_tell(h, t);
		break;
	case STEP_USER:
		h_tell_user(h, t);
		break;
	case STEP_WRITING:
		if (h_pick(h, h->slow_writes) == 0)
			t->step = STEP_BEGIN;
		break;
	case STEP_ATTR_VERSION:
		t->inode->state.attr_version++;
		t->step = STEP_ATTR_NUMBER;
		break;
	case STEP_ATTR_NUMBER:
		t->inode->state.ino = t->number;
		t->inode->locked_by = NULL;
		h_done(t);
		break;
	case STEP_OUTER_BEGIN:
	case STEP_OUTER_READ:
	case STEP_OUTER_READ_ON:
	case STEP_OUTER_AFTER:
	case STEP_OUTER_AFTER_ON:
	case STEP_OUTER_END:
		h_outer_step(h, t);
		break;
	default:
		h_inner_step(h, t);
	}
}

/* A cached open that sleeps, or a write that the server takes its time for. */
static inline bool h_sleeps(const struct h_thread *t)
{
	return t->step == STEP_WRITING ||
	       (t->step == STEP_EFFECT && t->waited && t->inode->state.ctr < 0);
}

/* Whether nothing else is going on; awake: not all of the opens need to sleep (T6b). */
static inline bool h_only_sleepers(const struct history *h, bool *awake)
{
	unsigned int i;

	for (i = 0; i < h->threads; i++) {
		const struct h_thread *t = &h->thread[i];

		if (t->step != STEP_IDLE && !h_sleeps(t))
			return false;
		*awake |= t->step == STEP_EFFECT && t->inode->state.fb;
	}
	return true;
}

/* Time passes with nothing going on. */
static inline void h_pause(struct history *h)
{
	bool awake = false;

	if (!h->long_pauses || h_pick(h, 4) || !h_only_sleepers(h, &awake))
		return;
	if (awake && h->long_pauses == 1)
		return;
	h->stuck |= awake;
	h->now += 2500 * H_MS;
}

static inline bool h_idle(const struct history *h)
{
	unsigned int i;

	for (i = 0; i < h->threads; i++)
		if (h->thread[i].step != STEP_IDLE && !h->thread[i].asleep)
			return false;
	return true;
}

static inline void h_choose(struct history *h)
{
	static const uint32_t favours[] = { H_PASSTHROUGH, H_PASSTHROUGH, 0,
					    H_DIRECT_IO | H_PARALLEL,
					    H_PASSTHROUGH | H_DIRECT_IO | H_PARALLEL };
	static const unsigned int stickiness[] = { 0, 50, 80, 93, 98 };
	unsigned int roll = h_pick(h, 100);

	h->conn_flags = FPT_CONN_PASSTHROUGH | FPT_CONN_KNOWS_INO;
	if (h_pick(h, 2))
		h->conn_flags |= FPT_CONN_PASSTHROUGH_INO;
	h->threads = roll < 70	 ? 2 + h_pick(h, 3)
		     : roll < 93 ? 5 + h_pick(h, 4)
				 : 12 + h_pick(h, 5);
	h->calls = h->threads <= 4 ? 3 + h_pick(h, 16) : 10 + h_pick(h, 25);
	h->inodes = roll >= 93 ? 1 : 1 + h_pick(h, H_INODES);
	h->cpus = 1 + h_pick(h, H_CPUS);
	h->sticky = stickiness[h_pick(h, 5)];
	h->favoured = favours[h_pick(h, 5)];
	h->long_pauses = h_pick(h, 4) ? h_pick(h, 2) : 2;
	h->slow_writes = h_pick(h, 3) ? 1 : 20;
	h->broke_at = -1;
	h->broken = h_pick(h, 2) ? 1 + h_pick(h, H_BREAKS - 1) : BREAK_NONE;
	h->spare = h_pick(h, 4) ? 0 : 1 + h_pick(h, 3);
	h->once = h_pick(h, 4) != 0;
	h->now = h->thread[0].last_ns = 5000 * H_MS;
}

static inline void h_begin(struct history *h, uint64_t seed, uint64_t number)
{
	unsigned int i;

	memset(h, 0, offsetof(struct history, secret));
	h->random = seed * UINT64_C(0xd1342543de82ef95) + number * UINT64_C(0x2545f4914f6cdd1d);
	h->next_key = 0xa0;
	h_choose(h);
	for (i = 0; i < h->threads; i++)
		h->thread[i].tid = 100 + i;
	h_tell_init(h, h->thread);
	for (i = 1 + h_pick(h, 3); i; i--)
		h_tell_backing(h, h->thread, h_register(h));
	for (i = 0; i < h->inodes; i++)
		h_make_inode(h, h->thread, &h->inode[i]);
}

/* Fills h->event. */
static inline void h_run(struct history *h, uint64_t seed, uint64_t number)
{
	struct h_thread *t = h->thread;
	unsigned int steps;

	h_begin(h, seed, number);
	for (steps = 0; steps < 30000 && (h->calls || !h_idle(h)); steps++) {
		if (!h_chance(h, h->sticky) || t->step == STEP_IDLE)
			t = &h->thread[h_pick(h, h->threads)];
		h_step(h, t);
		h_pause(h);
	}
	h_tell_wrongly(h);
}

#endif
