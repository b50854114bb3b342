// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds the io-mode operations of each inode to the automaton.  A finding here
 * is a kernel bug: what servers do wrong shows in failed opens (check_cause.c).
 */
#include <errno.h>

#include "check_internal.h"
#include "value.h"

#define S_IFMT_ 0170000
#define S_IFREG_ 0100000
#define STATE(e, which) ((const struct fpt_state *)&(e)->which##_ctr)

static bool has_io_mode(uint32_t mode)
{
	return (mode & S_IFMT_) == S_IFREG_;
}

/*
 * Since when a backing file is attached in every order of events; and opens in
 * progress learn what their lockless look at fb may have seen (T4).
 */
static void note_fb(const struct fpt_checker *checker, struct fpt_known_active *active)
{
	bool may_fb = false, may_no_fb = false;
	struct fpt_known_task *task;

	fpt_mode__may_have_fb(&active->mode, &may_fb, &may_no_fb);
	if (may_no_fb)
		active->fb_since_ns = 0;
	else if (!active->fb_since_ns)
		active->fb_since_ns = checker->event->ts_ns;
	for (task = active->opens; task; task = task->next) {
		task->open.may_fb |= may_fb;
		task->open.may_no_fb |= may_no_fb;
	}
}

static void io_open_begins(struct fpt_checker *checker, const struct fpt_op_begin *e,
			   struct fpt_known_inode *inode)
{
	struct fpt_known_task *task = fpt_known__task(&checker->known, e->h.tid);

	if (!task)
		return;
	fpt_known__open_begins(inode, task, e->file);
	task->open.alone = checker->in_flight == 1;
	task->open.activity = checker->activity;
	fpt_mode__may_have_fb(&inode->active->mode, &task->open.may_fb, &task->open.may_no_fb);
}

void fpt_check_op_begin(struct fpt_checker *checker, const struct fpt_op_begin *e)
{
	struct fpt_known_inode *inode;
	struct fpt_known_task *task;
	struct fpt_mode_op op = { .op = e->op, .file_mode = e->file_mode, .fb = e->backing };

	if (!has_io_mode(e->mode))
		return;
	inode = fpt_known__inode(&checker->known, fpt_id_of(&e->inode));
	if (!inode)
		return;
	if (e->op == FPT_OP_IO_OPEN)
		return io_open_begins(checker, e, inode);
	/* Only a cached file's release acts itself; an uncached one's calls io_end. */
	if (e->op == FPT_OP_IO_RELEASE && e->file_mode != FPT_IOM_CACHED)
		return;
	op.may_be_equal = true;
	op.may_be_unequal = e->conn_flags & FPT_CONN_PASSTHROUGH_INO;
	task = e->op == FPT_OP_CACHED_OPEN ? fpt_known__task(&checker->known, e->h.tid) : NULL;
	if (e->op == FPT_OP_CACHED_OPEN)
		op.file = e->file;
	if (task) {
		task->waiting = *e;
		task->wait.h.kind = 0;
	}
	if (e->op == FPT_OP_UNCACHED_START && !e->backing)
		fpt_check_write_begins(checker, inode, e);
	if (!fpt_mode__is_direct_write(&op))
		inode->active->changed = checker->serial;
	fpt_check_waiters(checker, inode, e->h.ts_ns);
	fpt_mode__begin(&inode->active->mode, e->h.tid, &op);
	note_fb(checker, inode->active);
	fpt_check_waiters(checker, inode, e->h.ts_ns);
}

