// SPDX-License-Identifier: GPL-2.0-only
/*
 * The summary document.  A member that comes, goes or changes here does so in
 * schema.c too; a test holds the two together.
 */
#include "report.h"
#include "table.h"
#include "target.h"
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

static void member_bool(struct fpt_json *json, const char *key, bool value)
{
	fpt_json_key(json, key);
	fpt_json_bool(json, value);
}

static void begin_member(struct fpt_json *json, const char *key)
{
	fpt_json_key(json, key);
	fpt_json_begin(json);
}

static void run_members(struct fpt_json *json, const struct fpt_session *session)
{
	const struct fpt_run_record *run = &session->run;
	char dev[FPT_VALUE_MAX];

	member_string(json, "log",
		      fpt_session__is_one_of_several(session) ? session->options.log : NULL);
	member_string(json, "fusept", run->fusept);
	member_string(json, "kernel", run->kernel);
	member_string(json, "host", run->host);
	member_string(json, "boot_id", run->boot_id);
	fpt_json_key(json, "realtime_offset_ns");
	fpt_json_id(json, run->realtime_offset_ns);
	member_count(json, "first_ns", session->first_ns);
	member_count(json, "last_ns", session->last_ns);
	begin_member(json, "filter");
	fpt_json_key(json, "ino");
	run->only_ino ? fpt_json_id(json, run->only_ino) : fpt_json_string(json, NULL);
	member_string(json, "dev",
		      run->only_dev ? fpt_print_dev(dev, sizeof(dev), run->only_dev) : NULL);
	member_bool(json, "processes", run->some_tasks_only);
	fpt_json_end(json);
}

static void targets_member(struct fpt_json *json, const struct fpt_session *session)
{
	unsigned int i;
	int hook;

	fpt_json_key(json, "targets");
	fpt_json_begin_array(json);
	for (i = 0; i < session->targets; i++) {
		const struct fpt_target_record *target = &session->target[i];

		fpt_json_begin(json);
		member_string(json, "name", target->fstype);
		member_count(json, "ino_bit", target->ino_bit);
		begin_member(json, "hooks");
		for (hook = 0; hook < FPT_HOOK_MAX; hook++)
			member_string(json, fpt_hooks[hook].program,
				      hook < 64 && target->hooks >> hook & 1 ? "on" : "off");
		fpt_json_end(json);
		fpt_json_end(json);
	}
	fpt_json_end_array(json);
}

/* What is not known is null, which is no zero. */
static void member_known(struct fpt_json *json, const char *key, bool known, uint64_t count)
{
	fpt_json_key(json, key);
	if (known)
		fpt_json_unsigned(json, count);
	else
		fpt_json_string(json, NULL);
}

static void way_member(struct fpt_json *json, const char *key, bool known, uint64_t read,
		       uint64_t written)
{
	begin_member(json, key);
	member_known(json, "read", known, read);
	member_known(json, "written", known, written);
	fpt_json_end(json);
}

static void moved_members(struct fpt_json *json, bool known, struct fpt_moved moved)
{
	way_member(json, "backing", known, moved.backing_read, moved.backing_written);
	way_member(json, "server", known, moved.server_read, moved.server_written);
}

