// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the debug log of a libfuse server into requests and replies.  Pairs
 * them, and tells no more than the log proves: a line counts as its time.
 */
#include <errno.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "libfuse_line.h"
#include "lines.h"
#include "record.h"
#include "source.h"
#include "value.h"
#include "version.h"

#define EVENTS_PER_BATCH 1024
#define NS_PER_LINE UINT64_C(1000000000)
#define FORGETS_KEPT 64 /* libfuse answers one at once, if it has to refuse it */
#define OPCODE_TMPFILE 51
#define KERNEL_ERRNOS 512 /* ERESTARTSYS, the first that is the kernel's own */

/* A request that waits for its reply. */
struct waiting {
	uint64_t unique, nodeid, told_nodeid;
	uint64_t replies; /* so many were there before it */
	uint64_t line;
	uint32_t opcode, pid;
	bool uring; /* its reply may not be printed */
	UT_hash_handle hh;
};

struct libfuse {
	struct fpt_source source;
	struct fpt_lines lines;
	struct fpt_libfuse_line line; /* to be taken next */
	struct fpt_events events;
	struct waiting *waiting;
	uint64_t forget[FORGETS_KEPT]; /* uniques, in turn */
	unsigned int forgets;
	uint64_t replies, produced;
	/* Of those that wait, how many are told a nodeid; which a line tells is sure of one alone.
	 */
	unsigned int namers;
	struct waiting *namer; /* the last one; NULL once it is answered */
	uint64_t unsure_from; /* those that began up to this line may be told any nodeid */
	bool from_start; /* the first request was INIT */
	bool any; /* request, so far */
	bool mixed; /* lines are torn, or of two servers: they cannot be paired any more */
	bool in_init; /* the lines are those of an INIT */
	uint32_t init_minor; /* that the kernel offered */
	struct fpt_init_reply init;
	bool due; /* @state, once the events before it were handed out */
	bool ended;
	enum fpt_log_state state;
	char why[512];
};

/* ---- events ---- */

/* NULL without memory, which ends the stream. */
static void *add(struct libfuse *libfuse, uint16_t kind, size_t size)
{
	struct fpt_header *event = fpt_events__add(&libfuse->events, kind, (uint16_t)size);

	if (!event) {
		libfuse->lines.err = ENOMEM;
		return NULL;
	}
	event->ts_ns = libfuse->lines.number * NS_PER_LINE;
	if (kind < FPT_RECORD_FIRST)
		event->seq = libfuse->produced++;
	return event;
}

#define ADD(libfuse, KIND, name) \
	struct fpt_##name *name = add(libfuse, FPT_##KIND, sizeof(struct fpt_##name))

static void add_run(struct libfuse *libfuse, const char *version)
{
	struct fpt_run_record *run = add(libfuse, FPT_RUN, sizeof(*run));

	if (!run)
		return;
	run->events = FPT_SERVER_LOG_EVENTS;
	snprintf(run->fusept, sizeof(run->fusept), "%s", FPT_VERSION);
	snprintf(run->kernel, sizeof(run->kernel), "libfuse %.20s", version ?: "");
}

static void set_due(struct libfuse *libfuse, enum fpt_log_state state)
{
	libfuse->due = true;
	libfuse->state = state;
}

/* From here on requests and replies are not paired, for it may be wrong. */
static void give_up_pairing(struct libfuse *libfuse, const char *why)
{
	if (!libfuse->mixed) {
		fpt_lines__say(&libfuse->lines, libfuse->why, sizeof(libfuse->why), "%s", why);
		set_due(libfuse, FPT_LOG_DAMAGED);
	}
	libfuse->mixed = true;
}

/* ---- nodeids that replies tell ---- */

static bool is_namer(uint32_t opcode)
{
	switch (opcode) {
	case FUSE_LOOKUP:
	case FUSE_SYMLINK:
	case FUSE_MKNOD:
	case FUSE_MKDIR:
	case FUSE_LINK:
	case FUSE_CREATE:
	case FUSE_READDIRPLUS:
	case OPCODE_TMPFILE:
		return true;
	default:
		return false;
	}
}

static void take_nodeid(struct libfuse *libfuse)
{
	struct waiting *namer = libfuse->namer;

	if (libfuse->namers == 1 && namer && !namer->told_nodeid)
		namer->told_nodeid = libfuse->line.nodeid;
	else
		libfuse->unsure_from = libfuse->lines.number;
}

