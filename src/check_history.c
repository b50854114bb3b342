// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether what is told can have happened at all, whatever the kernel did: what a
 * broken kernel can do is for the other files.  Where evidence may be missing
 * nothing is impossible.
 */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "check_internal.h"
#include "table.h"
#include "value.h"

/* @instead: of a field that passes for it where the kind has none */
static uint16_t offset_of(const struct fpt_kind_info *info, const char *name, uint16_t instead)
{
	const struct fpt_field *field = fpt_field__find(info, name);

	return field ? field->offset : instead;
}

void fpt_history__init(struct fpt_history *history)
{
	const struct fpt_kind_info *info;
	const uint16_t size = offsetof(struct fpt_header, size); /* read with what follows: not 0 */
	size_t i = 0;

	memset(history, 0, sizeof(*history));
	while ((info = fpt_kinds(&i))) {
		if (info->kind >= FPT_HISTORY_KINDS)
			continue;
		history->kind[info->kind].size = info->size;
		history->kind[info->kind].inode = offset_of(info, "inode", size);
		history->kind[info->kind].conn = offset_of(info, "conn", size);
		history->kind[info->kind].begin_ns =
			offset_of(info, "begin_ns", offsetof(struct fpt_header, ts_ns));
	}
	history->kind[FPT_IO_OPEN].ends = FPT_OP_IO_OPEN;
	history->kind[FPT_CACHED_OPEN].ends = FPT_OP_CACHED_OPEN;
	history->kind[FPT_UNCACHED_START].ends = FPT_OP_UNCACHED_START;
	history->kind[FPT_UNCACHED_END].ends = FPT_OP_UNCACHED_END;
	history->kind[FPT_IO_RELEASE].ends = FPT_OP_IO_RELEASE;
}

/* "event 17 (open, cpu 0, number 16) at 5.000123000 s of thread 11, nodeid 3" */
static size_t event_words(char *out, size_t size, uint64_t place, const struct fpt_header *event)
{
	const struct fpt_kind_info *info = fpt_kind(event->kind);
	const struct fpt_field *nodeid = info ? fpt_field__find(info, "nodeid") : NULL;
	char time[FPT_VALUE_MAX], kind[40];
	int used;

	snprintf(kind, sizeof(kind), "kind %u", event->kind);
	used = snprintf(out, size, "event %llu (%s, cpu %u, number %llu) at %s s of thread %u",
			(unsigned long long)place, info ? info->name : kind, event->cpu,
			(unsigned long long)event->seq,
			fpt_print_ns(time, sizeof(time), event->ts_ns), event->tid);
	if (nodeid && event->size == info->size)
		used += snprintf(out + used, size - used, ", nodeid %llu",
				 (unsigned long long)fpt_field__get(nodeid, event));
	return used;
}

void fpt_checker__impossible(struct fpt_checker *checker, const struct fpt_header *event,
			     const char *format, ...)
{
	char *out = checker->summary.first_impossible;
	size_t size = sizeof(checker->summary.first_impossible);
	size_t used = 0;
	va_list arguments;

	/* An event that is wrong in several ways counts once. */
	if (event && checker->history.counted == checker->summary.seen)
		return;
	if (event)
		checker->history.counted = checker->summary.seen;
	if (checker->summary.impossible++)
		return;
	if (event) {
		used = event_words(out, size, checker->summary.seen, event);
		used += snprintf(out + used, size - used, ": ");
	}
	va_start(arguments, format);
	vsnprintf(out + used, size - used, format, arguments);
	va_end(arguments);
}

static uint64_t number_at(const struct fpt_header *event, uint16_t offset)
{
	uint64_t number;

	memcpy(&number, (const char *)event + offset, sizeof(number));
	return number;
}

/* Whether everything that this kind of event can tell of a connection was told. */
static bool complete(struct fpt_checker *checker, uint64_t conn_key, uint64_t events)
{
	const struct fpt_known_conn *conn;

	if (checker->incomplete || checker->options.some_tasks_only ||
	    events & ~checker->options.events)
		return false;
	conn = fpt_known__conn(&checker->known, conn_key);
	return conn && conn->from_start;
}

