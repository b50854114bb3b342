// SPDX-License-Identifier: GPL-2.0-only
/* Drives checker and output from a stream of batches, live and audited alike. */
#include "session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "value.h"

/* A run that shares its reports with no other. */
static const struct fpt_tally alone = { .runs = 1 };

int fpt_session__init(struct fpt_session *session, const struct fpt_session_options *options)
{
	memset(session, 0, sizeof(*session));
	session->options = *options;
	return options->tally ? 0 : fpt_sinks__open(&session->options.sinks, &alone);
}

void fpt_session__free(struct fpt_session *session)
{
	fpt_checker__free(session->checker);
	fpt_stream__free(&session->stream);
	fpt_mounts__free(&session->mounts);
	fpt_kept__free(&session->kept);
	fpt_bytes__free(&session->bytes);
	fpt_callers__free(&session->callers);
	fpt_assertions__free(&session->options.assertions);
	if (session->options.tally)
		fpt_sinks__end_run(&session->options.sinks);
	else
		fpt_sinks__close(&session->options.sinks, NULL);
	free(session->cpu);
}

bool fpt_session__is_one_of_several(const struct fpt_session *session)
{
	return session->options.tally && session->options.tally->runs > 1;
}

static void keep_finding(void *context, const struct fpt_finding *finding)
{
	struct fpt_session *session = context;
	struct fpt_finding with_stack = *finding;
	char mount[FPT_MOUNT_WORDS];

	with_stack.called_from = session->called_from;
	fpt_kept__add(&session->kept, &with_stack,
		      fpt_session__mount_words(session, finding->dev, mount, sizeof(mount)));
	if (session->findings < FPT_FINDINGS_PER_EVENT)
		session->finding[session->findings++] = with_stack;
}

/* Every sink's @function that there is, with the session and more. */
#define TELL(session, function, ...) \
	do { \
		struct fpt_sinks *sinks_ = &(session)->options.sinks; \
		unsigned int i_; \
\
		for (i_ = 0; i_ < sinks_->count; i_++) \
			if (sinks_->sink[i_].form->function) \
				sinks_->sink[i_].form->function(&sinks_->sink[i_], __VA_ARGS__); \
	} while (0)

static int begin_sinks(struct fpt_session *session)
{
	struct fpt_sinks *sinks = &session->options.sinks;
	unsigned int i;
	int err = 0;

	session->tells_events = session->options.events;
	for (i = 0; i < sinks->count && !err; i++) {
		session->tells_events |= sinks->sink[i].form->every != NULL;
		if (sinks->sink[i].form->begin)
			err = sinks->sink[i].form->begin(&sinks->sink[i], session);
	}
	return err;
}

static int start(struct fpt_session *session, const struct fpt_run_record *run)
{
	struct fpt_checker_options options = {
		.events = run->events,
		.some_tasks_only = run->some_tasks_only,
		.only_ino = run->only_ino,
		.report = keep_finding,
		.context = session,
	};
	int err;

	if (session->checker) {
		fpt_checker__impossible(session->checker, NULL,
					"a second run begins in the stream");
		return 0;
	}
	session->run = *run;
	session->checker = fpt_checker__new(&options);
	if (!session->checker)
		return -ENOMEM;
	err = begin_sinks(session);
	/* What was damaged before it. */
	if (!err && session->stream.gap)
		fpt_session__gap(session);
	return err;
}

