// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hands each event to its checks, keeps the summary, and holds findings back
 * where evidence was lost.  Knows no rule itself.
 */
#include "check.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "check_internal.h"
#include "record.h"
#include "value.h"

/*
 * Where in a batch something was lost is not known: all of it is in doubt.  The
 * reader counts the loss after it took the batch, so it can even have been while
 * the next one came in; only what the one after that brings is later for certain.
 */
#define DOUBTFUL_BATCHES 3

const char *fpt_verdict_name(enum fpt_verdict verdict)
{
	static const char *const names[] = { "pass", "violation", "inconclusive" };

	return names[verdict];
}

int fpt_verdict_exit(enum fpt_verdict verdict)
{
	static const int codes[] = { 0, 1, 3 };

	return codes[verdict];
}

struct fpt_checker *fpt_checker__new(const struct fpt_checker_options *options)
{
	struct fpt_checker *checker = calloc(1, sizeof(*checker));

	if (!checker)
		return NULL;
	checker->options = *options;
	checker->known.max_inodes = options->max_inodes;
	fpt_history__init(&checker->history);
	return checker;
}

void fpt_checker__free(struct fpt_checker *checker)
{
	if (!checker)
		return;
	fpt_inside__clear(&checker->history.inside);
	fpt_known__clear(&checker->known);
	fpt_requests__free(checker->requests);
	free(checker);
}

bool fpt_checker__off(const struct fpt_checker *checker, enum fpt_check_id check)
{
	if (checker->options.some_tasks_only && fpt_check__spans_tasks(check))
		return true;
	return fpt_checks[check].needs & ~checker->options.events;
}

bool fpt_checker__proven(const struct fpt_checker *checker, const struct fpt_known_inode *inode)
{
	if (checker->options.some_tasks_only)
		return false;
	return inode->proven;
}

/* Events are in the order of the ring, in which ts_ns can go back a little. */
bool fpt_checker__quiet_by(const struct fpt_checker *checker, uint64_t ts_ns)
{
	return ts_ns >= checker->unsure_since_ns &&
	       ts_ns - checker->unsure_since_ns >= FPT_SETTLE_NS;
}

bool fpt_checker__in_doubt(const struct fpt_checker *checker, uint64_t ts_ns)
{
	return checker->incomplete && !fpt_checker__quiet_by(checker, ts_ns);
}

static void report(struct fpt_checker *checker, enum fpt_check_id check, const struct fpt_id *id,
		   const char *name, const char *format, va_list arguments)
{
	struct fpt_finding finding = { .check = check, .event = checker->event };

	if (fpt_checker__off(checker, check))
		return;
	if (id) {
		finding.nodeid = id->nodeid;
		finding.dev = id->dev;
	}
	if (name)
		snprintf(finding.name, sizeof(finding.name), "%.64s", name);
	vsnprintf(finding.text, sizeof(finding.text), format, arguments);
	checker->summary.findings[check]++;
	checker->options.report(checker->options.context, &finding);
}

void fpt_report(struct fpt_checker *checker, enum fpt_check_id check, const struct fpt_id *id,
		const char *name, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report(checker, check, id, name, format, arguments);
	va_end(arguments);
}

void fpt_report_history(struct fpt_checker *checker, enum fpt_check_id check,
			const struct fpt_known_inode *inode, const struct fpt_id *id,
			const char *format, ...)
{
	const char *name = inode->active->files ? inode->active->files->name : NULL;
	va_list arguments;

	if (!fpt_checker__proven(checker, inode)) {
		checker->summary.unproven++;
		return;
	}
	va_start(arguments, format);
	report(checker, check, id, name, format, arguments);
	va_end(arguments);
}

const char *fpt_file_words(char *out, size_t size, const struct fpt_known_file *file)
{
	char name[200], comm[80];

	if (!file)
		snprintf(out, size, "a file whose open was not seen");
	else if (!file->comm[0])
		snprintf(out, size, "a file being opened (handle %llu)",
			 (unsigned long long)file->kh);
	else {
		fpt_sanitize(name, sizeof(name), file->name, sizeof(file->name));
		fpt_sanitize(comm, sizeof(comm), file->comm, sizeof(file->comm));
		snprintf(out, size, "\"%s\" opened by %s (pid %u)", name, comm, file->tgid);
	}
	return out;
}

const char *fpt_backing_words(char *out, size_t size, const struct fpt_known_backing *backing)
{
	char dev[FPT_VALUE_MAX];

	if (!backing)
		snprintf(out, size, "a backing file whose registration was not seen");
	else if (!backing->file.ino)
		snprintf(out, size, "backing id %d", backing->id);
	else
		snprintf(out, size, "backing id %d (ino %llu, dev %s)", backing->id,
			 (unsigned long long)backing->file.ino,
			 fpt_print_dev(dev, sizeof(dev), backing->file.dev));
	return out;
}

