// SPDX-License-Identifier: GPL-2.0-only
/*
 * I20: a cached open waits for direct writes (T6b) and must go on when they are
 * over, or when the inode enters passthrough meanwhile.  That it does not is
 * never certain, only long: so it is a suspicion.
 */
#include "check_internal.h"

#define LONG_NS 1000000000ULL

static void tell(struct fpt_checker *checker, const struct fpt_known_inode *inode, uint32_t tid,
		 uint64_t waited_ns)
{
	const struct fpt_known_task *task = fpt_known__find_task(&checker->known, tid);
	const struct fpt_header *event = checker->event;
	const struct fpt_known_file *holder = fpt_known__file_in_mode(inode, FPT_IOM_UNCACHED);
	bool may_fb = false, may_no_fb = false;
	char words[320];

	if (!task || !task->waiting.h.kind)
		return;
	fpt_mode__may_have_fb(&inode->active->mode, &may_fb, &may_no_fb);
	checker->event = &task->waiting.h;
	fpt_report_history(
		checker, FPT_CHECK_MODE_WAIT_STUCK, inode, fpt_id_of(&task->waiting.inode),
		"cached_open of thread %u waits %.1f s longer than it should: the direct writes are over%s%s",
		tid, waited_ns / 1e9,
		may_fb && !may_no_fb ? ", but the inode is in passthrough by " : "",
		may_fb && !may_no_fb ? fpt_file_words(words, sizeof(words), holder) : "");
	checker->event = event;
}

void fpt_check_waiters(struct fpt_checker *checker, struct fpt_known_inode *inode, uint64_t ts_ns)
{
	uint64_t waited_ns;
	uint32_t tid;

	while (fpt_mode__overdue(&inode->active->mode, ts_ns, LONG_NS, &tid, &waited_ns))
		tell(checker, inode, tid, waited_ns);
}

void fpt_checker__tick(struct fpt_checker *checker, uint64_t ts_ns)
{
	struct fpt_known_active *active;

	if (!checker->in_flight)
		return;
	for (active = checker->known.active; active; active = active->next)
		fpt_check_waiters(checker, active->inode, ts_ns);
}

/*
 * A cached open sets FUSE_I_CACHE_IO_MODE and waits.  A task that saw the bit at
 * the end of one direct write sees it in its next as well, as nothing has cleared
 * it meanwhile, and must then take the lock that keeps writes apart.
 */
void fpt_check_write_ended(struct fpt_checker *checker, const struct fpt_known_inode *inode,
			   const struct fpt_uncached_end *e)
{
	struct fpt_known_task *task;
	uint32_t waiter;

	if (!(e->after_bits & FPT_BIT_CACHE_IO) || !e->begin_ns ||
	    !fpt_mode__awaits_writes(&inode->active->mode, &waiter))
		return;
	task = fpt_known__task(&checker->known, e->h.tid);
	if (!task)
		return;
	task->saw_waiter = inode->key;
	task->saw_changed = inode->active->changed;
}

void fpt_check_write_begins(struct fpt_checker *checker, const struct fpt_known_inode *inode,
			    const struct fpt_op_begin *e)
{
	struct fpt_known_task *task = fpt_known__find_task(&checker->known, e->h.tid);
	uint32_t waiter;

	if (!task || task->saw_waiter != inode->key ||
	    task->saw_changed != inode->active->changed ||
	    !fpt_mode__awaits_writes(&inode->active->mode, &waiter))
		return;
	fpt_report_history(
		checker, FPT_CHECK_MODE_WRITE_OVER_WAITER, inode, fpt_id_of(&e->inode),
		"one more parallel direct write of thread %u begins over the cached open of thread %u",
		e->h.tid, waiter);
}
