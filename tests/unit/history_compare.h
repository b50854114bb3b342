/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Holds what the product says of a history to what trying every order says, and
 * counts.  A disagreement fails the test and names the history.
 */
#ifndef HISTORY_COMPARE_H
#define HISTORY_COMPARE_H

#include <stdlib.h>

#include "history_product.h"
#include "history_steps.h"
#include "history_verdict.h"

struct c_count {
	uint64_t histories, struck, bad, found, suppressed;
};

static struct {
	struct history h;
	struct j_verdict judge;
	struct p_modes modes;
	struct p_checker whole, part;
	uint64_t seed, number;
	bool in_part; /* it is about c.part */
	struct p_way way; /* of that */
	bool lost_track[H_INODES]; /* mode_set did not know, and nothing was on its own since */

	struct c_count by_break[H_BREAKS];
	uint64_t events, ends, dark, crowded, search_limit, too_much, plain, exact_fb;
	uint64_t parts, part_findings, part_passes, inconclusive, looks;
} c;

static void c_fail(int at, const char *what)
{
	const char *text = c.in_part ? c.part.text : c.whole.text;

	if (c.in_part)
		print_message("a part: from event %d, one batch in %u loses events\n", c.way.from,
			      c.way.lossy);
	fail_msg("%s: history %llu of seed %llu, event %d (%s); again: "
		 "SEED=%llu HISTORY=%llu %s",
		 what, (unsigned long long)c.number, (unsigned long long)c.seed, at, text,
		 (unsigned long long)c.seed, (unsigned long long)c.number,
		 "build/unit/test_histories");
}

static bool c_violation(uint8_t verdict)
{
	return verdict != P_NOT_ASKED && verdict != FPT_MODE_EXPLAINED &&
	       verdict != FPT_MODE_UNKNOWN;
}

static unsigned int c_number_of(int at)
{
	const struct fpt_attr *e = (const void *)&c.h.event[at].h;

	return (unsigned int)(e->inode - c.h.inode[0].id.inode);
}

/* One operation's end: mode_set.c against every order. */
static void c_compare_end(int at)
{
	enum j_word word = c.judge.word[at];
	uint8_t said = c.modes.verdict[at];
	bool crowded = c.judge.crowded[at], *lost_track = &c.lost_track[c_number_of(at)];

	c.ends++;
	if (c.judge.exclusive[at] != c.modes.exclusive[at])
		c_fail(at, "mode_set is wrong about what overlaps");
	if (c_violation(said) && word != J_BAD && word != J_TOO_MUCH)
		c_fail(at, "mode_set sees a violation where some order explains it");
	*lost_track |= said == FPT_MODE_UNKNOWN && word != J_DARK;
	if (word == J_BAD && !c_violation(said)) {
		if (!*lost_track)
			c_fail(at, "mode_set misses what no order explains");
		c.by_break[c.h.broken].suppressed++;
	}
	if (c.judge.exclusive[at])
		*lost_track = false;
	if (c.judge.fb_asked[at] && said != FPT_MODE_UNKNOWN) {
		c.exact_fb++;
		if (c.modes.may_fb[at] != c.judge.may_fb[at] ||
		    c.modes.may_no_fb[at] != c.judge.may_no_fb[at])
			c_fail(at, "mode_set allows other states than the orders do");
	}
	if (said != FPT_MODE_UNKNOWN)
		return;
	if (c.judge.exclusive[at])
		c_fail(at, "mode_set does not know what was on its own");
	if (word == J_DARK)
		c.dark++;
	else if (crowded)
		c.crowded++;
	else if (c.judge.overlap[at] >= 6)
		c.search_limit++;
	else
		c_fail(at, "mode_set does not know, for no reason");
}

/* The whole checker against mode_set.c: it adds only the numbers, and leaves nothing out. */
static void c_compare_whole(int at)
{
	bool violation = c_violation(c.modes.verdict[at]);

	if (c.whole.order[at] != (violation || c.judge.numbers_wrong[at]))
		c_fail(at, violation ? "the checker hides a violation"
				     : "the checker sees a violation more");
	if (c.whole.undecided[at] != (c.modes.verdict[at] == FPT_MODE_UNKNOWN))
		c_fail(at, "the checker counts what it did not judge wrongly");
}

