// SPDX-License-Identifier: GPL-2.0-only
/*
 * The linearizability search over the automaton, per inode.  The set of
 * configurations is kept closed: whatever may have happened by now is in it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mode_internal.h"

#define CONFIGS_FIRST 16
#define CONFIGS_MAX 2048 /* some 60 KB; beyond that the inode is unknown */

_Static_assert(FPT_PENDING_MAX == sizeof(uint64_t), "find_place() takes the rows as one number");

static bool same_config(const struct config *a, const struct config *b)
{
	return a->state.ctr == b->state.ctr && a->state.fb == b->state.fb &&
	       memcmp(a->row, b->row, sizeof(a->row)) == 0;
}

/* The place of a config that is in the set, or the one it would get. */
static uint16_t *find_place(const struct fpt_mode_busy *busy, const struct config *config)
{
	uint64_t hash, mask = 2 * busy->room - 1;

	memcpy(&hash, config->row, sizeof(hash));
	hash = (hash ^ config->state.fb) * UINT64_C(0x9e3779b97f4a7c15);
	hash = (hash >> 32) + (uint32_t)config->state.ctr;
	while (busy->place[hash & mask] &&
	       !same_config(&busy->config[busy->place[hash & mask] - 1], config))
		hash++;
	return &busy->place[hash & mask];
}

static bool grow(struct fpt_mode_busy *busy)
{
	unsigned int room = busy->room ? busy->room * 2 : CONFIGS_FIRST, i;
	struct config *config;
	uint16_t *place;

	if (room > CONFIGS_MAX)
		return false;
	config = realloc(busy->config, room * sizeof(*config));
	if (config)
		busy->config = config;
	place = calloc(2 * room, sizeof(*place));
	if (!config || !place) {
		free(place);
		return false;
	}
	free(busy->place);
	busy->place = place;
	busy->room = room;
	for (i = 0; i < busy->count; i++)
		*find_place(busy, &config[i]) = i + 1;
	return true;
}

static void clear_set(struct fpt_mode_busy *busy)
{
	busy->count = 0;
	memset(busy->place, 0, 2 * busy->room * sizeof(*busy->place));
}

static void drop_busy(struct fpt_mode *mode)
{
	if (mode->busy) {
		free(mode->busy->config);
		free(mode->busy->place);
	}
	free(mode->busy);
	mode->busy = NULL;
}

static bool add_config(struct fpt_mode_busy *busy, const struct config *config)
{
	uint16_t *place = find_place(busy, config);

	if (*place)
		return true;
	if (busy->count == busy->room) {
		if (!grow(busy))
			return false;
		place = find_place(busy, config);
	}
	busy->config[busy->count++] = *config;
	*place = busy->count;
	return true;
}

/*
 * As it would be done next.  Tasks that share a file can map it at the same time:
 * then the first makes it cached and the others find it so, though they began
 * before.
 */
static struct fpt_mode_op next_op(const struct fpt_mode_busy *busy, const struct config *from,
				  unsigned int slot)
{
	struct fpt_mode_op op = busy->pending[slot].op;
	unsigned int other;

	for (other = 0; op.file && other < FPT_PENDING_MAX; other++)
		if (busy->pending[other].used && busy->pending[other].op.file == op.file &&
		    from->row[other] != NOT_YET && !fpt_rows[from->row[other]].result)
			op.file_mode = FPT_IOM_CACHED;
	return op;
}

/* Adds every configuration that follows from @from by one operation. */
static bool add_followers(struct fpt_mode_busy *busy, struct config from)
{
	unsigned int slot, row;
	uint32_t rows;

	for (slot = 0; slot < FPT_PENDING_MAX; slot++) {
		struct fpt_mode_op op;

		if (!busy->pending[slot].used || from.row[slot] != NOT_YET)
			continue;
		op = next_op(busy, &from, slot);
		for (rows = fpt_mode_rows(&from.state, &op); rows; rows &= rows - 1) {
			struct config next = from;

			row = __builtin_ctz(rows);
			next.state = fpt_mode_apply(&fpt_rows[row], &from.state, &op);
			next.row[slot] = row;
			if (!add_config(busy, &next))
				return false;
		}
	}
	return true;
}