static uint64_t told_by(const struct libfuse *libfuse, const struct waiting *waiting)
{
	return waiting->line <= libfuse->unsure_from ? 0 : waiting->told_nodeid;
}

/* ---- requests and replies ---- */

static bool wants_reply(uint32_t opcode)
{
	return opcode != FUSE_FORGET && opcode != FUSE_BATCH_FORGET && opcode != FUSE_NOTIFY_REPLY;
}

static struct waiting *find(struct libfuse *libfuse, uint64_t unique)
{
	struct waiting *waiting;

	HASH_FIND(hh, libfuse->waiting, &unique, sizeof(unique), waiting);
	return waiting;
}

static void drop(struct libfuse *libfuse, struct waiting *waiting)
{
	libfuse->namers -= is_namer(waiting->opcode);
	if (libfuse->namer == waiting)
		libfuse->namer = NULL;
	HASH_DEL(libfuse->waiting, waiting);
	free(waiting);
}

static void await_reply(struct libfuse *libfuse, const struct fpt_libfuse_line *line)
{
	struct waiting *waiting = find(libfuse, line->unique);

	if (waiting) {
		give_up_pairing(
			libfuse,
			"a second request of this unique, before the first has its reply: these are lines of two servers, or of two runs");
		drop(libfuse, waiting);
	}
	waiting = calloc(1, sizeof(*waiting));
	if (!waiting) {
		libfuse->lines.err = ENOMEM;
		return;
	}
	*waiting = (struct waiting){ .unique = line->unique,
				     .nodeid = line->nodeid,
				     .opcode = line->opcode,
				     .pid = line->pid,
				     .uring = line->uring,
				     .replies = libfuse->replies,
				     .line = libfuse->lines.number };
	HASH_ADD(hh, libfuse->waiting, unique, sizeof(waiting->unique), waiting);
	if (is_namer(line->opcode)) {
		libfuse->namers++;
		libfuse->namer = waiting;
	}
}

static void take_request(struct libfuse *libfuse)
{
	const struct fpt_libfuse_line *line = &libfuse->line;
	ADD(libfuse, REQUEST, request);

	if (!request)
		return;
	request->h.tgid = request->h.tid = line->pid;
	request->unique = line->unique;
	request->nodeid = line->nodeid;
	request->opcode = line->opcode;
	request->insize = line->size;
	if (!libfuse->any)
		libfuse->from_start = line->opcode == FUSE_INIT;
	libfuse->any = true;
	libfuse->in_init = line->opcode == FUSE_INIT;
	if (libfuse->in_init)
		memset(&libfuse->init, 0, sizeof(libfuse->init));
	if (wants_reply(line->opcode))
		await_reply(libfuse, line);
	else
		libfuse->forget[libfuse->forgets++ % FORGETS_KEPT] = line->unique;
}

/* libfuse itself refuses a FORGET of a user that has no right, and after DESTROY. */
static bool is_refused_forget(const struct libfuse *libfuse, uint64_t unique)
{
	unsigned int i;

	for (i = 0; i < FORGETS_KEPT && i < libfuse->forgets; i++)
		if (libfuse->forget[i] == unique)
			return true;
	return false;
}

static void add_init_reply(struct libfuse *libfuse)
{
	ADD(libfuse, INIT_REPLY, init_reply);

	if (!init_reply)
		return;
	init_reply->flags = libfuse->init.flags;
	init_reply->minor = libfuse->init.minor;
	init_reply->requested_stack_depth = libfuse->init.requested_stack_depth;
	libfuse->in_init = false;
}

static void take_reply(struct libfuse *libfuse)
{
	const struct fpt_libfuse_line *line = &libfuse->line;
	struct waiting *waiting = find(libfuse, line->unique);
	struct fpt_reply *reply;

	libfuse->replies++;
	if (!waiting && line->error && is_refused_forget(libfuse, line->unique))
		return;
	if (libfuse->in_init && waiting && waiting->opcode == FUSE_INIT && libfuse->init.minor)
		add_init_reply(libfuse);
	reply = add(libfuse, FPT_REPLY, sizeof(*reply));
	if (!reply)
		return;
	reply->unique = line->unique;
	reply->ret = line->error;
	reply->outsize = line->size;
	reply->asked = waiting || !libfuse->from_start || libfuse->mixed;
	if (!waiting)
		return;
	reply->h.tgid = reply->h.tid = waiting->pid;
	reply->nodeid = waiting->nodeid;
	reply->told_nodeid = told_by(libfuse, waiting);
	reply->opcode = waiting->opcode;
	/* The kernel refuses another error, and waits on. */
	if (line->error <= 0 && line->error > -KERNEL_ERRNOS)
		drop(libfuse, waiting);
}

