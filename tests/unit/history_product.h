/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the product says of a history: mode_set.c on its own, fed as check_mode.c
 * feeds it, and the whole checker, fed with the stream or with what is left of
 * it.
 */
#ifndef HISTORY_PRODUCT_H
#define HISTORY_PRODUCT_H

#include "check.h"
#include "history_told.h"
#include "mode_set.h"

#define P_NOT_ASKED 99
#define P_BATCH 10 /* events */

/* ---- mode_set.c ---- */

struct p_modes {
	uint8_t verdict[H_EVENTS]; /* enum fpt_mode_verdict, P_NOT_ASKED */
	bool exclusive[H_EVENTS];
	bool may_fb[H_EVENTS], may_no_fb[H_EVENTS]; /* once the event was taken */
};

static inline void p_mode_begin(struct fpt_mode *mode, const struct fpt_op_begin *e)
{
	struct fpt_mode_op op = { .op = e->op,
				  .file = e->op == FPT_OP_CACHED_OPEN ? e->file : 0,
				  .file_mode = e->file_mode,
				  .fb = e->backing,
				  .may_be_equal = true,
				  .may_be_unequal = e->conn_flags & FPT_CONN_PASSTHROUGH_INO };

	if (e->op == FPT_OP_IO_OPEN ||
	    (e->op == FPT_OP_IO_RELEASE && e->file_mode != FPT_IOM_CACHED))
		return;
	assert_int_equal(fpt_mode__begin(mode, e->h.tid, &op), 0);
}

static inline void p_mode_end(struct history *h, struct fpt_mode *mode, int at,
			      struct p_modes *said)
{
	const struct fpt_uncached_end *e = h_end_at(h, at);
	const struct fpt_uncached_start *start = (const void *)e;
	bool in_force = e->conn_flags & FPT_CONN_PASSTHROUGH_INO;
	struct fpt_mode_end end = { .tid = e->h.tid,
				    .before = (const void *)&e->before_ctr,
				    .after = (const void *)&e->after_ctr };
	struct fpt_mode_judgement judgement;

	end.op = e->h.kind == FPT_UNCACHED_START ? FPT_OP_UNCACHED_START
		 : e->h.kind == FPT_CACHED_OPEN	 ? FPT_OP_CACHED_OPEN
		 : e->h.kind == FPT_UNCACHED_END ? FPT_OP_UNCACHED_END
						 : FPT_OP_IO_RELEASE;
	if (h_result_at(h, at))
		end.result = *h_result_at(h, at);
	if (e->h.kind == FPT_UNCACHED_START) {
		end.equality_known = !in_force || (e->before_ino == e->after_ino &&
						   e->before_attr_version == e->after_attr_version);
		end.unequal = in_force && start->backing_ino != e->before_ino;
	}
	fpt_mode__end(mode, &end, &judgement);
	said->verdict[at] = judgement.verdict;
	said->exclusive[at] = judgement.exclusive;
}

static inline void p_ask_modes(struct history *h, struct p_modes *said)
{
	struct fpt_mode mode[H_INODES] = {};
	unsigned int i;
	int at;

	for (at = 0; at < h->events; at++) {
		const struct fpt_attr *attr = (const void *)&h->event[at].h;
		unsigned int number = (unsigned int)(attr->inode - h->inode[0].id.inode);

		said->verdict[at] = P_NOT_ASKED;
		if (!h->secret[at].has_inode)
			continue;
		if (attr->h.kind == FPT_ATTR && !attr->before_attr_version) {
			fpt_mode__forget(&mode[number]);
			mode[number] = (struct fpt_mode){ .known = true };
		} else if (attr->h.kind == FPT_OP_BEGIN) {
			p_mode_begin(&mode[number], (const void *)attr);
		} else if (h_end_at(h, at)) {
			p_mode_end(h, &mode[number], at, said);
		}
		said->may_fb[at] = said->may_no_fb[at] = false;
		fpt_mode__may_have_fb(&mode[number], &said->may_fb[at], &said->may_no_fb[at]);
	}
	for (i = 0; i < H_INODES; i++)
		fpt_mode__forget(&mode[i]);
}

/* ---- the checker ---- */

/* What becomes of the stream on its way. */
struct p_way {
	int from; /* tracing begins here */
	unsigned int lossy; /* one batch in so many loses events; 0: none */
	uint64_t random;
};

struct p_checker {
	struct history *h;
	int at; /* the event being checked; h->events: after the last */
	bool order[H_EVENTS + 1]; /* a finding about the order of operations */
	bool other[H_EVENTS + 1]; /* any other about the kernel */
	bool undecided[H_EVENTS + 1]; /* it was not judged */
	unsigned int suspects;
	uint64_t lost;
	struct fpt_summary summary;
	enum fpt_verdict verdict;
	char text[200]; /* of the first finding about the kernel */
};

static inline bool p_about_order(enum fpt_check_id check)
{
	switch (check) {
	case FPT_CHECK_INO_ATTACH_UNEQUAL:
	case FPT_CHECK_INO_REOPEN_UNEQUAL:
	case FPT_CHECK_INO_ERRNO_WRONG:
	case FPT_CHECK_MODE_UNCACHED_WHILE_CACHED:
	case FPT_CHECK_MODE_CACHED_WHILE_PASSTHROUGH:
	case FPT_CHECK_MODE_SECOND_BACKING:
	case FPT_CHECK_MODE_ERRNO_UNFOUNDED:
	case FPT_CHECK_MODE_EBUSY_DIRECT:
	case FPT_CHECK_MODE_START_WRONG:
	case FPT_CHECK_MODE_END_WRONG:
	case FPT_CHECK_MODE_OPEN_WRONG:
	case FPT_CHECK_MODE_RELEASE_WRONG:
	case FPT_CHECK_MODE_DRIFT:
	case FPT_CHECK_MODE_BIT_WRONG:
	case FPT_CHECK_MODE_NO_ORDER:
		return true;
	default:
		return false;
	}
}