static void op_begins(struct fpt_checker *checker, const struct fpt_op_begin *e)
{
	char name[FPT_VALUE_MAX];

	switch (fpt_inside__enter(&checker->history.inside, e->inode, e->h.tid, e->op)) {
	case -EALREADY:
		if (complete(checker, e->conn, 0))
			fpt_checker__impossible(checker, &e->h,
						"%s begins, and its thread is inside it already",
						fpt_print_op(name, sizeof(name), e->op));
		return;
	case -ENOMEM:
		/* Its end would look as if it had not begun. */
		checker->incomplete = true;
	}
}

static void op_ends(struct fpt_checker *checker, const struct fpt_uncached_end *e, enum fpt_op kind)
{
	char name[FPT_VALUE_MAX];

	if (!fpt_inside__leave(&checker->history.inside, e->inode, e->h.tid, kind) &&
	    complete(checker, e->conn, 1ULL << e->h.kind))
		fpt_checker__impossible(checker, &e->h, "%s ends, which has not begun",
					fpt_print_op(name, sizeof(name), kind));
}

/*
 * A thread leaves what it entered, once.  This holds in the order of the ring, in
 * which each thread's events are as they happened.
 */
static void follow_ops(struct fpt_checker *checker, const struct fpt_header *event, enum fpt_op end)
{
	if (!end && event->kind != FPT_OP_BEGIN)
		return;
	if (checker->incomplete || checker->options.some_tasks_only)
		return;
	if (end)
		op_ends(checker, (const void *)event, end);
	else
		op_begins(checker, (const void *)event);
}

static bool begins_nothing(const struct fpt_header *event)
{
	const struct fpt_op_begin *begin = (const void *)event;

	return event->kind == FPT_OP_BEGIN &&
	       (begin->op < FPT_OP_IO_OPEN || begin->op > FPT_OP_IO_RELEASE);
}

static bool ends_before_it_begins(const struct fpt_history_kind *kind,
				  const struct fpt_header *event)
{
	uint64_t begin_ns = number_at(event, kind->begin_ns);

	return begin_ns > event->ts_ns && begin_ns - event->ts_ns > FPT_CLOCK_SLACK_NS;
}

/* Why an event cannot be understood; NULL: it can. */
static const char *why_strange(const struct fpt_history_kind *kind, const struct fpt_header *event)
{
	if (!kind->size || event->kind >= FPT_HISTORY_KINDS)
		return "it is of no kind known here: read the log with the fusept that wrote it";
	if (event->size != kind->size)
		return "its size is not that of its kind";
	return begins_nothing(event) ? "there is no such operation" : NULL;
}

/* What it tells that cannot be; NULL: nothing. */
static const char *why_wrong(const struct fpt_history_kind *kind, const struct fpt_header *event)
{
	if (event->cpu >= FPT_MAX_CPUS)
		return "there is no such cpu";
	if (!number_at(event, kind->inode))
		return "it is about no inode";
	if (!number_at(event, kind->conn))
		return "it is about no connection";
	return ends_before_it_begins(kind, event) ? "it ends before it begins" : NULL;
}

bool fpt_history__event(struct fpt_checker *checker, const struct fpt_header *event)
{
	const struct fpt_history_kind *kind =
		&checker->history.kind[event->kind % FPT_HISTORY_KINDS];
	const char *why = why_strange(kind, event);

	if (why) {
		fpt_checker__impossible(checker, event, "%s", why);
		return false;
	}
	why = why_wrong(kind, event);
	if (why)
		fpt_checker__impossible(checker, event, "%s", why);
	follow_ops(checker, event, kind->ends);
	return true;
}

void fpt_history__release(struct fpt_checker *checker, const struct fpt_known_inode *inode)
{
	if (inode->active->opened || checker->known.broken || checker->options.only_ino ||
	    !complete(checker, inode->active->conn->key, N(IO_OPEN) | N(RELEASE)))
		return;
	fpt_checker__impossible(checker, checker->event,
				"a file is released, and none of its inode is open");
}

/*
 * Not earlier than here: whoever makes an inode has told of it before he lets go
 * of it, but others can find it by its nodeid meanwhile.
 */
void fpt_history__evict(struct fpt_checker *checker, const struct fpt_known_inode *inode)
{
	/* A root is made before INIT; and where no birth is told, the kernel hides them. */
	if (inode->told || inode->nodeid == 1 || !inode->active->conn->tells_births ||
	    checker->known.broken || checker->options.only_ino ||
	    !complete(checker, inode->active->conn->key, N(ATTR) | N(EVICT)))
		return;
	fpt_checker__impossible(checker, checker->event,
				"its inode is evicted, and no reply has told of it");
}
