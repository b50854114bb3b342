/* SPDX-License-Identifier: GPL-2.0-only */
/* A sound history that is told wrongly; what is not told at all gets kind 0. */
#ifndef HISTORY_TOLD_H
#define HISTORY_TOLD_H

#include "history_world.h"

/* The four operations' ends begin with the same members. */
static inline struct fpt_uncached_end *h_end_at(struct history *h, int at)
{
	const struct fpt_io_release *release = (void *)&h->event[at].h;

	switch (h->event[at].h.kind) {
	case FPT_IO_RELEASE:
		if (release->file_mode_before != FPT_IOM_CACHED)
			return NULL;
		/* fallthrough */
	case FPT_CACHED_OPEN:
	case FPT_UNCACHED_START:
	case FPT_UNCACHED_END:
		return (void *)&h->event[at].h;
	}
	return NULL;
}

/* Where its result is; NULL if it has none. */
static inline __s32 *h_result_at(struct history *h, int at)
{
	struct fpt_uncached_start *start = (void *)&h->event[at].h;
	struct fpt_cached_open *cached = (void *)&h->event[at].h;

	if (h->event[at].h.kind == FPT_UNCACHED_START)
		return &start->ret;
	return h->event[at].h.kind == FPT_CACHED_OPEN ? &cached->ret : NULL;
}

static inline void h_tell_result(struct history *h, int at)
{
	static const int results[] = { 0, -ETXTBSY, -EBUSY, -EIO, -EINVAL };
	__s32 *result = h_result_at(h, at), told;

	if (!result)
		return;
	told = results[h_pick(h, 5)];
	if (told != *result)
		h->broke_at = at;
	*result = told;
}

static inline void h_swap_results(struct history *h, int at)
{
	__s32 *first = h_result_at(h, at), *second, kept;
	int other;

	for (other = at + 1; first && other < h->events && h->broke_at < 0; other++) {
		second = h_result_at(h, other);
		if (!second || *second == *first || h->secret[other].begun > at ||
		    h_end_at(h, at)->inode != h_end_at(h, other)->inode)
			continue;
		kept = *first;
		*first = *second;
		*second = kept;
		h->broke_at = at;
	}
}

static inline void h_tell_reading(struct history *h, int at)
{
	struct fpt_uncached_end *e = h_end_at(h, at);
	uint64_t fb = h->backing[h_pick(h, h->next_id)].key;
	int step = h_pick(h, 2) ? 1 : -1;

	if (!e)
		return;
	h->broke_at = at;
	switch (h_pick(h, 6)) {
	case 0:
		e->before_ctr += step;
		break;
	case 1:
		e->after_ctr += step;
		break;
	case 2:
		e->before_fb = e->before_fb ? 0 : fb;
		break;
	case 3:
		e->after_fb = e->after_fb ? 0 : fb;
		break;
	case 4:
		e->before_bits ^= FPT_BIT_CACHE_IO;
		break;
	default:
		e->after_bits ^= FPT_BIT_CACHE_IO;
	}
}

static inline void h_tell_nothing(struct history *h, int at)
{
	if (!h_end_at(h, at))
		return;
	h->broke_at = h->secret[at].begun;
	h->event[at].h.kind = 0;
	h->event[h->secret[at].begun].h.kind = 0;
}

static inline void h_tell_wrongly(struct history *h)
{
	int tries, at;

	for (tries = 0; tries < 20 && h->broke_at < 0; tries++) {
		at = (int)h_pick(h, (unsigned int)h->events);
		if (h->broken == BREAK_TOLD_RESULT)
			h_tell_result(h, at);
		else if (h->broken == BREAK_TOLD_SWAPPED)
			h_swap_results(h, at);
		else if (h->broken == BREAK_TOLD_READING)
			h_tell_reading(h, at);
		else if (h->broken == BREAK_TOLD_NOTHING)
			h_tell_nothing(h, at);
	}
}

#endif
