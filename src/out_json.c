// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON Lines: a header, events and findings as they come, a last summary.  Where no option leaves
 * events out, the lines hold the whole stream, from which source_jsonl.c gives the same verdict.
 */
#include <string.h>

#include "json.h"
#include "report.h"
#include "value.h"

static void member_string(struct fpt_json *json, const char *key, const char *value)
{
	fpt_json_key(json, key);
	fpt_json_string(json, value);
}

static void member_count(struct fpt_json *json, const char *key, uint64_t value)
{
	fpt_json_key(json, key);
	fpt_json_unsigned(json, value);
}

static struct fpt_json begin_line(const struct fpt_sink *sink, const char *type)
{
	struct fpt_json json = { .out = sink->out };

	fpt_json_begin(&json);
	member_string(&json, "type", type);
	return json;
}

static void end_line(struct fpt_json *json)
{
	fpt_json_end(json);
	fpt_json_end_line(json);
}

/* "all": the stream as it is; "shown": only events that the options let through. */
static const char *events_word(const struct fpt_session *session)
{
	const struct fpt_session_options *options = &session->options;

	if (!options->events)
		return "none";
	return options->failures_only || options->max_events || options->filter ? "shown" : "all";
}

static bool is_whole(const struct fpt_session *session)
{
	return strcmp(events_word(session), "all") == 0;
}

static int json_begin(struct fpt_sink *sink, const struct fpt_session *session)
{
	struct fpt_json json = begin_line(sink, "header");

	fpt_json_key(&json, "version");
	fpt_json_number(&json, 1);
	member_string(&json, "fusept", session->run.fusept);
	member_string(&json, "kernel", session->run.kernel);
	member_string(&json, "host", session->run.host);
	member_string(&json, "boot_id", session->run.boot_id);
	fpt_json_key(&json, "realtime_offset_ns");
	fpt_json_id(&json, session->run.realtime_offset_ns);
	member_string(&json, "log",
		      fpt_session__is_one_of_several(session) ? session->options.log : NULL);
	member_string(&json, "events", events_word(session));
	end_line(&json);
	return 0;
}

static void write_finding(struct fpt_sink *sink, const struct fpt_session *session,
			  const struct fpt_finding *finding)
{
	const struct fpt_check_info *check = &fpt_checks[finding->check];
	struct fpt_json json = begin_line(sink, "finding");
	char mount[300];

	member_string(&json, "check", check->id);
	member_string(&json, "who", fpt_who_name(check->who));
	member_string(&json, "severity", fpt_severity_word(check->severity));
	member_string(&json, "invariant", check->invariant);
	member_string(&json, "mount",
		      fpt_session__mount_words(session, finding->dev, mount, sizeof(mount)));
	fpt_json_key(&json, "nodeid");
	fpt_json_id(&json, finding->nodeid);
	member_string(&json, "name", finding->name);
	member_string(&json, "text", finding->text);
	member_string(&json, "remedy", check->remedy);
	fpt_json_key(&json, "witness");
	fpt_json_event(&json, finding->event, finding->called_from);
	end_line(&json);
}

static void json_every(struct fpt_sink *sink, const struct fpt_session *session,
		       const struct fpt_header *event)
{
	if (is_whole(session))
		fpt_json__event(sink->out, event, session->called_from);
}

/* So that who reads this comes to the same verdict. */
static void json_strange(struct fpt_sink *sink, const struct fpt_session *session,
			 const struct fpt_header *event)
{
	struct fpt_header head = *event;

	if (fpt_kind(head.kind))
		head.kind = FPT_UNKNOWN_KIND;
	if (is_whole(session))
		fpt_json__event(sink->out, &head, NULL);
}

static void json_finding(struct fpt_sink *sink, const struct fpt_session *session,
			 const struct fpt_finding *finding)
{
	if (is_whole(session))
		write_finding(sink, session, finding);
}

static void json_batch(struct fpt_sink *sink, const struct fpt_session *session,
		       const struct fpt_batch *batch)
{
	struct fpt_json json;

	if (!is_whole(session))
		return;
	json = begin_line(sink, batch->end ? "end" : "batch");
	member_count(&json, "lost", batch->lost);
	member_count(&json, "missed", batch->missed);
	if (batch->end)
		member_count(&json, "produced", batch->produced);
	end_line(&json);
}

static void json_gap(struct fpt_sink *sink, const struct fpt_session *session)
{
	struct fpt_json json;

	if (!is_whole(session))
		return;
	json = begin_line(sink, "gap");
	end_line(&json);
}

static void json_event(struct fpt_sink *sink, const struct fpt_session *session,
		       const struct fpt_header *event)
{
	unsigned int i;

	if (is_whole(session))
		return; /* it was told already */
	fpt_json__event(sink->out, event, session->called_from);
	for (i = 0; i < session->findings; i++)
		write_finding(sink, session, &session->finding[i]);
}

static void json_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	struct fpt_json json = { .out = sink->out };

	fpt_json_begin(&json);
	fpt_report__members(&json, report);
	end_line(&json);
}

const struct fpt_output fpt_out_json = {
	.name = "json",
	.begin = json_begin,
	.every = json_every,
	.strange = json_strange,
	.finding = json_finding,
	.event = json_event,
	.record = json_every,
	.batch = json_batch,
	.gap = json_gap,
	.end = json_end,
};