/* Which rule an operation broke that no order of events explains. */
static enum fpt_check_id broken_rule(const struct fpt_mode_judgement *j, int result)
{
	switch (j->op.op) {
	case FPT_OP_UNCACHED_START:
		if (result == 0 && !j->may_not_cached)
			return FPT_CHECK_MODE_UNCACHED_WHILE_CACHED;
		if (result == 0 && j->may_other_fb && !j->may_same_fb && !j->may_no_fb)
			return FPT_CHECK_MODE_SECOND_BACKING;
		if (result == -EBUSY && !j->op.fb)
			return FPT_CHECK_MODE_EBUSY_DIRECT;
		if (result == -EBUSY || result == -ETXTBSY)
			return FPT_CHECK_MODE_ERRNO_UNFOUNDED;
		return result ? FPT_CHECK_MODE_ERRNO_UNKNOWN : FPT_CHECK_MODE_NO_ORDER;
	case FPT_OP_CACHED_OPEN:
		if (result == 0 && !j->may_no_fb)
			return FPT_CHECK_MODE_CACHED_WHILE_PASSTHROUGH;
		if (result == -ETXTBSY)
			return FPT_CHECK_MODE_ERRNO_UNFOUNDED;
		return result ? FPT_CHECK_MODE_ERRNO_UNKNOWN : FPT_CHECK_MODE_NO_ORDER;
	case FPT_OP_UNCACHED_END:
		return FPT_CHECK_MODE_END_WRONG;
	case FPT_OP_IO_RELEASE:
		return FPT_CHECK_MODE_RELEASE_WRONG;
	default:
		return FPT_CHECK_MODE_NO_ORDER;
	}
}

static enum fpt_check_id left_wrong_rule(enum fpt_op op)
{
	switch (op) {
	case FPT_OP_UNCACHED_START:
		return FPT_CHECK_MODE_START_WRONG;
	case FPT_OP_UNCACHED_END:
		return FPT_CHECK_MODE_END_WRONG;
	case FPT_OP_CACHED_OPEN:
		return FPT_CHECK_MODE_OPEN_WRONG;
	default:
		return FPT_CHECK_MODE_RELEASE_WRONG;
	}
}

/* "ctr -1, backing id 1 (...)" */
static const char *state_words(char *out, size_t size, const struct fpt_known_inode *inode,
			       const struct fpt_mode_state *s)
{
	struct fpt_known_backing *backing = fpt_known__backing_by_key(inode->active->conn, s->fb);
	char words[120] = "no backing file";

	if (s->fb)
		fpt_backing_words(words, sizeof(words), backing);
	snprintf(out, size, "iocachectr %d, %s", s->ctr, words);
	return out;
}

static const char *op_name(enum fpt_op op, char *out, size_t size)
{
	return fpt_print_op(out, size, op);
}

static void report_judgement(struct fpt_checker *checker, struct fpt_known_inode *inode,
			     const struct fpt_id *id, const struct fpt_mode_judgement *j,
			     int result)
{
	char name[FPT_VALUE_MAX], found[200], expected[200], said[FPT_VALUE_MAX];

	if (j->verdict == FPT_MODE_EXPLAINED || j->verdict == FPT_MODE_UNKNOWN)
		return;
	op_name(j->op.op, name, sizeof(name));
	state_words(found, sizeof(found), inode, &j->found);
	state_words(expected, sizeof(expected), inode, &j->expected);
	switch (j->verdict) {
	case FPT_MODE_UNEXPLAINED:
		fpt_report_history(
			checker, broken_rule(j, result), inode, id,
			"%s said %s%s, which no order of events explains: it met %s", name,
			result ? fpt_print_errno(said, sizeof(said), result) : "success",
			j->op.fb || j->op.op != FPT_OP_UNCACHED_START ? "" : " to a direct write",
			found);
		break;
	case FPT_MODE_LEFT_WRONG:
		fpt_report_history(checker, left_wrong_rule(j->op.op), inode, id,
				   "%s said %s and left %s; due was %s", name,
				   result ? fpt_print_errno(said, sizeof(said), result) : "success",
				   found, expected);
		break;
	case FPT_MODE_DRIFTED:
		fpt_report_history(
			checker, FPT_CHECK_MODE_DRIFT, inode, id,
			"before %s the inode had %s; files and direct writes add up to %s", name,
			found, expected);
		break;
	case FPT_MODE_BIT_WRONG:
	case FPT_MODE_BIT_MET_WRONG:
		fpt_report_history(checker, FPT_CHECK_MODE_BIT_WRONG, inode, id,
				   "%s %s %s with FUSE_I_CACHE_IO_MODE %s", name,
				   j->verdict == FPT_MODE_BIT_WRONG ? "left" : "met", found,
				   j->found.ctr > 0 ? "clear" : "set");
		break;
	case FPT_MODE_EXPLAINED:
	case FPT_MODE_UNKNOWN:
		break;
	}
}