static void take_forget(struct libfuse *libfuse)
{
	ADD(libfuse, FORGET, forget);

	if (!forget)
		return;
	forget->conn = 1; /* which one a log does not say; it is always the same */
	forget->nodeid = libfuse->line.nodeid;
	forget->nlookup = libfuse->line.value;
}

static void take_bad_error(struct libfuse *libfuse)
{
	ADD(libfuse, ERROR_REPLACED, error_replaced);

	if (error_replaced)
		error_replaced->error = libfuse->line.error;
}

static void take_backing_error(struct libfuse *libfuse, bool closing)
{
	ADD(libfuse, BACKING_ERROR, backing_error);

	if (!backing_error)
		return;
	backing_error->ret = libfuse->line.error;
	backing_error->closing = closing;
}

/* The lines on INIT come before its reply. */
static void take_init(struct libfuse *libfuse)
{
	const struct fpt_libfuse_line *line = &libfuse->line;
	uint32_t value = line->value > UINT32_MAX ? UINT32_MAX : (uint32_t)line->value;

	if (!libfuse->in_init)
		return;
	if (line->what == FPT_LIBFUSE_INIT_REQUEST)
		libfuse->init_minor = value;
	else if (line->what == FPT_LIBFUSE_INIT_REPLY)
		libfuse->init.minor = value < libfuse->init_minor ? value : libfuse->init_minor;
	else if (line->what == FPT_LIBFUSE_FLAGS)
		libfuse->init.flags = line->value;
	else
		libfuse->init.requested_stack_depth = value;
}

static void take_line(struct libfuse *libfuse)
{
	switch (libfuse->line.what) {
	case FPT_LIBFUSE_OTHER:
	case FPT_LIBFUSE_VERSION:
		return;
	case FPT_LIBFUSE_GARBLED:
		return give_up_pairing(
			libfuse,
			"words of libfuse behind others: the line was torn, or has something in front");
	case FPT_LIBFUSE_REQUEST:
		return take_request(libfuse);
	case FPT_LIBFUSE_REPLY:
		return take_reply(libfuse);
	case FPT_LIBFUSE_INIT_REQUEST:
	case FPT_LIBFUSE_INIT_REPLY:
	case FPT_LIBFUSE_FLAGS:
	case FPT_LIBFUSE_STACK_DEPTH:
		return take_init(libfuse);
	case FPT_LIBFUSE_NODEID:
		return take_nodeid(libfuse);
	case FPT_LIBFUSE_FORGET:
		return take_forget(libfuse);
	case FPT_LIBFUSE_BAD_ERROR:
		return take_bad_error(libfuse);
	case FPT_LIBFUSE_BACKING_OPEN:
		return take_backing_error(libfuse, false);
	case FPT_LIBFUSE_BACKING_CLOSE:
		return take_backing_error(libfuse, true);
	}
}

/* ---- the end ---- */

static void add_unanswered(struct libfuse *libfuse)
{
	struct waiting *waiting, *next;

	HASH_ITER(hh, libfuse->waiting, waiting, next)
	{
		if (!waiting->uring && !libfuse->mixed && waiting->opcode != FUSE_INTERRUPT &&
		    waiting->opcode != FUSE_DESTROY) {
			ADD(libfuse, UNANSWERED, unanswered);

			if (!unanswered)
				return;
			unanswered->h.tgid = unanswered->h.tid = waiting->pid;
			unanswered->unique = waiting->unique;
			unanswered->nodeid = waiting->nodeid;
			unanswered->opcode = waiting->opcode;
			unanswered->later = libfuse->replies - waiting->replies;
		}
		drop(libfuse, waiting);
	}
}