/* The list grows while it is walked, until nothing new follows. */
static void close_set(struct fpt_mode *mode)
{
	unsigned int i;

	for (i = 0; mode->known && i < mode->busy->count; i++)
		mode->known = add_followers(mode->busy, mode->busy->config[i]);
}

static void start_from(struct fpt_mode_busy *busy, const struct fpt_mode_state *state)
{
	struct config config = { .state = *state };

	memset(config.row, NOT_YET, sizeof(config.row));
	clear_set(busy);
	add_config(busy, &config);
}

static bool make_busy(struct fpt_mode *mode)
{
	struct fpt_mode_busy *busy = mode->busy = calloc(1, sizeof(*busy));

	if (!busy || !grow(busy)) {
		drop_busy(mode);
		mode->known = false;
		return false;
	}
	if (mode->known)
		start_from(busy, &mode->state);
	return true;
}

/* Adds it to what is followed.  Whatever was alone is so no longer. */
static void follow(struct fpt_mode *mode, uint32_t tid, const struct fpt_mode_op *op)
{
	struct fpt_mode_busy *busy = mode->busy;
	unsigned int slot;

	for (slot = 0; slot < FPT_PENDING_MAX; slot++)
		busy->pending[slot].exclusive = false;
	for (slot = 0; slot < FPT_PENDING_MAX && busy->pending[slot].used; slot++)
		;
	busy->in_flight++;
	if (slot == FPT_PENDING_MAX) {
		busy->not_followed++;
		mode->known = false;
		return;
	}
	busy->pending[slot] = (struct pending){
		.op = *op, .tid = tid, .exclusive = busy->in_flight == 1, .used = true
	};
	close_set(mode);
}

bool fpt_mode_end_solo(struct fpt_mode *mode)
{
	if (!mode->solo)
		return true;
	mode->solo = false;
	if (!make_busy(mode))
		return false;
	follow(mode, mode->solo_tid, &mode->solo_op);
	return true;
}

int fpt_mode__begin_beside(struct fpt_mode *mode, uint32_t tid, struct fpt_mode_op op)
{
	if (!fpt_mode_end_solo(mode))
		return -ENOMEM;
	follow(mode, tid, &op);
	return 0;
}

static struct pending *find_pending(struct fpt_mode_busy *busy, const struct fpt_mode_end *end)
{
	unsigned int slot;

	for (slot = 0; busy && slot < FPT_PENDING_MAX; slot++)
		if (busy->pending[slot].used && busy->pending[slot].tid == end->tid &&
		    busy->pending[slot].op.op == end->op)
			return &busy->pending[slot];
	return NULL;
}

static inline void survey_state(const struct fpt_mode_state *s,
				struct fpt_mode_judgement *judgement)
{
	*(s->ctr > 0 ? &judgement->may_cached : &judgement->may_not_cached) = true;
	*(s->fb ? &judgement->may_fb : &judgement->may_no_fb) = true;
	if (s->fb && s->fb == judgement->op.fb)
		judgement->may_same_fb = true;
	else if (s->fb)
		judgement->may_other_fb = true;
}

/* What the operation may have met: the states in which it was still to come. */
static void survey(const struct fpt_mode_busy *busy, unsigned int slot,
		   struct fpt_mode_judgement *judgement)
{
	unsigned int i;

	for (i = 0; i < busy->count; i++) {
		const struct fpt_mode_state *s = &busy->config[i].state;

		if (busy->config[i].row[slot] != NOT_YET)
			continue;
		judgement->found = *s;
		survey_state(s, judgement);
	}
}