static void c_compare_events(void)
{
	bool bad = false;
	int at;

	memset(c.lost_track, 0, sizeof(c.lost_track));
	for (at = 0; at < c.h.events; at++) {
		bool end = c.judge.word[at] != J_NOTHING;

		if ((end || c.modes.verdict[at] != P_NOT_ASKED) &&
		    (!end || c.modes.verdict[at] == P_NOT_ASKED))
			c_fail(at, "not the same operations");
		if (c.judge.word[at] == J_TOO_MUCH)
			c.too_much++;
		bad |= c.judge.word[at] == J_BAD;
		if (end) {
			c_compare_end(at);
			c_compare_whole(at);
		} else if (c.whole.order[at]) {
			c_fail(at, "a finding about an operation that does not end here");
		}
		if ((c.whole.order[at] || c.whole.other[at]) &&
		    (c.h.broke_at < 0 || at < c.h.broke_at))
			c_fail(at, "the checker accuses a sound kernel");
		/* Only what is told is falsified, or not told at all: the state is right. */
		if (c.h.broken < BREAK_TOLD_RESULT && c.h.broke_at < 0 &&
		    c.h.secret[at].has_inode &&
		    !(c.h.secret[at].fb ? c.modes.may_fb[at] : c.modes.may_no_fb[at]))
			c_fail(at, "mode_set rules out the state that is");
	}
	c.by_break[c.h.broken].bad += bad;
}

/* ---- what is not about the order of operations ---- */

/* Whether an operation of another thread on that inode was in flight meanwhile. */
static bool c_overlapped(const struct fpt_io_open *open, int from, int to)
{
	int at;

	for (at = from; at < c.h.events; at++) {
		const struct fpt_uncached_end *e = h_end_at(&c.h, at);

		if (e && e->inode == open->inode && e->h.tid != open->h.tid &&
		    c.h.secret[at].begun < to)
			return true;
	}
	return false;
}

/* An open that looked at fb and drew the wrong conclusion, with nothing else going on. */
static void c_check_look(void)
{
	const struct fpt_io_open *e = NULL;
	int at, end;

	for (at = c.h.broke_at; at < c.h.events; at++) {
		e = (const void *)&c.h.event[at].h;
		if (e->h.kind == FPT_IO_OPEN && e->file == c.h.broke_file)
			break;
	}
	if (at == c.h.events || c_overlapped(e, c.h.secret[at].begun, at))
		return;
	/* A cached open under fb goes on to be refused: nothing is wrong then. */
	if (c.h.broken == BREAK_OPEN_UNCHECKED && e->ret)
		return;
	for (end = at; end < c.h.events; end++)
		if (c.h.event[end].h.kind == FPT_OPEN && c.h.event[end].h.tid == e->h.tid)
			break;
	c.looks++;
	c.by_break[c.h.broken].bad++;
	if (!c.whole.other[at] && !(end < c.h.events && c.whole.other[end]) &&
	    !c.whole.summary.not_judged)
		c_fail(at, "the checker misses a wrong look at fb");
}

/* Whether some open sleeps though it need not, and none of the others is at work. */
static bool c_sleeps_in_vain(void)
{
	unsigned int i;

	for (i = 0; i < c.h.threads; i++) {
		const struct h_thread *t = &c.h.thread[i];

		if (t->step != STEP_IDLE && t->asleep &&
		    !(t->inode->state.ctr < 0 && !t->inode->state.fb))
			return true;
	}
	return false;
}

static void c_check_others(void)
{
	bool struck = c.h.broke_at >= 0;

	if (struck && (c.h.broken == BREAK_MODE_LEFT || c.h.broken == BREAK_EVICT_BUSY)) {
		c.by_break[c.h.broken].bad++;
		if (!c.whole.other[c.h.broke_at])
			c_fail(c.h.broke_at, "the checker misses a wrong end");
	}
	if (c.h.broke_file)
		c_check_look();
	if (!struck && !c.h.stuck && c.whole.suspects)
		c_fail(c.h.events, "a suspicion without a reason");
	if (struck && c.h.broken == BREAK_LOST_WAKEUP && c_sleeps_in_vain()) {
		c.by_break[c.h.broken].bad++;
		c.by_break[c.h.broken].found += c.whole.suspects > 0;
		if (!c.whole.suspects && !c.whole.summary.not_judged)
			c_fail(c.h.events, "the checker misses an open that sleeps for good");
	}
}

