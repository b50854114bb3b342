// SPDX-License-Identifier: GPL-2.0-only
/* Prints the life of an inode: a line for each step, with a mark on what does not fit together. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "report.h"
#include "timeline.h"
#include "value.h"
#include "wrap.h"

#define NS_PER_S UINT64_C(1000000000)
#define INDENT 35 /* columns of mark, time and mode */

struct words {
	char text[1024];
	size_t used;
};

static void add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct words *words, const char *format, ...)
{
	size_t room = sizeof(words->text) - words->used;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(words->text + words->used, room, format, arguments);
	va_end(arguments);
	words->used += length < 0 ? 0 : (size_t)length < room ? (size_t)length : room - 1;
}

static void add_who(struct words *words, const struct fpt_header *h, const char *name,
		    const char *comm)
{
	char name_words[300], comm_words[80];

	fpt_sanitize(name_words, sizeof(name_words), name, sizeof(FPT_TEXT64));
	fpt_sanitize(comm_words, sizeof(comm_words), comm, sizeof(FPT_TEXT16));
	add(words, "of \"%s\" by %s (pid %u)", name_words, comm_words, h->tgid);
}

static void add_open(struct words *words, const struct fpt_open *e)
{
	char ret[FPT_VALUE_MAX];

	add(words, "open ");
	add_who(words, &e->h, e->name, e->comm);
	if (e->ret)
		add(words, ": %s", fpt_print_errno(ret, sizeof(ret), e->ret));
	else if (e->file_mode == FPT_IOM_UNCACHED)
		add(words, ": passthrough, backing id %d", e->backing_id);
	else
		add(words, ": %s", e->file_mode == FPT_IOM_CACHED ? "cached" : "direct");
	if (e->ino)
		add(words, ", number %" PRIu64, (uint64_t)e->ino);
}

static void add_backing(struct words *words, const struct fpt_passthrough_open *e)
{
	char dev[FPT_VALUE_MAX];

	add(words, "backing id %d looked up", e->backing_id);
	if (e->ret)
		add(words, ": %s", fpt_print_errno(dev, sizeof(dev), e->ret));
	else
		add(words, ": number %" PRIu64 " (dev %s)", (uint64_t)e->backing_ino,
		    fpt_print_dev(dev, sizeof(dev), e->backing_dev));
}

/* What is not worth words of its own: the kernel's name for it, and the fields. */
static void add_fields(struct words *words, const struct fpt_header *h)
{
	const struct fpt_kind_info *info = fpt_kind(h->kind);
	const bool has_id = info && info->nfields && strcmp(info->fields[0].name, "inode") == 0;
	char value[300];
	size_t i;

	add(words, "%s", info ? info->text : "unknown");
	for (i = 0; info && i < info->nfields; i++) {
		const struct fpt_field *field = &info->fields[i];

		/* Which inode it is stands in the heading, its state beside it. */
		if (field->format == FPT_FORMAT_HIDDEN || field->format == FPT_FORMAT_KEY ||
		    field->format == FPT_FORMAT_CONN || field->format == FPT_FORMAT_NS ||
		    strncmp(field->name, "before_", 7) == 0 ||
		    strncmp(field->name, "after_", 6) == 0 ||
		    (has_id && field->offset < sizeof(*h) + sizeof(struct fpt_id)) ||
		    strcmp(field->name, "nodeid") == 0 || strcmp(field->name, "dev") == 0)
			continue;
		add(words, " %s=%s", field->name, fpt_print_field(value, sizeof(value), field, h));
	}
}

static void add_registration(struct words *words, const struct fpt_backing_open *e)
{
	char value[FPT_VALUE_MAX];

	add(words, "backing id %d registered: number %" PRIu64 " (dev %s)", e->ret,
	    (uint64_t)e->backing_ino, fpt_print_dev(value, sizeof(value), e->backing_dev));
}

static void add_init(struct words *words, const struct fpt_init *e)
{
	char value[FPT_VALUE_MAX];

	add(words, "the connection was negotiated, in force: %s",
	    fpt_print_conn(value, sizeof(value), e->conn_flags));
}

static void add_begin(struct words *words, const struct fpt_op_begin *e)
{
	char op[FPT_VALUE_MAX];

	add(words, "%s of thread %u begins", fpt_print_op(op, sizeof(op), e->op), e->h.tid);
}

