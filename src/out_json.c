// SPDX-License-Identifier: GPL-2.0-only
/* JSON Lines: a header, events and findings as they come, a last summary. */
#include "json.h"
#include "session.h"
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

static struct fpt_json begin_line(struct fpt_session *session, const char *type)
{
	struct fpt_json json = { .out = session->options.out };

	fpt_json_begin(&json);
	member_string(&json, "type", type);
	return json;
}

static void end_line(struct fpt_json *json)
{
	fpt_json_end(json);
	fpt_json_end_line(json);
}

static void json_header(struct fpt_session *session)
{
	struct fpt_json json = begin_line(session, "header");

	fpt_json_key(&json, "version");
	fpt_json_number(&json, 1);
	member_string(&json, "fusept", session->run.fusept);
	member_string(&json, "kernel", session->run.kernel);
	member_string(&json, "host", session->run.host);
	member_string(&json, "boot_id", session->run.boot_id);
	fpt_json_key(&json, "realtime_offset_ns");
	fpt_json_id(&json, session->run.realtime_offset_ns);
	end_line(&json);
}

static void json_finding(struct fpt_session *session, const struct fpt_finding *finding)
{
	static const char *const severities[] = { "violation", "warning", "suspect" };
	const struct fpt_check_info *check = &fpt_checks[finding->check];
	struct fpt_json json = begin_line(session, "finding");
	char mount[300];

	member_string(&json, "check", check->id);
	member_string(&json, "who", fpt_who_name(check->who));
	member_string(&json, "severity", severities[check->severity]);
	member_string(&json, "invariant", check->invariant);
	member_string(&json, "mount",
		      fpt_session__mount_words(session, finding->dev, mount, sizeof(mount)));
	fpt_json_key(&json, "nodeid");
	fpt_json_id(&json, finding->nodeid);
	member_string(&json, "name", finding->name);
	member_string(&json, "text", finding->text);
	member_string(&json, "remedy", check->remedy);
	fpt_json_key(&json, "witness");
	fpt_json_event(&json, finding->event);
	end_line(&json);
}

static void json_event(struct fpt_session *session, const struct fpt_header *event)
{
	unsigned int i;

	fpt_json__event(session->options.out, event);
	for (i = 0; i < session->findings; i++)
		json_finding(session, &session->finding[i]);
}

static void events_member(struct fpt_json *json, const struct fpt_summary *summary)
{
	const struct fpt_kind_info *info;
	size_t i = 0;

	fpt_json_key(json, "events");
	fpt_json_begin(json);
	while ((info = fpt_kinds(&i)))
		if (info->kind < 64)
			member_count(json, info->name, summary->events[info->kind]);
	fpt_json_end(json);
}

static void cpus_member(struct fpt_json *json, const struct fpt_session *session)
{
	unsigned int i;

	fpt_json_key(json, "cpus");
	fpt_json_begin_array(json);
	for (i = 0; i < session->cpus; i++) {
		fpt_json_begin(json);
		member_count(json, "cpu", session->cpu[i].number);
		member_count(json, "produced", session->cpu[i].produced);
		member_count(json, "recorded", session->cpu[i].recorded);
		member_count(json, "lost", session->cpu[i].lost);
		fpt_json_end(json);
	}
	fpt_json_end_array(json);
}

static void checks_member(struct fpt_json *json, const struct fpt_session *session,
			  const struct fpt_summary *summary)
{
	int check;

	fpt_json_key(json, "checks");
	fpt_json_begin(json);
	for (check = 0; check < FPT_CHECK_MAX; check++) {
		fpt_json_key(json, fpt_checks[check].id);
		fpt_json_begin(json);
		member_count(json, "count", summary->findings[check]);
		fpt_json_key(json, "off");
		fpt_json_bool(json, !session->checker || fpt_checker__off(session->checker, check));
		fpt_json_end(json);
	}
	fpt_json_end(json);
}

static void json_summary(struct fpt_session *session, const char *why, const char *command)
{
	const struct fpt_summary *s = fpt_session__summary(session);
	struct fpt_json json = begin_line(session, "summary");
	uint64_t violations = 0, warnings = 0, suspects = 0;
	int who;

	for (who = 0; who < FPT_WHOS; who++) {
		violations += fpt_summary__count(s, FPT_SEVERITY_VIOLATION, who);
		warnings += fpt_summary__count(s, FPT_SEVERITY_WARNING, who);
		suspects += fpt_summary__count(s, FPT_SEVERITY_SUSPECT, who);
	}
	member_string(&json, "verdict", fpt_verdict_name(fpt_summary__verdict(s)));
	member_count(&json, "violations", violations);
	member_count(&json, "warnings", warnings);
	member_count(&json, "suspects", suspects);
	member_count(&json, "produced", s->produced);
	member_count(&json, "lost", s->lost);
	cpus_member(&json, session);
	member_count(&json, "missed", s->missed);
	member_count(&json, "not_judged", s->not_judged);
	member_count(&json, "unproven", s->unproven);
	member_count(&json, "gaps", s->gaps);
	member_count(&json, "impossible", s->impossible);
	member_string(&json, "first_impossible", s->impossible ? s->first_impossible : NULL);
	fpt_json_key(&json, "ended");
	fpt_json_bool(&json, s->ended);
	member_string(&json, "cut", why);
	member_string(&json, "command", command);
	fpt_json_key(&json, "opens");
	fpt_json_begin(&json);
	member_count(&json, "count", s->opens);
	member_count(&json, "passthrough", s->opens_passthrough);
	member_count(&json, "cached", s->opens_cached);
	member_count(&json, "direct", s->opens_direct);
	member_count(&json, "failed", s->opens_failed);
	fpt_json_end(&json);
	events_member(&json, s);
	checks_member(&json, session, s);
	end_line(&json);
	fflush(session->options.out);
}

const struct fpt_output fpt_out_json = { "json", json_header, json_event, json_summary };