static void take_end(struct libfuse *libfuse)
{
	if (libfuse->lines.err) {
		fpt_lines__say(&libfuse->lines, libfuse->why, sizeof(libfuse->why),
			       "cannot read on: %s", fpt_input__error(libfuse->lines.err));
		set_due(libfuse, FPT_LOG_TRUNCATED);
		return;
	}
	add_unanswered(libfuse);
	set_due(libfuse, FPT_LOG_END);
}

/* The next line into line.  False at the end, or where the line is not as it was written. */
static bool read_line(struct libfuse *libfuse)
{
	struct fpt_lines *lines = &libfuse->lines;

	if (!fpt_lines__next(lines)) {
		take_end(libfuse);
		return false;
	}
	if (!lines->whole) {
		fpt_lines__say(lines, libfuse->why, sizeof(libfuse->why),
			       "the log ends inside this line");
		set_due(libfuse, FPT_LOG_TRUNCATED);
		return false;
	}
	fpt_libfuse_line__parse(&libfuse->line, lines->text);
	if (lines->too_long)
		libfuse->line.what = FPT_LIBFUSE_GARBLED;
	return true;
}

static enum fpt_log_state libfuse_next(struct fpt_source *source, struct fpt_batch *batch,
				       char *why, size_t why_size)
{
	struct libfuse *libfuse = (struct libfuse *)source;

	while (!libfuse->due && libfuse->events.count < EVENTS_PER_BATCH) {
		take_line(libfuse);
		if (!libfuse->due)
			read_line(libfuse);
		else if (libfuse->state == FPT_LOG_DAMAGED)
			libfuse->line.what = FPT_LIBFUSE_OTHER; /* it was taken */
	}
	if (libfuse->events.count) {
		fpt_events__take(&libfuse->events, batch);
		batch->produced = libfuse->produced;
		return FPT_LOG_OK;
	}
	if (libfuse->state == FPT_LOG_END)
		*batch = (struct fpt_batch){ .end = true, .produced = libfuse->produced };
	else
		snprintf(why, why_size, "%s", libfuse->why);
	libfuse->due = libfuse->state != FPT_LOG_DAMAGED;
	return libfuse->state;
}

static void libfuse_close(struct fpt_source *source)
{
	struct libfuse *libfuse = (struct libfuse *)source;
	struct waiting *waiting, *next;

	HASH_ITER(hh, libfuse->waiting, waiting, next)
	{
		HASH_DEL(libfuse->waiting, waiting);
		free(waiting);
	}
	fpt_lines__close(&libfuse->lines);
	fpt_events__free(&libfuse->events);
	free(libfuse);
}

/* Goes to the first line that libfuse wrote.  0 or -errno. */
static int begin(struct libfuse *libfuse, char *why, size_t why_size)
{
	const char *version = NULL;

	do {
		if (read_line(libfuse))
			continue;
		if (libfuse->lines.err) {
			snprintf(why, why_size, "%s", libfuse->why);
			return -libfuse->lines.err;
		}
		fpt_lines__say(
			&libfuse->lines, why, why_size,
			"no line of libfuse before the end; want what a server prints under -d");
		return -EINVAL;
	} while (libfuse->line.what != FPT_LIBFUSE_VERSION &&
		 libfuse->line.what != FPT_LIBFUSE_REQUEST &&
		 libfuse->line.what != FPT_LIBFUSE_REPLY);
	if (libfuse->line.what == FPT_LIBFUSE_VERSION)
		version = libfuse->line.text;
	add_run(libfuse, version);
	return -libfuse->lines.err;
}

struct fpt_source *fpt_source_libfuse__open(const char *path, const struct fpt_input *input,
					    char *why, size_t why_size)
{
	static const struct fpt_source_ops ops = { .next = libfuse_next, .close = libfuse_close };
	struct libfuse *libfuse = calloc(1, sizeof(*libfuse));
	struct fpt_input mine = *input;
	int err = -ENOMEM;

	if (!libfuse) {
		fpt_input__close(&mine);
		snprintf(why, why_size, "out of memory");
		goto out;
	}
	libfuse->source.ops = &ops;
	fpt_lines__open(&libfuse->lines, path, &mine);
	err = begin(libfuse, why, why_size);
out:
	if (!err)
		return &libfuse->source;
	if (libfuse)
		libfuse_close(&libfuse->source);
	errno = -err;
	return NULL;
}
