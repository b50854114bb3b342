// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text for people: a line an event, and under an open that failed the cause in
 * the user's terms.  Every name passes fpt_sanitize().
 */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "out_text.h"
#include "report.h"
#include "value.h"
#include "wrap.h"

#define NS_PER_S UINT64_C(1000000000)

struct line {
	char text[2048];
	size_t used;
};

static void add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct line *line, const char *format, ...)
{
	size_t room = sizeof(line->text) - line->used;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(line->text + line->used, room, format, arguments);
	va_end(arguments);
	line->used += length < 0 ? 0 : (size_t)length < room ? (size_t)length : room - 1;
}

static void add_name(struct line *line, const char *name, size_t size)
{
	char words[300];

	fpt_sanitize(words, sizeof(words), name, size);
	add(line, "%-12s", words);
}

static void add_time(struct line *line, const struct fpt_session *session, uint64_t ts_ns)
{
	uint64_t unix_ns = ts_ns + session->run.realtime_offset_ns;
	uint64_t since = session->options.time == FPT_TIME_DELTA && session->last_ns
				 ? session->last_ns
				 : session->first_ns;
	time_t seconds = unix_ns / NS_PER_S;
	struct tm tm;
	char clock[16];

	switch (session->options.time) {
	case FPT_TIME_CLOCK:
	case FPT_TIME_CLOCK_US:
		localtime_r(&seconds, &tm);
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
		add(line, "%s", clock);
		if (session->options.time == FPT_TIME_CLOCK_US)
			add(line, ".%06" PRIu64, unix_ns % NS_PER_S / 1000);
		add(line, " ");
		break;
	case FPT_TIME_UNIX:
		add(line, "%" PRIu64 ".%06" PRIu64 " ", unix_ns / NS_PER_S,
		    unix_ns % NS_PER_S / 1000);
		break;
	case FPT_TIME_START:
	case FPT_TIME_DELTA:
		since = ts_ns > since ? ts_ns - since : 0;
		add(line, "%4" PRIu64 ".%06" PRIu64 " ", since / NS_PER_S, since % NS_PER_S / 1000);
		break;
	}
}

static const char *asked(uint64_t flags, unsigned int ino_bit)
{
	bool passthrough = flags >> 37 & 1, ino = ino_bit && ino_bit < 64 && (flags >> ino_bit & 1);

	if (passthrough)
		return ino ? "passthrough and passthrough_ino" : "passthrough";
	return ino ? "passthrough_ino" : "no passthrough";
}

static const char *in_force(uint32_t conn_flags)
{
	if (!(conn_flags & FPT_CONN_PASSTHROUGH))
		return "no passthrough";
	return conn_flags & FPT_CONN_PASSTHROUGH_INO ? "passthrough and passthrough_ino"
						     : "passthrough";
}

static void add_init(struct line *line, const struct fpt_session *session, const struct fpt_init *e)
{
	char mount[300], words[FPT_VALUE_MAX];

	fpt_session__mount_words(session, e->dev, mount, sizeof(mount));
	add(line, "%s (dev %s): ", mount, fpt_print_dev(words, sizeof(words), e->dev));
	if (e->ret) {
		add(line, "%s", fpt_print_errno(words, sizeof(words), e->ret));
		return;
	}
	add(line, "offered %s; requested %s; in force %s", asked(e->offered, e->ino_bit),
	    asked(e->requested, e->ino_bit), in_force(e->conn_flags));
	if (e->conn_flags & FPT_CONN_PASSTHROUGH)
		add(line, ", max_stack_depth %u", e->effective_stack_depth);
	if (e->conn_flags & FPT_CONN_WRITEBACK)
		add(line, ", writeback cache");
}

static void add_open(struct line *line, const struct fpt_open *e)
{
	char words[FPT_VALUE_MAX];

	add_name(line, e->name, sizeof(e->name));
	add(line, " nodeid %-4" PRIu64 " ", (uint64_t)e->nodeid);
	if (e->ret)
		add(line, "%s", fpt_print_errno(words, sizeof(words), e->ret));
	else if (e->file_mode == FPT_IOM_UNCACHED)
		add(line, "passthrough, backing id %d", e->backing_id);
	else
		add(line, "%s", e->file_mode == FPT_IOM_CACHED ? "cached" : "direct");
}

static void add_wait(struct line *line, const struct fpt_wait *e)
{
	add_name(line, e->name, sizeof(e->name));
	add(line, " nodeid %-4" PRIu64 " for direct writes: %d in flight", (uint64_t)e->nodeid,
	    -e->before_ctr);
}

static void add_backing_open(struct line *line, const struct fpt_backing_open *e)
{
	char words[FPT_VALUE_MAX];

	if (e->ret < 0)
		add(line, "fd %d: %s", e->fd, fpt_print_errno(words, sizeof(words), e->ret));
	else
		add(line, "backing id %d = ino %" PRIu64 " (dev %s)", e->ret,
		    (uint64_t)e->backing_ino, fpt_print_dev(words, sizeof(words), e->backing_dev));
}

/* Inner events, for those who look behind the scenes: every field by name. */
static void add_fields(struct line *line, const struct fpt_header *h)
{
	const struct fpt_kind_info *info = fpt_kind(h->kind);
	char words[300];
	size_t i;

	for (i = 0; info && i < info->nfields; i++) {
		const struct fpt_field *field = &info->fields[i];

		if (field->format == FPT_FORMAT_HIDDEN || field->format == FPT_FORMAT_KEY)
			continue;
		add(line, "%s%s=%s", i ? " " : "", field->name,
		    fpt_print_field(words, sizeof(words), field, h));
	}
}