/*
 * Quiet, and long after anything unseen can still be in flight but a waiter: one
 * sleeps while ctr is below 0, under a backing file that came later too, and
 * takes its time to go on after that.
 */
static void settle(struct fpt_checker *checker, struct fpt_known_inode *inode,
		   const struct fpt_mode_judgement *j, const struct fpt_mode_end *end)
{
	uint64_t now = checker->event->ts_ns;

	if ((end->before->ctr < 0 || end->after->ctr < 0) && inode->active->uncached_ns < now)
		inode->active->uncached_ns = now;
	if (j->exclusive && end->before->bits & FPT_BIT_READ &&
	    fpt_checker__quiet_by(checker, now) && now >= inode->active->uncached_ns &&
	    now - inode->active->uncached_ns >= FPT_SETTLE_NS)
		inode->proven = true;
}

static struct fpt_known_inode *judge(struct fpt_checker *checker, const struct fpt_id *id,
				     const struct fpt_mode_end *end, bool explained_already,
				     struct fpt_mode_judgement *j)
{
	struct fpt_known_inode *inode = fpt_known__inode(&checker->known, id);

	if (!inode)
		return NULL;
	fpt_check_waiters(checker, inode, checker->event->ts_ns);
	fpt_mode__end(&inode->active->mode, end, j);
	if (!fpt_mode__is_direct_write(&j->op))
		inode->active->changed = checker->serial;
	fpt_check_waiters(checker, inode, checker->event->ts_ns);
	note_fb(checker, inode->active);
	fpt_backing_settle(checker, inode, id);
	if (j->verdict == FPT_MODE_UNKNOWN && fpt_checker__proven(checker, inode) &&
	    !(end->after->bits & FPT_BIT_DAX))
		checker->summary.not_judged++;
	if (!explained_already && !(end->after->bits & FPT_BIT_DAX))
		report_judgement(checker, inode, id, j, end->result);
	settle(checker, inode, j, end);
	return inode;
}

void fpt_check_cached_open(struct fpt_checker *checker, const struct fpt_cached_open *e)
{
	struct fpt_mode_end end = { .op = FPT_OP_CACHED_OPEN,
				    .tid = e->h.tid,
				    .result = e->ret,
				    .before = STATE(e, before),
				    .after = STATE(e, after) };
	struct fpt_known_task *task = fpt_known__find_task(&checker->known, e->h.tid);
	struct fpt_mode_judgement j = {};
	struct fpt_known_inode *inode;
	struct fpt_known_file *file;
	uint32_t due = e->ret ? e->file_mode_before : FPT_IOM_CACHED;

	if (!has_io_mode(e->mode))
		return;
	inode = judge(checker, fpt_id_of(&e->inode), &end, false, &j);
	if (task)
		task->waiting.h.kind = 0;
	if (task && task->open.in_io_open) {
		task->open.cached = *e;
		task->open.judgement = j;
	}
	/* A task that shares the file may have made it cached meanwhile. */
	if (e->ret && !j.exclusive && e->file_mode == FPT_IOM_CACHED)
		due = FPT_IOM_CACHED;
	if (e->begin_ns && e->file_mode != due)
		fpt_report(checker, FPT_CHECK_FILE_MODE_JUMP, fpt_id_of(&e->inode), NULL,
			   "cached_open said %s and left the file in mode %u, not %u",
			   e->ret ? fpt_errno_words(e->ret) : "success", e->file_mode, due);
	if (!inode)
		return;
	/* One that was refused a mode may never be seen again. */
	file = e->ret ? fpt_known__find_file(inode, e->file)
		      : fpt_known__file(&checker->known, inode, e->file);
	if (!file)
		return;
	file->cached_tid = e->h.tid;
	file->cached_ns = e->begin_ns;
	if (!e->ret) {
		file->mode = FPT_IOM_CACHED;
		file->open_flags = e->open_flags;
	}
}