static bool row_fits(const struct fpt_row *row, const struct fpt_mode_end *end,
		     const struct fpt_mode_op *op)
{
	if (row->result != end->result)
		return false;
	if (!end->equality_known || op->op != FPT_OP_UNCACHED_START || !op->fb)
		return true;
	/* EBUSY is tested before the numbers, ETXTBSY and success come after. */
	return row->result == -EBUSY || end->unequal == (row->result == -EIO);
}

/* Keeps what agrees with the result; the slot is then free again. */
static void filter(struct fpt_mode_busy *busy, unsigned int slot, const struct fpt_mode_end *end)
{
	struct config config;
	unsigned int i, count = busy->count;

	clear_set(busy);
	for (i = 0; i < count; i++) {
		config = busy->config[i];
		if (config.row[slot] == NOT_YET ||
		    !row_fits(&fpt_rows[config.row[slot]], end, &busy->pending[slot].op))
			continue;
		config.row[slot] = NOT_YET;
		add_config(busy, &config);
	}
}

static struct fpt_mode_state as_read(const struct fpt_state *read)
{
	return (struct fpt_mode_state){ read->ctr, read->fb };
}

static bool same_state(const struct fpt_mode_state *a, const struct fpt_mode_state *b)
{
	return a->ctr == b->ctr && a->fb == b->fb;
}

/* I3; the bit may be set early only by a task inside fuse_file_cached_io_open(). */
static bool bit_fits(const struct fpt_state *read)
{
	return !(read->bits & FPT_BIT_CACHE_IO) == (read->ctr <= 0);
}

/* Nothing else ran meanwhile: what was read at entry and exit is exact. */
static void judge_readings(struct fpt_mode *mode, const struct fpt_mode_end *end,
			   struct fpt_mode_judgement *judgement)
{
	struct fpt_mode_state after = as_read(end->after);
	struct fpt_mode_state due = mode->busy->config[0].state;
	bool wrong = mode->busy->count != 1 || !same_state(&after, &due);
	bool explained = judgement->verdict == FPT_MODE_EXPLAINED;

	/* A drift has its own pair: the state before. */
	if (wrong || explained) {
		judgement->expected = due;
		judgement->found = after;
	}
	if (wrong) {
		judgement->verdict = FPT_MODE_LEFT_WRONG;
	} else if (explained && !bit_fits(end->after)) {
		judgement->verdict = FPT_MODE_BIT_WRONG;
	} else if (explained && !bit_fits(end->before)) {
		judgement->verdict = FPT_MODE_BIT_MET_WRONG;
		judgement->found = as_read(end->before);
	}
	mode->known = true;
	start_from(mode->busy, &after);
}

static bool may_have_met(const struct fpt_mode_busy *busy, unsigned int slot,
			 const struct fpt_mode_state *state)
{
	unsigned int i;

	for (i = 0; i < busy->count; i++)
		if (busy->config[i].row[slot] == NOT_YET &&
		    same_state(&busy->config[i].state, state))
			return true;
	return false;
}

static void judge(struct fpt_mode *mode, struct pending *pending, const struct fpt_mode_end *end,
		  struct fpt_mode_judgement *judgement)
{
	struct fpt_mode_busy *busy = mode->busy;
	unsigned int slot = pending - busy->pending;
	bool readable = pending->exclusive && (end->before->bits & FPT_BIT_READ);
	struct fpt_mode_state before = as_read(end->before);
	bool drifted = false;

	judgement->op = pending->op;
	judgement->exclusive = pending->exclusive;
	if (readable) {
		drifted = mode->known && !may_have_met(busy, slot, &before);
		judgement->expected = busy->config[0].state;
		mode->known = true;
		start_from(busy, &before);
		close_set(mode);
	}
	if (!mode->known)
		return;
	survey(busy, slot, judgement);
	filter(busy, slot, end);
	if (drifted) {
		judgement->verdict = FPT_MODE_DRIFTED;
		judgement->found = before;
	} else {
		judgement->verdict = busy->count ? FPT_MODE_EXPLAINED : FPT_MODE_UNEXPLAINED;
	}
	if (busy->count == 0) {
		judgement->verdict = FPT_MODE_UNEXPLAINED;
		mode->known = readable;
		if (readable)
			start_from(busy,
				   &(struct fpt_mode_state){ end->after->ctr, end->after->fb });
	} else if (readable) {
		judge_readings(mode, end, judgement);
	}
}