static void add_what(struct line *line, const struct fpt_session *session,
		     const struct fpt_header *h)
{
	const struct fpt_backing_close *close = (const void *)h;
	const struct fpt_release *release = (const void *)h;
	char words[FPT_VALUE_MAX];

	switch (h->kind) {
	case FPT_INIT:
		return add_init(line, session, (const void *)h);
	case FPT_OPEN:
		return add_open(line, (const void *)h);
	case FPT_WAIT:
		return add_wait(line, (const void *)h);
	case FPT_RELEASE:
		add_name(line, release->name, sizeof(release->name));
		return add(line, " nodeid %-4" PRIu64, (uint64_t)release->nodeid);
	case FPT_BACKING_OPEN:
		return add_backing_open(line, (const void *)h);
	case FPT_BACKING_CLOSE:
		return add(line, "backing id %d%s%s", close->backing_id, close->ret ? ": " : "",
			   close->ret ? fpt_print_errno(words, sizeof(words), close->ret) : "");
	default:
		return add_fields(line, h);
	}
}

static const char *paint(const struct fpt_sink *sink, const struct fpt_check_info *check)
{
	if (!sink->color)
		return "";
	return check->severity == FPT_SEVERITY_WARNING ? "\033[33m" : "\033[31m";
}

static void print_tag(struct fpt_sink *sink, const struct fpt_finding *finding, size_t indent)
{
	const struct fpt_check_info *check = &fpt_checks[finding->check];

	fprintf(sink->out, "\n%*s%s[%s, %s %s]%s", (int)indent, "", paint(sink, check), check->id,
		fpt_who_name(check->who), fpt_severity_name(check->severity),
		sink->color ? "\033[0m" : "");
}

/* Short names for what users know; inner events keep the kernel's. */
static const char *label(const struct fpt_header *h)
{
	const struct fpt_kind_info *info = fpt_kind(h->kind);

	switch (h->kind) {
	case FPT_BACKING_OPEN:
		return "backing+";
	case FPT_BACKING_CLOSE:
		return "backing-";
	default:
		return info ? info->name : "unknown";
	}
}

static void print_called_from(FILE *out, const struct fpt_session *session, size_t indent)
{
	char words[FPT_CALLERS_WORDS];

	if (!session->called_from)
		return;
	fpt_callers__words(words, sizeof(words), session->called_from,
			   session->options.whole_stacks);
	fprintf(out, "\n%*scalled from: ", (int)indent, "");
	fpt_print_wrapped(out, words, indent + 2, indent + 13);
}

static void text_event(struct fpt_sink *sink, const struct fpt_session *session,
		       const struct fpt_header *h)
{
	const struct fpt_open *open = (const void *)h;
	bool because = h->kind == FPT_OPEN && open->ret < 0;
	FILE *out = sink->out;
	struct line head = {}, what = {};
	unsigned int i;

	add_time(&head, session, h->ts_ns);
	add(&head, "%-8s ", label(h));
	add_what(&what, session, h);
	for (i = 0; because && i < session->findings; i++)
		add(&what, "  because %s", session->finding[i].text);
	while (what.used && what.text[what.used - 1] == ' ')
		what.text[--what.used] = '\0';
	fputs(head.text, out);
	fpt_print_wrapped(out, what.text, head.used, head.used);
	for (i = 0; i < session->findings; i++) {
		if (!because) {
			fprintf(out, "\n%*s", (int)head.used, "");
			fpt_print_wrapped(out, session->finding[i].text, head.used, head.used);
		}
		print_tag(sink, &session->finding[i], head.used);
	}
	print_called_from(out, session, head.used);
	fputc('\n', out);
}

/* Which of several runs this is: their hosts or boots may differ. */
static void print_title(FILE *out, const struct fpt_session *session)
{
	const struct fpt_run_record *run = &session->run;
	char host[300], kernel[300], boot[64];

	fpt_sanitize(host, sizeof(host), run->host, sizeof(run->host));
	fpt_sanitize(kernel, sizeof(kernel), run->kernel, sizeof(run->kernel));
	fpt_sanitize(boot, sizeof(boot), run->boot_id, 8); /* enough to tell boots apart */
	fprintf(out, "\nrun %u of %u, %s: host %s, kernel %s, boot %s\n", session->options.run,
		session->options.tally->runs, session->options.log, host, kernel, boot);
}

static int text_begin(struct fpt_sink *sink, const struct fpt_session *session)
{
	static const char *const column[] = { "    SECONDS", "TIME    ", "TIME           ",
					      "UNIX TIME        ", "      DELTA" };

	if (fpt_session__is_one_of_several(session))
		print_title(sink->out, session);
	if (session->options.events)
		fprintf(sink->out, "%s%s EVENT    WHAT\n",
			fpt_session__is_one_of_several(session) ? "\n" : "",
			column[session->options.time]);
	return 0;
}

static void text_unread(struct fpt_sink *sink, unsigned int run, const char *log, const char *why)
{
	fprintf(sink->out, "\nrun %u, %s: cannot be read\n%11s", run, log, "");
	fpt_print_wrapped(sink->out, why, 11, 11);
	fputc('\n', sink->out);
}

static int text_close(struct fpt_sink *sink, const struct fpt_tally *tally)
{
	char words[100];

	if (tally && tally->runs > 1)
		fprintf(sink->out, "\nruns       %u: %s\n", tally->runs,
			fpt_tally__words(tally, words, sizeof(words)));
	return 0;
}

const struct fpt_output fpt_out_text = { .name = "text",
					 .begin = text_begin,
					 .event = text_event,
					 .end = fpt_text__end,
					 .unread = text_unread,
					 .close = text_close };