static void mounts_member(struct fpt_json *json, const struct fpt_session *session)
{
	char dev[FPT_VALUE_MAX];
	size_t i;

	fpt_json_key(json, "mounts");
	fpt_json_begin_array(json);
	for (i = 0; i < session->mounts.count; i++) {
		const struct fpt_mount *mount = &session->mounts.mount[i];

		fpt_json_begin(json);
		member_string(json, "path", mount->path);
		member_string(json, "fstype", mount->fstype);
		member_string(json, "dev", fpt_print_dev(dev, sizeof(dev), mount->dev));
		begin_member(json, "bytes");
		moved_members(json, session->bytes.known,
			      fpt_bytes__of(&session->bytes, mount->dev));
		fpt_json_end(json);
		fpt_json_end(json);
	}
	fpt_json_end_array(json);
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

static void evidence_members(struct fpt_json *json, const struct fpt_report *report)
{
	const struct fpt_summary *s = report->summary;

	member_count(json, "produced", s->produced);
	member_count(json, "lost", s->lost);
	cpus_member(json, report->session);
	member_count(json, "missed", s->missed);
	member_count(json, "not_judged", s->not_judged);
	member_count(json, "unproven", s->unproven);
	member_count(json, "gaps", s->gaps);
	member_count(json, "impossible", s->impossible);
	member_string(json, "first_impossible", s->impossible ? s->first_impossible : NULL);
	member_bool(json, "ended", s->ended);
	member_string(json, "cut", report->ending->cut);
	member_string(json, "command", report->ending->command);
	fpt_json_key(json, "command_status");
	if (report->ending->command && report->ending->command_status >= 0)
		fpt_json_number(json, report->ending->command_status);
	else
		fpt_json_string(json, NULL);
}

/* Of no opens there is no share: null, which is in no relation that holds. */
static void member_share(struct fpt_json *json, const char *key, bool known, uint64_t count,
			 uint64_t all)
{
	begin_member(json, key);
	member_known(json, "count", known, count);
	fpt_json_key(json, "share");
	if (known && all)
		fpt_json_real(json, (double)count / (double)all);
	else
		fpt_json_string(json, NULL);
	fpt_json_end(json);
}

static void opens_member(struct fpt_json *json, const struct fpt_report *report)
{
	const struct fpt_coverage *coverage = &report->session->coverage;
	const bool known = fpt_session__knows_opens(report->session);
	const struct fpt_summary *s = report->summary;
	int reason, check;

	begin_member(json, "opens");
	member_known(json, "count", known, s->opens);
	member_share(json, "eligible", known, coverage->eligible, s->opens);
	member_share(json, "served", known, coverage->served, s->opens);
	member_share(json, "passthrough", known, s->opens_passthrough, s->opens);
	member_share(json, "cached", known, s->opens_cached, s->opens);
	member_share(json, "direct", known, s->opens_direct, s->opens);
	member_share(json, "failed", known, s->opens_failed, s->opens);
	begin_member(json, "reasons");
	for (reason = 0; reason < FPT_REASON_MAX; reason++)
		member_known(json, fpt_reasons[reason].name, known, coverage->reason[reason]);
	fpt_json_end(json);
	begin_member(json, "refused");
	for (check = 0; check < FPT_CHECK_MAX; check++)
		if (coverage->refused[check])
			member_count(json, fpt_checks[check].id, coverage->refused[check]);
	fpt_json_end(json);
	fpt_json_end(json);
}

static void bytes_member(struct fpt_json *json, const struct fpt_bytes *bytes)
{
	begin_member(json, "bytes");
	moved_members(json, bytes->known, fpt_bytes__total(bytes));
	member_known(json, "missed", bytes->known, bytes->missed);
	fpt_json_end(json);
}

static void events_member(struct fpt_json *json, const struct fpt_summary *summary)
{
	const struct fpt_kind_info *info;
	size_t i = 0;

	begin_member(json, "events");
	while ((info = fpt_kinds(&i)))
		if (info->kind < 64)
			member_count(json, info->name, summary->events[info->kind]);
	fpt_json_end(json);
}

static void checks_member(struct fpt_json *json, const struct fpt_report *report)
{
	const struct fpt_checker *checker = report->session->checker;
	int check;

	begin_member(json, "checks");
	for (check = 0; check < FPT_CHECK_MAX; check++) {
		bool off = !checker || fpt_checker__off(checker, check);

		begin_member(json, fpt_checks[check].id);
		member_count(json, "count", report->summary->findings[check]);
		member_string(json, "severity", fpt_severity_word(fpt_checks[check].severity));
		member_string(json, "who", fpt_who_name(fpt_checks[check].who));
		member_string(json, "state", off ? "off" : "on");
		fpt_json_end(json);
	}
	fpt_json_end(json);
}

static void assertions_member(struct fpt_json *json, const struct fpt_assertions *assertions)
{
	size_t i;

	fpt_json_key(json, "assertions");
	fpt_json_begin_array(json);
	for (i = 0; i < assertions->count; i++) {
		fpt_json_begin(json);
		member_string(json, "assertion", assertions->item[i].expression);
		member_string(json, "file", assertions->item[i].file);
		fpt_json_key(json, "line");
		if (assertions->item[i].file)
			fpt_json_unsigned(json, assertions->item[i].line);
		else
			fpt_json_string(json, NULL);
		member_bool(json, "holds", assertions->item[i].holds);
		member_string(json, "found", assertions->item[i].found);
		fpt_json_end(json);
	}
	fpt_json_end_array(json);
}

void fpt_report__members(struct fpt_json *json, const struct fpt_report *report)
{
	member_string(json, "type", "summary");
	member_string(json, "verdict", fpt_verdict_name(report->verdict));
	fpt_json_key(json, "exit");
	fpt_json_number(json, report->exit);
	member_count(json, "violations", report->count[FPT_SEVERITY_VIOLATION]);
	member_count(json, "warnings", report->count[FPT_SEVERITY_WARNING]);
	member_count(json, "suspects", report->count[FPT_SEVERITY_SUSPECT]);
	evidence_members(json, report);
	opens_member(json, report);
	bytes_member(json, &report->session->bytes);
	events_member(json, report->summary);
	checks_member(json, report);
	run_members(json, report->session);
	targets_member(json, report->session);
	mounts_member(json, report->session);
	if (report->assertions)
		assertions_member(json, report->assertions);
}