/* Of another inode, too: which shows whose backing file it was before. */
static void add_start(struct words *words, const struct fpt_timeline_row *row, uint64_t nodeid)
{
	const struct fpt_uncached_start *e = (const void *)&row->event;
	char value[FPT_VALUE_MAX];

	if (e->nodeid != nodeid)
		add(words, "backing number %" PRIu64 " (dev %s) is attached to nodeid %" PRIu64,
		    (uint64_t)e->backing_ino, fpt_print_dev(value, sizeof(value), e->backing_dev),
		    (uint64_t)e->nodeid);
	else if (e->ret)
		add(words, "the io mode stays: uncached_start said %s",
		    fpt_print_errno(value, sizeof(value), e->ret));
	else
		add(words, "the io mode is now: %s", fpt_inode_mode_name(row->mode));
}

static void add_row(struct words *words, const struct fpt_timeline_row *row, uint64_t nodeid)
{
	const struct fpt_release *release = (const void *)&row->event;
	const struct fpt_lookup *lookup = (const void *)&row->event;
	const struct fpt_readdirplus *entry = (const void *)&row->event;
	const struct fpt_attr *attr = (const void *)&row->event;

	switch (row->event.kind) {
	case FPT_OPEN:
		return add_open(words, (const void *)&row->event);
	case FPT_PASSTHROUGH_OPEN:
		return add_backing(words, (const void *)&row->event);
	case FPT_RELEASE:
		add(words, "last close ");
		return add_who(words, &row->event, release->name, release->comm);
	case FPT_LOOKUP:
		return add(words, "LOOKUP tells number %" PRIu64, (uint64_t)lookup->attr_ino);
	case FPT_READDIRPLUS:
		return add(words, "READDIRPLUS tells number %" PRIu64, (uint64_t)entry->attr_ino);
	case FPT_ATTR:
		return add(words, "a reply tells number %" PRIu64 ", it was %" PRIu64,
			   (uint64_t)attr->attr_ino, (uint64_t)attr->before_ino);
	case FPT_INIT:
		return add_init(words, (const void *)&row->event);
	case FPT_BACKING_OPEN:
		return add_registration(words, (const void *)&row->event);
	case FPT_BACKING_CLOSE:
		return add(words, "backing id %d closed",
			   ((const struct fpt_backing_close *)&row->event)->backing_id);
	case FPT_OP_BEGIN:
		return add_begin(words, (const void *)&row->event);
	case FPT_UNCACHED_START:
		return add_start(words, row, nodeid);
	case FPT_CACHED_OPEN:
	case FPT_UNCACHED_END:
	case FPT_IO_RELEASE:
		return add(words, "the io mode is now: %s", fpt_inode_mode_name(row->mode));
	case FPT_EVICT:
		return add(words, "the inode left memory");
	default:
		return add_fields(words, &row->event);
	}
}

static void print_called_from(FILE *out, const struct fpt_session *session, const char *called_from)
{
	char words[FPT_CALLERS_WORDS];

	if (!called_from)
		return;
	fprintf(out, "%*scalled from: ", INDENT, "");
	fpt_print_wrapped(out,
			  fpt_callers__words(words, sizeof(words), called_from,
					     session->options.whole_stacks),
			  INDENT + 2, INDENT + 13);
	fputc('\n', out);
}

static void print_findings(struct fpt_sink *sink, const struct fpt_session *session,
			   const struct fpt_timeline *timeline, size_t row)
{
	unsigned int i;

	for (i = 0; i < timeline->findings; i++) {
		const struct fpt_timeline_finding *finding = &timeline->finding[i];
		const struct fpt_check_info *check = &fpt_checks[finding->finding.check];

		if (finding->row != row)
			continue;
		fprintf(sink->out, "%*s", INDENT, "");
		fpt_print_wrapped(sink->out, finding->finding.text, INDENT, INDENT);
		fprintf(sink->out, "\n%*s%s[%s, %s %s]%s\n", INDENT, "",
			sink->color ? "\033[31m" : "", check->id, fpt_who_name(check->who),
			fpt_severity_name(check->severity), sink->color ? "\033[0m" : "");
		print_called_from(sink->out, session, finding->finding.called_from);
	}
}