static void c_check_verdict(void)
{
	struct c_count *count = &c.by_break[c.h.broken];
	bool found = false, bad = false;
	int at;

	for (at = 0; at <= c.h.events; at++)
		found |= c.whole.order[at] || c.whole.other[at];
	for (at = 0; at < c.h.events; at++)
		bad |= c.judge.word[at] == J_BAD;
	count->histories++;
	count->struck += c.h.broke_at >= 0;
	count->found += found;
	if (found && c.whole.verdict != FPT_VERDICT_VIOLATION && !c.whole.summary.impossible)
		c_fail(c.h.events, "a finding, and no violation");
	if ((bad || c.whole.summary.not_judged) && c.whole.verdict == FPT_VERDICT_PASS)
		c_fail(c.h.events, "a pass without a reason");
	/* Whatever the kernel did, it could be told. */
	if (c.whole.summary.impossible && c.h.broken < BREAK_TOLD_RESULT)
		c_fail(c.h.events, c.whole.summary.first_impossible);
	if (c.whole.summary.unproven || c.whole.summary.gaps)
		c_fail(c.h.events, "doubts about a stream that is whole");
	c.inconclusive += c.whole.verdict == FPT_VERDICT_INCONCLUSIVE;
}

/* ---- a stream of which a part is missing ---- */

static void c_compare_part(struct p_way way)
{
	bool bad[H_INODES] = {}, seen[H_INODES] = {};
	int at;

	for (at = way.from; at < c.h.events; at++) {
		const struct fpt_attr *attr = (const void *)&c.h.event[at].h;
		unsigned int number = c.h.secret[at].has_inode ? c_number_of(at) : H_INODES;

		if ((c.part.order[at] || c.part.other[at]) &&
		    (c.h.broke_at < 0 || at < c.h.broke_at))
			c_fail(at, "from a part of the stream a sound kernel is accused");
		if (number == H_INODES)
			continue;
		if (attr->h.kind == FPT_ATTR && !attr->before_attr_version)
			seen[number] = true;
		if (c.part.order[at] && c.judge.word[at] == J_FINE && !bad[number])
			c_fail(at, "from a part of the stream comes what the whole does not show");
		bad[number] |= c.judge.word[at] == J_BAD;
		if (c.whole.order[at] && seen[number] && !way.lossy && !c.part.order[at])
			c_fail(at, "an inode seen from its first moment is not judged");
		c.part_findings += c.part.order[at];
	}
	if (c.part.summary.impossible && c.h.broken < BREAK_TOLD_RESULT)
		c_fail(c.h.events, c.part.summary.first_impossible);
	if (c.part.lost && c.part.verdict == FPT_VERDICT_PASS)
		c_fail(c.h.events, "a pass in spite of lost events");
	c.parts++;
	c.part_passes += c.part.verdict == FPT_VERDICT_PASS;
}

static void c_ask_part(void)
{
	struct p_way way = { .random = c.number };

	if (h_pick(&c.h, 2))
		way.from = (int)h_pick(&c.h, (unsigned int)c.h.events);
	else
		way.lossy = 1 + h_pick(&c.h, 8);
	p_ask_checker(&c.h, way, &c.part);
	c.in_part = true;
	c.way = way;
	c_compare_part(way);
	c.in_part = false;
}

static void c_one(uint64_t seed, uint64_t number)
{
	c.seed = seed;
	c.number = number;
	h_run(&c.h, seed, number);
	j_judge_all(&c.h, &c.judge);
	p_ask_modes(&c.h, &c.modes);
	p_ask_checker(&c.h, (struct p_way){}, &c.whole);
	c_compare_events();
	c_check_others();
	c_check_verdict();
	c_ask_part();
	c.events += (uint64_t)c.h.events;
	c.plain += c.judge.plain;
}

#endif