void fpt_check_uncached_start(struct fpt_checker *checker, const struct fpt_uncached_start *e)
{
	bool in_force = e->conn_flags & FPT_CONN_PASSTHROUGH_INO;
	struct fpt_mode_end end = {
		.op = FPT_OP_UNCACHED_START,
		.tid = e->h.tid,
		.result = e->ret,
		.before = STATE(e, before),
		.after = STATE(e, after),
		.equality_known = !in_force || (e->before_ino == e->after_ino &&
						e->before_attr_version == e->after_attr_version),
		.unequal = in_force && e->backing_ino != e->before_ino,
	};
	struct fpt_known_task *task = fpt_known__find_task(&checker->known, e->h.tid);
	struct fpt_known_inode *inode;
	struct fpt_mode_judgement j = {};

	if (!has_io_mode(e->mode))
		return;
	inode = judge(checker, fpt_id_of(&e->inode), &end, fpt_check_start_numbers(checker, e), &j);
	if (task && task->open.in_io_open && e->backing) {
		task->open.start = *e;
		task->open.judgement = j;
	}
	if (inode && !e->ret && !e->backing)
		fpt_note_write(inode->active, e->h.tid);
}

void fpt_check_uncached_end(struct fpt_checker *checker, const struct fpt_uncached_end *e)
{
	struct fpt_mode_end end = { .op = FPT_OP_UNCACHED_END,
				    .tid = e->h.tid,
				    .before = STATE(e, before),
				    .after = STATE(e, after) };
	struct fpt_known_inode *inode = NULL;
	struct fpt_mode_judgement j;

	if (has_io_mode(e->mode))
		inode = judge(checker, fpt_id_of(&e->inode), &end, false, &j);
	if (inode)
		fpt_check_write_ended(checker, inode, e);
}

void fpt_check_io_release(struct fpt_checker *checker, const struct fpt_io_release *e)
{
	struct fpt_mode_end end = { .op = FPT_OP_IO_RELEASE,
				    .tid = e->h.tid,
				    .before = STATE(e, before),
				    .after = STATE(e, after) };
	struct fpt_known_inode *inode;
	struct fpt_mode_judgement j;
	struct fpt_known_file *file;

	if (!has_io_mode(e->mode))
		return;
	if (e->file_mode != FPT_IOM_NONE)
		fpt_report(checker, FPT_CHECK_FILE_MODE_LEFT, fpt_id_of(&e->inode), NULL,
			   "after io_release the file still has mode %u", e->file_mode);
	inode = fpt_known__inode(&checker->known, fpt_id_of(&e->inode));
	if (!inode)
		return;
	file = fpt_known__find_file(inode, e->file);
	if (file && e->begin_ns && file->mode != e->file_mode_before &&
	    !fpt_checker__in_doubt(checker, file->since_ns))
		fpt_report_history(checker, FPT_CHECK_FILE_MODE_JUMP, inode, fpt_id_of(&e->inode),
				   "a file opened in mode %u is released in mode %u", file->mode,
				   e->file_mode_before);
	/* Without its begin the mode it had is not in the event. */
	if (e->begin_ns ? e->file_mode_before == FPT_IOM_CACHED
			: !file || file->mode != FPT_IOM_UNCACHED)
		judge(checker, fpt_id_of(&e->inode), &end, false, &j);
	fpt_known__drop_file(&checker->known, inode, e->file);
}

void fpt_check_evict(struct fpt_checker *checker, const struct fpt_evict *e)
{
	struct fpt_known_inode *inode;

	fpt_check_same(checker, fpt_id_of(&e->inode));
	fpt_check_gone(checker, e);
	inode = fpt_known__inode(&checker->known, fpt_id_of(&e->inode));
	if (has_io_mode(e->mode) && !(e->before_bits & FPT_BIT_BAD) &&
	    (e->before_ctr || e->before_fb))
		fpt_report(checker, FPT_CHECK_MODE_EVICT_BUSY, fpt_id_of(&e->inode), NULL,
			   "evicted with iocachectr %d and %s backing file", e->before_ctr,
			   e->before_fb ? "a" : "no");
	if (!inode)
		return;
	fpt_history__evict(checker, inode);
	checker->known.broken |= inode->active->opened > 0;
	fpt_known__drop_inode(&checker->known, inode);
}
