// SPDX-License-Identifier: GPL-2.0-only
/*
 * I20: a cached open waits for direct writes (T6b) and must go on when they are
 * over, or when the inode enters passthrough meanwhile.  That it does not is
 * never certain, only long: so it is a suspicion.
 */
#include "check_internal.h"

#define LONG_NS 1000000000ULL

/* Who waits: "name" being opened by comm (pid N), or its thread */
static const char *waiter_words(char *out, size_t size, const struct fpt_known_task *task)
{
	const struct fpt_wait *e = &task->wait;
	char name[200], comm[80];

	if (!e->h.kind) {
		snprintf(out, size, "cached_open of thread %u", task->tid);
		return out;
	}
	fpt_sanitize(name, sizeof(name), e->name, sizeof(e->name));
	fpt_sanitize(comm, sizeof(comm), e->comm, sizeof(e->comm));
	snprintf(out, size, "\"%s\", being %s by %s (pid %u),", name,
		 e->mapping ? "mapped" : "opened", comm, e->h.tgid);
	return out;
}

/* What it waited for. */
static const char *write_words(char *out, size_t size, const struct fpt_known_active *active,
			       const struct fpt_known_task *waiter, uint64_t ts_ns)
{
	if (active->writers[0])
		snprintf(out, size, "the direct write of thread %u is still on",
			 active->writers[0]);
	else if (active->wrote_ns > waiter->waiting.h.ts_ns && active->wrote_ns <= ts_ns)
		snprintf(out, size, "the direct write of thread %u ended %.1f s ago", active->wrote,
			 (ts_ns - active->wrote_ns) / 1e9);
	else
		snprintf(out, size, "the direct writes are over");
	return out;
}

static void tell(struct fpt_checker *checker, const struct fpt_known_inode *inode, uint32_t tid,
		 uint64_t waited_ns, uint64_t ts_ns)
{
	const struct fpt_known_task *task = fpt_known__find_task(&checker->known, tid);
	const struct fpt_header *event = checker->event;
	const struct fpt_known_file *holder = fpt_known__file_in_mode(inode, FPT_IOM_UNCACHED);
	char waiter[320], write[80], words[320] = "";
	bool may_fb = false, may_no_fb = false;

	if (!task || !task->waiting.h.kind)
		return;
	fpt_mode__may_have_fb(&inode->active->mode, &may_fb, &may_no_fb);
	if (may_fb && !may_no_fb)
		fpt_file_words(words, sizeof(words), holder);
	checker->event = task->wait.h.kind ? &task->wait.h : &task->waiting.h;
	fpt_report_history(checker, FPT_CHECK_MODE_WAIT_STUCK, inode,
			   fpt_id_of(&task->waiting.inode),
			   "%s waits %.1f s longer than it should: %s%s%s",
			   waiter_words(waiter, sizeof(waiter), task), waited_ns / 1e9,
			   write_words(write, sizeof(write), inode->active, task, ts_ns),
			   words[0] ? ", and the inode is in passthrough by " : "", words);
	checker->event = event;
}

void fpt_check_wait(struct fpt_checker *checker, const struct fpt_wait *e)
{
	struct fpt_known_task *task = fpt_known__find_task(&checker->known, e->h.tid);

	if (task && task->waiting.h.kind)
		task->wait = *e;
}

void fpt_tell_waiters(struct fpt_checker *checker, struct fpt_known_inode *inode, uint64_t ts_ns)
{
	uint64_t waited_ns;
	uint32_t tid;

	while (fpt_mode__overdue(&inode->active->mode, ts_ns, LONG_NS, &tid, &waited_ns))
		tell(checker, inode, tid, waited_ns, ts_ns);
}

void fpt_checker__tick(struct fpt_checker *checker, uint64_t ts_ns)
{
	struct fpt_known_active *active;

	if (!checker->in_flight)
		return;
	for (active = checker->known.active; active; active = active->next)
		fpt_check_waiters(checker, active->inode, ts_ns);
}

/* Only for the words of a report: those beyond the room for them are not told. */
void fpt_note_write(struct fpt_known_active *active, uint32_t tid)
{
	unsigned int i;

	for (i = 0; i < FPT_KNOWN_WRITERS && active->writers[i]; i++)
		;
	if (i < FPT_KNOWN_WRITERS)
		active->writers[i] = tid;
}

unsigned int fpt_checker__waiting(const struct fpt_checker *checker)
{
	const struct fpt_known_task *task;
	unsigned int count = 0;
	uint32_t i;

	for (i = 0; (task = fpt_map__next(&checker->known.tasks, &i));)
		count += task->waiting.h.kind && task->wait.h.kind;
	return count;
}

/* A task that writes can end nothing but that write. */
static void note_end(struct fpt_known_active *active, const struct fpt_uncached_end *e)
{
	unsigned int i, last;

	for (i = 0; i < FPT_KNOWN_WRITERS && active->writers[i] && active->writers[i] != e->h.tid;)
		i++;
	if (i == FPT_KNOWN_WRITERS || !active->writers[i])
		return;
	for (last = i; last + 1 < FPT_KNOWN_WRITERS && active->writers[last + 1]; last++)
		;
	active->writers[i] = active->writers[last];
	active->writers[last] = 0;
	active->wrote = e->h.tid;
	active->wrote_ns = e->h.ts_ns;
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

	note_end(inode->active, e);
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