static inline void p_take(void *context, const struct fpt_finding *finding)
{
	const struct fpt_check_info *check = &fpt_checks[finding->check];
	struct p_checker *said = context;
	/* An errno that nobody knows is told at the operation, or at the open around it. */
	bool order = finding->check == FPT_CHECK_MODE_ERRNO_UNKNOWN
			     ? finding->event->kind == FPT_UNCACHED_START ||
				       finding->event->kind == FPT_CACHED_OPEN
			     : p_about_order(finding->check);

	if (check->severity == FPT_SEVERITY_SUSPECT) {
		said->suspects++;
		return;
	}
	if (check->who != FPT_WHO_KERNEL)
		return;
	(order ? said->order : said->other)[said->at] = true;
	if (!said->text[0])
		snprintf(said->text, sizeof(said->text), "[%s] %.150s", check->id, finding->text);
}

/* What bpf/ tells of a function that was entered before tracing began. */
static inline void p_blank(struct h_event *e)
{
	struct fpt_uncached_start *start = (void *)e;
	struct fpt_cached_open *cached = (void *)e;
	struct fpt_io_release *release = (void *)e;
	struct fpt_io_open *io_open = (void *)e;
	struct fpt_passthrough_open *lookup = (void *)e;
	struct fpt_open *open = (void *)e;

	switch (e->h.kind) {
	case FPT_UNCACHED_START:
		memset(&start->backing, 0, sizeof(struct fpt_backing));
		break;
	case FPT_CACHED_OPEN:
		cached->file_mode_before = 0;
		break;
	case FPT_IO_RELEASE:
		release->file_mode_before = 0;
		break;
	case FPT_IO_OPEN:
		io_open->asked_open_flags = io_open->file_mode_before = 0;
		break;
	case FPT_PASSTHROUGH_OPEN:
		lookup->begin_ns = 0;
		return;
	case FPT_OPEN:
		open->begin_ns = open->opcode = 0;
		return;
	}
	start->begin_ns = 0;
	memset(&start->before_ctr, 0, sizeof(struct fpt_state));
}

static inline unsigned int p_pick(struct p_way *way, unsigned int below)
{
	way->random = way->random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned int)((way->random >> 33) % below);
}

/* Events on their way, as a batch has them. */
struct p_batch {
	uint64_t bytes[P_BATCH * FPT_EVENT_MAX / 8];
	size_t used;
	int at[P_BATCH];
	unsigned int count, lost;
};

static inline void p_fill(struct p_checker *said, struct p_way *way, int first,
			  struct p_batch *batch)
{
	bool loses = way->lossy && p_pick(way, way->lossy) == 0;
	struct history *h = said->h;
	int at;

	batch->used = batch->count = batch->lost = 0;
	for (at = first; at < first + P_BATCH && at < h->events; at++) {
		struct h_event event = h->event[at];

		if (!event.h.kind)
			continue;
		if (loses && p_pick(way, 3) == 0) {
			batch->lost++;
			continue;
		}
		if (h->secret[at].begun >= 0 && h->secret[at].begun < way->from)
			p_blank(&event);
		memcpy((char *)batch->bytes + batch->used, &event, event.h.size);
		batch->used += event.h.size;
		batch->at[batch->count++] = at;
	}
}

static inline void p_hand_over(struct p_checker *said, struct fpt_checker *checker,
			       const struct p_batch *filled)
{
	const struct fpt_summary *summary = fpt_checker__summary(checker);
	struct fpt_batch batch = { .events = filled->bytes,
				   .bytes = filled->used,
				   .count = filled->count,
				   .lost = filled->lost };
	const struct fpt_header *e;
	unsigned int i;

	said->lost += filled->lost;
	fpt_checker__batch(checker, &batch);
	for (e = fpt_batch__next(&batch, NULL), i = 0; e; e = fpt_batch__next(&batch, e), i++) {
		uint64_t before = summary->not_judged;

		said->at = filled->at[i];
		fpt_checker__event(checker, e);
		said->undecided[said->at] = summary->not_judged > before;
	}
}

/* What is lost while a batch comes in may be counted with the one before. */
static inline void p_stream(struct p_checker *said, struct fpt_checker *checker, struct p_way *way)
{
	static struct p_batch batch[2];
	unsigned int now = 0;
	int first;

	p_fill(said, way, way->from, &batch[now]);
	for (first = way->from; first < said->h->events; first += P_BATCH, now = !now) {
		p_fill(said, way, first + P_BATCH, &batch[!now]);
		if (batch[!now].lost && p_pick(way, 2)) {
			batch[now].lost += batch[!now].lost;
			batch[!now].lost = 0;
		}
		p_hand_over(said, checker, &batch[now]);
	}
}

static inline void p_ask_checker(struct history *h, struct p_way way, struct p_checker *said)
{
	struct fpt_checker_options options = { .events = ~0ULL, .report = p_take, .context = said };
	struct fpt_checker *checker = fpt_checker__new(&options);

	assert_non_null(checker);
	memset(said, 0, sizeof(*said));
	said->h = h;
	p_stream(said, checker, &way);
	said->at = h->events;
	fpt_checker__tick(checker, h->now + 1000 * H_MS);
	fpt_checker__tick(checker, h->now + 3000 * H_MS);
	fpt_checker__batch(checker, &(struct fpt_batch){ .end = true, .lost = said->lost });
	said->summary = *fpt_checker__summary(checker);
	said->verdict = fpt_summary__verdict(&said->summary);
	fpt_checker__free(checker);
}

#endif