/* From here on nothing is known, and what is in flight cannot be followed. */
static void forget_all(struct fpt_checker *checker)
{
	checker->incomplete = true;
	checker->in_flight = 0;
	fpt_inside__clear(&checker->history.inside);
	fpt_known__forget(&checker->known);
}

static void unsure_until(struct fpt_checker *checker, uint64_t ts_ns)
{
	if (!checker->started || checker->unsure_since_ns < ts_ns)
		checker->unsure_since_ns = ts_ns;
	checker->started = true;
}

/* How long it was is not known: the next event shows it. */
void fpt_checker__gap(struct fpt_checker *checker)
{
	forget_all(checker);
	checker->started = false;
	checker->summary.gaps++;
}

void fpt_checker__batch(struct fpt_checker *checker, const struct fpt_batch *batch)
{
	const struct fpt_header *event;
	bool some = false;

	if (batch->end) {
		checker->summary.ended = true;
		if (checker->summary.lost < batch->lost)
			checker->summary.lost = batch->lost;
		checker->summary.produced = batch->produced;
		if (checker->summary.missed < batch->missed)
			checker->summary.missed = batch->missed;
		return;
	}
	checker->summary.lost += batch->lost;
	checker->summary.missed += batch->missed;
	checker->summary.produced = batch->produced;
	if (batch->lost || batch->missed) {
		forget_all(checker);
		checker->started = false;
		checker->doubtful = DOUBTFUL_BATCHES;
	} else if (batch->rest) {
		return;
	}
	for (event = checker->doubtful ? fpt_batch__next(batch, NULL) : NULL; event;
	     event = fpt_batch__next(batch, event)) {
		if (event->kind >= FPT_RECORD_FIRST)
			continue; /* a batch of its own, and not of the ring */
		unsure_until(checker, event->ts_ns);
		some = true;
	}
	/* The rest of it is as doubtful, and comes in parts of its own. */
	if (some && batch->until_ns)
		unsure_until(checker, batch->until_ns);
	checker->doubtful -= some;
}

/* How each end of an operation begins. */
struct op_end {
	struct fpt_header h;
	struct fpt_id id;
	uint64_t begin_ns;
};
_Static_assert(offsetof(struct op_end, begin_ns) == offsetof(struct fpt_io_open, begin_ns) &&
		       offsetof(struct op_end, begin_ns) ==
			       offsetof(struct fpt_uncached_end, begin_ns),
	       "the ends differ");

#define ENDS (N(IO_OPEN) | N(CACHED_OPEN) | N(UNCACHED_START) | N(UNCACHED_END) | N(IO_RELEASE))

/* Of an operation that OP_BEGIN tells of; NULL if the event is no such end. */
static const struct op_end *end_of_operation(const struct fpt_header *h)
{
	return ENDS >> h->kind & 1 ? (const struct op_end *)h : NULL;
}

static void count_activity(struct fpt_checker *checker, const struct fpt_header *h,
			   const struct op_end *end)
{
	const uint64_t active = ENDS | N(OP_BEGIN) | N(BACKING_OPEN) | N(BACKING_CLOSING) |
				N(BACKING_CLOSE) | N(PASSTHROUGH_OPEN);

	if (h->kind == FPT_OP_BEGIN)
		checker->in_flight++;
	else if (end && end->begin_ns && checker->in_flight)
		checker->in_flight--;
	checker->activity += active >> h->kind & 1;
}