/* The only row that explains the result in this state; NULL if there is none such. */
static const struct fpt_row *only_row(const struct fpt_mode_state *state,
				      const struct fpt_mode_end *end, const struct fpt_mode_op *op)
{
	const struct fpt_row *row, *found = NULL;
	uint32_t rows;

	for (rows = fpt_mode_rows(state, op); rows; rows &= rows - 1) {
		row = &fpt_rows[__builtin_ctz(rows)];
		if (!row_fits(row, end, op))
			continue;
		if (found)
			return NULL;
		found = row;
	}
	return found;
}

/*
 * Nothing else ran, and all is as it should be: the same as the general way, which
 * is for everything else.  Returns false, with nothing done, where it is not so.
 */
static bool judge_solo(struct fpt_mode *mode, const struct fpt_mode_end *end,
		       struct fpt_mode_judgement *judgement)
{
	struct fpt_mode_state before = as_read(end->before), after = as_read(end->after), due;
	const struct fpt_mode_op *op = &mode->solo_op;
	const struct fpt_row *row;

	if (!mode->solo || mode->solo_tid != end->tid || op->op != end->op ||
	    !(end->before->bits & FPT_BIT_READ) ||
	    (mode->known && !same_state(&before, &mode->state)))
		return false;
	row = only_row(&before, end, op);
	if (!row)
		return false;
	due = fpt_mode_apply(row, &before, op);
	if (!same_state(&after, &due) || !bit_fits(end->before) || !bit_fits(end->after))
		return false;
	judgement->verdict = FPT_MODE_EXPLAINED;
	judgement->exclusive = true;
	judgement->op = *op;
	survey_state(&before, judgement);
	judgement->expected = after;
	judgement->found = after;
	mode->state = after;
	mode->known = true;
	mode->solo = false;
	return true;
}

/* The file is cached now, so what has not taken effect yet finds it so. */
static void file_became_cached(struct fpt_mode_busy *busy, uint64_t file)
{
	unsigned int slot;

	for (slot = 0; file && slot < FPT_PENDING_MAX; slot++)
		if (busy->pending[slot].used && busy->pending[slot].op.file == file)
			busy->pending[slot].op.file_mode = FPT_IOM_CACHED;
}

void fpt_mode__end(struct fpt_mode *mode, const struct fpt_mode_end *end,
		   struct fpt_mode_judgement *judgement)
{
	struct fpt_mode_busy *busy;
	struct pending *pending;
	unsigned int slot;

	memset(judgement, 0, sizeof(*judgement));
	judgement->verdict = FPT_MODE_UNKNOWN;
	if (judge_solo(mode, end, judgement) || !fpt_mode_end_solo(mode))
		return;
	busy = mode->busy;
	pending = find_pending(busy, end);
	if (pending) {
		judge(mode, pending, end, judgement);
		pending->used = false;
		if (!end->result)
			file_became_cached(busy, pending->op.file);
	} else {
		/* Its begin was not seen: it overlapped everything in flight. */
		mode->known = false;
		if (!busy)
			return;
		for (slot = 0; slot < FPT_PENDING_MAX; slot++)
			busy->pending[slot].exclusive = false;
		if (!busy->not_followed)
			return;
		busy->not_followed--;
	}
	if (--busy->in_flight)
		return;
	/* While more than one state is possible the set is kept. */
	if (mode->known && busy->count > 1)
		return;
	if (mode->known)
		mode->state = busy->config[0].state;
	drop_busy(mode);
}

void fpt_mode__forget(struct fpt_mode *mode)
{
	drop_busy(mode);
	mode->known = mode->solo = false;
}