static int take_cpu(struct fpt_session *session, const struct fpt_cpu_record *record)
{
	struct fpt_cpu_record *grown;

	if (session->checker)
		fpt_stream__cpu(&session->stream, session->checker, record);
	if (session->cpus == FPT_MAX_CPUS)
		return 0;
	grown = realloc(session->cpu, (session->cpus + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	grown[session->cpus++] = *record;
	session->cpu = grown;
	return 0;
}

/* 0; 1: it tells nothing new; -errno. */
static int take_record(struct fpt_session *session, const struct fpt_header *h)
{
	const struct fpt_mount_record *mount = (const void *)h;
	struct fpt_mount known = {};

	switch (h->kind) {
	case FPT_RUN:
		return start(session, (const void *)h);
	case FPT_TARGET:
		if (session->targets < 2)
			session->target[session->targets++] = *(const struct fpt_target_record *)h;
		return 0;
	case FPT_CPU:
		return take_cpu(session, (const void *)h);
	case FPT_FRAME:
		return fpt_callers__frame(&session->callers, (const void *)h);
	case FPT_MOVED:
		return fpt_bytes__take(&session->bytes, (const void *)h);
	case FPT_MOUNT:
		known.dev = mount->dev;
		snprintf(known.fstype, sizeof(known.fstype), "%.15s", mount->fstype);
		snprintf(known.path, sizeof(known.path), "%.255s", mount->path);
		return fpt_mounts__add(&session->mounts, &known);
	case FPT_TIME:
		return 0;
	}
	if (!session->checker)
		return -EPROTO;
	fpt_checker__impossible(
		session->checker, NULL,
		"a record of kind %u, unknown here: read the log with the fusept that wrote it",
		h->kind);
	return 0;
}

struct fpt_filter_run fpt_session__filter_run(const struct fpt_session *session)
{
	return (struct fpt_filter_run){ .first_ns = session->first_ns,
					.realtime_offset_ns = session->run.realtime_offset_ns,
					.mounts = &session->mounts };
}

static bool passes(const struct fpt_session *session, const struct fpt_header *event)
{
	const struct fpt_filter_run run = fpt_session__filter_run(session);

	return !session->options.filter || fpt_filter__event(session->options.filter, &run, event);
}

/* Of the current event's findings, leaves those that are to be shown. */
static void filter_findings(struct fpt_session *session)
{
	const struct fpt_filter_run run = fpt_session__filter_run(session);
	unsigned int i, kept = 0;

	if (!session->options.filter)
		return;
	for (i = 0; i < session->findings; i++)
		if (fpt_filter__finding(session->options.filter, &run, &session->finding[i]))
			session->finding[kept++] = session->finding[i];
	session->findings = kept;
}

bool fpt_session__is_of_server(const struct fpt_session *session)
{
	return session->run.events && !(session->run.events & ~FPT_SERVER_LOG_EVENTS);
}

bool fpt_session__knows_opens(const struct fpt_session *session)
{
	return session->run.events >> FPT_OPEN & 1;
}

bool fpt_session__shows(const struct fpt_session *session, const struct fpt_header *event)
{
	const unsigned long long usual = 1ULL << FPT_INIT | 1ULL << FPT_BACKING_OPEN |
					 1ULL << FPT_BACKING_CLOSE | 1ULL << FPT_OPEN |
					 1ULL << FPT_RELEASE | 1ULL << FPT_WAIT;
	const struct fpt_open *open = (const void *)event;

	if (session->findings)
		return true;
	if (event->kind == FPT_CALLED_FROM)
		return false; /* it is shown with its event */
	if (session->options.filter &&
	    (session->options.filter->some_checks || !passes(session, event)))
		return false;
	if (session->options.failures_only)
		return event->kind == FPT_OPEN && open->ret < 0 &&
		       (!session->options.only_errno || open->ret == -session->options.only_errno);
	if (session->options.all_events)
		return true;
	return event->kind < 64 && (usual >> event->kind & 1);
}

bool fpt_session__full(const struct fpt_session *session)
{
	uint64_t max = session->options.max_events;

	return max && session->printed >= max;
}

static void tell_findings(struct fpt_session *session)
{
	unsigned int i;

	for (i = 0; i < session->findings; i++)
		TELL(session, finding, session, &session->finding[i]);
}

static __attribute__((noinline)) void tell_event(struct fpt_session *session,
						 const struct fpt_header *event)
{
	filter_findings(session);
	if (passes(session, event))
		TELL(session, every, session, event);
	tell_findings(session);
	if (session->options.events && !fpt_session__full(session) &&
	    fpt_session__shows(session, event)) {
		TELL(session, event, session, event);
		session->printed++;
	}
}

/* Judged whether or not it is printed: the verdict is on all that was recorded. */
static int take_event(struct fpt_session *session, const struct fpt_header *event)
{
	bool understood;
	int err;

	if (!session->first_ns)
		session->first_ns = event->ts_ns;
	session->findings = 0;
	session->called_from = fpt_callers__of(&session->callers, event);
	understood = fpt_checker__event(session->checker, event);
	err = fpt_stream__event(&session->stream, session->checker, event);
	if (understood && event->kind == FPT_CALLED_FROM && !err)
		err = fpt_callers__take(&session->callers, (const void *)event);
	if (understood && event->kind == FPT_OPEN)
		fpt_coverage__open(&session->coverage, (const void *)event,
				   session->findings ? (int)session->finding[0].check : -1);
	/* Most events of most runs are fine, and of no report. */
	if (!understood)
		TELL(session, strange, session, event);
	else if (session->findings || session->tells_events)
		tell_event(session, event);
	session->called_from = NULL;
	session->last_ns = event->ts_ns;
	return err;
}

/* A suspicion comes of time passing: its witness is the event that began it. */
static void tick(struct fpt_session *session, uint64_t ts_ns)
{
	session->findings = 0;
	fpt_checker__tick(session->checker, ts_ns);
	filter_findings(session);
	tell_findings(session);
	if (session->findings && session->options.events && !fpt_session__full(session))
		TELL(session, event, session, session->finding[0].event);
	session->findings = 0;
}

static void flush_sinks(struct fpt_session *session)
{
	unsigned int i;

	for (i = 0; i < session->options.sinks.count; i++)
		fflush(session->options.sinks.sink[i].out);
}

/* So many events after @event; NULL: there are not. */
static const struct fpt_header *after(const struct fpt_batch *batch, const struct fpt_header *event,
				      unsigned int count)
{
	while (event && count--)
		event = fpt_batch__next(batch, event);
	return event;
}

/* What the checker is told of before it comes; NULL: nothing. */
struct ahead {
	const struct fpt_header *soon, *later;
};

static struct ahead begin_ahead(const struct fpt_session *session, const struct fpt_batch *batch)
{
	const struct fpt_header *first = fpt_batch__next(batch, NULL);

	if (!session->checker || !fpt_checker__looks_ahead(session->checker))
		return (struct ahead){ NULL, NULL };
	return (struct ahead){ after(batch, first, FPT_CHECKER_AHEAD / 2),
			       after(batch, first, FPT_CHECKER_AHEAD) };
}

static void look_ahead(struct fpt_session *session, const struct fpt_batch *batch,
		       struct ahead *ahead)
{
	fpt_checker__ahead(session->checker, ahead->soon, ahead->later);
	ahead->soon = after(batch, ahead->soon, 1);
	ahead->later = after(batch, ahead->later, 1);
}

/* A batch that comes in parts is told as the one that it was. */
static void tell_batch(struct fpt_session *session, const struct fpt_batch *batch)
{
	struct fpt_batch whole = *batch;

	whole.lost += session->parts_lost;
	whole.missed += session->parts_missed;
	session->parts_lost = batch->more ? whole.lost : 0;
	session->parts_missed = batch->more ? whole.missed : 0;
	if (session->checker && !batch->more)
		TELL(session, batch, session, &whole);
}

int fpt_session__batch(struct fpt_session *session, const struct fpt_batch *batch)
{
	const struct fpt_header *event;
	struct ahead ahead = begin_ahead(session, batch);
	bool told = false;
	int err = 0;

	for (event = fpt_batch__next(batch, NULL); event && err == 0;
	     event = fpt_batch__next(batch, event)) {
		if (event->kind >= FPT_RECORD_FIRST) {
			err = take_record(session, event);
			if (session->checker && !err) {
				TELL(session, record, session, event);
				tick(session, event->ts_ns);
			}
			err = err < 0 ? err : 0;
			continue;
		}
		/* Behind damage the records of the run come once more. */
		if (!session->checker && session->stream.gap)
			continue;
		if (!session->checker)
			return -EPROTO;
		if (!told)
			fpt_checker__batch(session->checker, batch);
		told = true;
		if (ahead.soon)
			look_ahead(session, batch, &ahead);
		err = take_event(session, event);
	}
	if (!session->checker && batch->end)
		return -EPROTO;
	if (session->checker && !told && err == 0)
		fpt_checker__batch(session->checker, batch);
	if (session->checker && batch->end && err == 0)
		fpt_stream__end(&session->stream, session->checker, batch);
	/* As many ticks as there were live: when all of the batch is there. */
	if (told && err == 0 && !batch->more)
		tick(session, session->last_ns);
	tell_batch(session, batch);
	flush_sinks(session);
	return err;
}

unsigned int fpt_session__waiting(const struct fpt_session *session)
{
	return session->checker ? fpt_checker__waiting(session->checker) : 0;
}

void fpt_session__gap(struct fpt_session *session)
{
	session->stream.gap = true;
	if (!session->checker)
		return;
	fpt_checker__gap(session->checker);
	TELL(session, gap, session);
}

/* "LOG: " of one of several runs, for messages; else "". */
static const char *log_words(const struct fpt_session *session, char *out, size_t size)
{
	*out = '\0';
	if (fpt_session__is_one_of_several(session))
		snprintf(out, size, "%s: ", session->options.log);
	return out;
}

/* Of a form for people nobody needs to be told twice. */
static void tell_failures(const struct fpt_session *session)
{
	const struct fpt_assertions *assertions = &session->options.assertions;
	char where[300], log[300];
	size_t i;

	if (session->options.sinks.sink[0].form == &fpt_out_text)
		return;
	for (i = 0; i < assertions->count; i++)
		if (!assertions->item[i].holds)
			fprintf(stderr, "%s: %sassertion failed: %s%s (%s)\n",
				program_invocation_short_name, log_words(session, log, sizeof(log)),
				fpt_assertion__where(&assertions->item[i], where, sizeof(where)),
				assertions->item[i].expression,
				assertions->item[i].found ? assertions->item[i].found : "?");
}

int fpt_session__end(struct fpt_session *session, const struct fpt_ending *ending)
{
	struct fpt_tally *tally = session->options.tally, mine = alone;
	struct fpt_report report;
	int err;

	fpt_report__make(&report, session, ending);
	err = fpt_report__judge(&report, &session->options.assertions);
	if (err) {
		fprintf(stderr, "%s: cannot judge the assertions: %s\n",
			program_invocation_short_name, strerror(-err));
		return FPT_EXIT_USAGE;
	}
	TELL(session, end, &report);
	tell_failures(session);
	(tally ?: &mine)->verdicts[report.verdict]++;
	/* A verdict is worth more than a report that is not complete. */
	if (!tally && fpt_sinks__close(&session->options.sinks, &mine) && !report.failed)
		return FPT_EXIT_USAGE;
	return report.exit;
}

const struct fpt_summary *fpt_session__summary(const struct fpt_session *session)
{
	return session->checker ? fpt_checker__summary(session->checker) : &session->no_summary;
}

void fpt_session__warn(const struct fpt_session *session, const char *program)
{
	const struct fpt_summary *summary = fpt_session__summary(session);
	char log[300];

	if (summary->impossible)
		fprintf(stderr,
			"%s: %simpossible history in %" PRIu64
			" place%s, do not trust this recording, record again; the first: %s\n",
			program, log_words(session, log, sizeof(log)), summary->impossible,
			summary->impossible > 1 ? "s" : "", summary->first_impossible);
}

const char *fpt_session__mount_words(const struct fpt_session *session, uint32_t dev, char *out,
				     size_t size)
{
	const struct fpt_mount *mount = fpt_mounts__by_dev(&session->mounts, dev);
	char words[FPT_VALUE_MAX];

	if (mount)
		fpt_sanitize(out, size, mount->path, sizeof(mount->path));
	else
		snprintf(out, size, "dev %s", fpt_print_dev(words, sizeof(words), dev));
	return out;
}