static void print_row(struct fpt_sink *sink, const struct fpt_session *session,
		      const struct fpt_timeline *timeline, size_t number)
{
	const struct fpt_timeline_row *row = &timeline->row[number];
	const uint64_t ts_ns = row->event.ts_ns, first_ns = session->first_ns;
	const uint64_t since = ts_ns > first_ns ? ts_ns - first_ns : 0;
	struct words words = {};
	char mark[16] = "";

	if (row->pair)
		snprintf(mark, sizeof(mark), "%u>", row->pair);
	fprintf(sink->out, "%s%5s%s %7" PRIu64 ".%06" PRIu64 " ",
		sink->color && row->pair ? "\033[31m" : "", mark,
		sink->color && row->pair ? "\033[0m" : "", since / NS_PER_S,
		since % NS_PER_S / 1000);
	fprintf(sink->out, "%-*s ", INDENT - 22, row->mode ? fpt_inode_mode_name(row->mode) : "-");
	add_row(&words, row, timeline->inode[row->inode].key.nodeid);
	fpt_print_wrapped(sink->out, words.text, INDENT, INDENT);
	fputc('\n', sink->out);
	print_findings(sink, session, timeline, number);
}

/* Of an inode that is new: later the device can be another mount's. */
static void name_mount(struct fpt_timeline *timeline, const struct fpt_session *session)
{
	struct fpt_timeline_inode *inode;

	if (!timeline->inodes)
		return;
	inode = &timeline->inode[timeline->inodes - 1];
	if (!*inode->mount)
		fpt_session__mount_words(session, (uint32_t)inode->key.dev, inode->mount,
					 sizeof(inode->mount));
}

static void timeline_every(struct fpt_sink *sink, const struct fpt_session *session,
			   const struct fpt_header *event)
{
	fpt_timeline__event(sink->state, event);
	name_mount(sink->state, session);
}

static void timeline_finding(struct fpt_sink *sink, const struct fpt_session *session,
			     const struct fpt_finding *finding)
{
	fpt_timeline__finding(sink->state, finding);
	name_mount(sink->state, session);
}

static void print_inode(struct fpt_sink *sink, const struct fpt_session *session,
			const struct fpt_timeline *timeline, unsigned int which)
{
	const struct fpt_inode_key *key = &timeline->inode[which].key;
	char dev[FPT_VALUE_MAX];
	size_t i;

	fprintf(sink->out, "%snodeid %" PRIu64 " on %s (dev %s)\n\n%12s %s %-*s %s\n",
		which ? "\n" : "", key->nodeid, timeline->inode[which].mount,
		fpt_print_dev(dev, sizeof(dev), key->dev), "", "SECONDS", INDENT - 22, "IO MODE",
		"WHAT");
	for (i = 0; i < timeline->rows; i++)
		if (timeline->row[i].inode == which &&
		    (!timeline->row[i].hidden || timeline->row[i].pair))
			print_row(sink, session, timeline, i);
}

static void timeline_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	const struct fpt_session_options *options = &report->session->options;
	const struct fpt_timeline *timeline = sink->state;
	unsigned int i;

	if (!timeline->inodes)
		return;
	if (fpt_session__is_one_of_several(report->session))
		fprintf(sink->out, "%srun %u of %u, %s\n\n", options->run > 1 ? "\n" : "",
			options->run, options->tally->runs, options->log);
	for (i = 0; i < timeline->inodes; i++)
		print_inode(sink, report->session, timeline, i);
	if (timeline->left_out)
		fprintf(sink->out, "\n%" PRIu64 " later steps are left out: see --since\n",
			timeline->left_out);
	if (timeline->failed)
		fprintf(sink->out, "\nnot all of it: no memory\n");
	fprintf(sink->out, "\nfindings   %u about it\nverdict    %s, on the whole run\n",
		timeline->findings, fpt_verdict_name(report->verdict));
}

static void timeline_free(struct fpt_sink *sink)
{
	fpt_timeline__free(sink->state);
}

const struct fpt_output fpt_out_timeline = { .name = "timeline",
					     .every = timeline_every,
					     .finding = timeline_finding,
					     .end = timeline_end,
					     .free = timeline_free };