static void dispatch(struct fpt_checker *checker, const struct fpt_header *h)
{
	switch (h->kind) {
	case FPT_INIT:
		return fpt_check_init(checker, (const void *)h);
	case FPT_BACKING_OPEN:
		return fpt_check_backing_open(checker, (const void *)h);
	case FPT_BACKING_CLOSING:
		return fpt_check_backing_closing(checker, (const void *)h);
	case FPT_BACKING_CLOSE:
		return fpt_check_backing_close(checker, (const void *)h);
	case FPT_OP_BEGIN:
		return fpt_check_op_begin(checker, (const void *)h);
	case FPT_IO_OPEN:
		return fpt_check_io_open(checker, (const void *)h);
	case FPT_PASSTHROUGH_OPEN:
		return fpt_check_passthrough_open(checker, (const void *)h);
	case FPT_CACHED_OPEN:
		return fpt_check_cached_open(checker, (const void *)h);
	case FPT_UNCACHED_START:
		return fpt_check_uncached_start(checker, (const void *)h);
	case FPT_UNCACHED_END:
		return fpt_check_uncached_end(checker, (const void *)h);
	case FPT_IO_RELEASE:
		return fpt_check_io_release(checker, (const void *)h);
	case FPT_OPEN:
		return fpt_check_open(checker, (const void *)h);
	case FPT_READDIRPLUS:
		return fpt_check_readdirplus(checker, (const void *)h);
	case FPT_ATTR:
		return fpt_check_attr(checker, (const void *)h);
	case FPT_BACKING_FREE:
		return fpt_check_backing_free(checker, (const void *)h);
	case FPT_GETATTR:
		return fpt_check_getattr(checker, (const void *)h);
	case FPT_BACKING_GONE:
		return fpt_check_backing_gone(checker, (const void *)h);
	case FPT_WAIT:
		return fpt_check_wait(checker, (const void *)h);
	case FPT_MMAP:
		return fpt_check_mmap(checker, (const void *)h);
	case FPT_PAGE_IO:
		return fpt_check_page_io(checker, (const void *)h);
	case FPT_RELEASE_SENT:
		return fpt_check_release_sent(checker, (const void *)h);
	case FPT_RELEASE:
		return fpt_check_release(checker, (const void *)h);
	case FPT_COUNTED:
		return fpt_check_counted(checker, (const void *)h);
	case FPT_IDENTITY:
		return fpt_check_identity(checker, (const void *)h);
	case FPT_NUMBER:
		return fpt_check_number(checker, (const void *)h);
	case FPT_FORGOTTEN:
		return fpt_check_forgotten(checker, (const void *)h);
	case FPT_EVICT:
		return fpt_check_evict(checker, (const void *)h);
	default:
		return fpt_check_server(checker, h);
	}
}

/* There was no room to remember what the event told: it is as if it had been lost. */
static void miss(struct fpt_checker *checker)
{
	checker->summary.not_judged += checker->known.refused;
	checker->known.refused = 0;
	checker->incomplete = true;
	unsure_until(checker, checker->event->ts_ns);
}

bool fpt_checker__event(struct fpt_checker *checker, const struct fpt_header *event)
{
	const struct op_end *end;

	checker->summary.seen++;
	if (!fpt_history__event(checker, event))
		return false;
	if (!checker->started)
		unsure_until(checker, event->ts_ns);
	checker->summary.events[event->kind]++;
	checker->event = event;
	end = end_of_operation(event);
	count_activity(checker, event, end);
	dispatch(checker, event);
	if (end)
		fpt_check_leaks(checker, end->id.conn);
	fpt_known__rest(&checker->known);
	if (checker->known.refused)
		miss(checker);
	checker->serial++;
	checker->event = NULL;
	return true;
}

bool fpt_checker__looks_ahead(const struct fpt_checker *checker)
{
	return fpt_known__are_many(&checker->known);
}

/* Of millions of inodes hardly one is in a cache, and two looks at memory in a row cost most. */
void fpt_checker__ahead(struct fpt_checker *checker, const struct fpt_header *soon,
			const struct fpt_header *later)
{
	uint64_t key;

	/* Most times it is the one of the event before. */
	if (later && fpt_history__inode(&checker->history, later, &key) && key != checker->later) {
		fpt_known__fetch_slot(&checker->known, key);
		checker->later = key;
	}
	if (soon && fpt_history__inode(&checker->history, soon, &key) && key != checker->soon) {
		fpt_known__fetch_inode(&checker->known, key);
		checker->soon = key;
	}
}

const struct fpt_summary *fpt_checker__summary(const struct fpt_checker *checker)
{
	return &checker->summary;
}

uint64_t fpt_summary__count(const struct fpt_summary *summary, enum fpt_severity severity,
			    enum fpt_who who)
{
	uint64_t count = 0;
	int check;

	for (check = 0; check < FPT_CHECK_MAX; check++)
		if (fpt_checks[check].severity == severity && fpt_checks[check].who == who)
			count += summary->findings[check];
	return count;
}

enum fpt_verdict fpt_summary__verdict(const struct fpt_summary *summary)
{
	int who;

	if (summary->impossible)
		return FPT_VERDICT_INCONCLUSIVE;
	for (who = 0; who < FPT_WHOS; who++)
		if (fpt_summary__count(summary, FPT_SEVERITY_VIOLATION, who))
			return FPT_VERDICT_VIOLATION;
	if (summary->lost || summary->missed || summary->gaps || !summary->ended ||
	    summary->not_judged || summary->unproven)
		return FPT_VERDICT_INCONCLUSIVE;
	return FPT_VERDICT_PASS;
}
