// SPDX-License-Identifier: GPL-2.0-only
/* The end of a report for people: counts, what was lost, what was off, and the verdict. */
#include <inttypes.h>
#include <string.h>

#include "out_text.h"
#include "report.h"
#include "value.h"
#include "wrap.h"

static void print_counts(FILE *out, const struct fpt_summary *summary)
{
	const struct fpt_kind_info *info;
	size_t i = 0;

	fprintf(out, "\n%10s  %s\n", "COUNT", "EVENT");
	while ((info = fpt_kinds(&i)))
		if (info->kind < 64 && summary->events[info->kind])
			fprintf(out, "%10" PRIu64 "  %-16s %s\n", summary->events[info->kind],
				info->name, info->text);
}

static void print_losses(FILE *out, const struct fpt_session *session)
{
	unsigned int i;

	for (i = 0; i < session->cpus; i++)
		if (session->cpu[i].lost)
			fprintf(out,
				"lost       %" PRIu64 " of %" PRIu64 " events of cpu %" PRIu64 "\n",
				(uint64_t)session->cpu[i].lost, (uint64_t)session->cpu[i].produced,
				(uint64_t)session->cpu[i].number);
}

static void print_checks_off(FILE *out, const struct fpt_session *session)
{
	bool of_server = fpt_session__is_of_server(session);
	int check, off = 0, all = 0;

	for (check = 0; session->checker && check < FPT_CHECK_MAX; check++) {
		/* Those for another kind of log would be off in every run. */
		if (fpt_check__is_of_server(check) && !of_server)
			continue;
		all++;
		off += fpt_checker__off(session->checker, check);
	}
	if (off)
		fprintf(out, "checks     %d of %d are off: %s\n", off, all,
			of_server
				? "the debug log of a server does not show what they need (-c lists them)"
			: session->run.some_tasks_only
				? "a filter on processes hides the history they need"
				: "this kernel lacks hooks they need (fusept-trace --features)");
}

/* What a debug log cannot show is by its nature, not by chance: who asks for counts gets it all. */
static void list_checks_off(FILE *out, const struct fpt_report *report)
{
	const struct fpt_session *session = report->session;
	char words[300];
	int check;

	if (!session->options.counts || !fpt_session__is_of_server(session))
		return;
	for (check = 0; check < FPT_CHECK_MAX; check++) {
		if (!fpt_checker__off(session->checker, check))
			continue;
		fprintf(out, "%11s%s: ", "", fpt_checks[check].id);
		fpt_report__off_words(report, check, words, sizeof(words));
		fpt_print_wrapped(out, words, 13, 13 + strlen(fpt_checks[check].id));
		fputc('\n', out);
	}
}

static void print_check(FILE *out, int check, uint64_t count)
{
	fprintf(out, "%8" PRIu64 " x %s\n%11s", count, fpt_checks[check].id, "");
	fpt_print_wrapped(out, fpt_checks[check].rule, 11, 11);
	fprintf(out, "\n%11sremedy: ", "");
	fpt_print_wrapped(out, fpt_checks[check].remedy, 11, 19);
	fputc('\n', out);
}

static void print_verdict(FILE *out, const struct fpt_report *report)
{
	const struct fpt_summary *summary = report->summary;
	int severity, who, check;

	fprintf(out, "verdict    %s", fpt_verdict_name(report->verdict));
	for (severity = 0; severity < FPT_SEVERITIES; severity++)
		for (who = 0; who < FPT_WHOS; who++) {
			uint64_t count = fpt_summary__count(summary, severity, who);

			if (count)
				fprintf(out, ", %" PRIu64 " %s %s%s", count, fpt_who_name(who),
					fpt_severity_name(severity), count > 1 ? "s" : "");
		}
	fputc('\n', out);
	for (check = 0; check < FPT_CHECK_MAX; check++)
		if (summary->findings[check])
			print_check(out, check, summary->findings[check]);
}

static void print_assertions(FILE *out, const struct fpt_assertions *assertions)
{
	char words[600], all[900], where[300];
	size_t i;

	if (!assertions->count)
		return;
	fprintf(out, "asserted   %zu of %zu hold\n", assertions->count - assertions->failed,
		assertions->count);
	for (i = 0; i < assertions->count; i++) {
		const struct fpt_assertion *assertion = &assertions->item[i];

		if (assertion->holds)
			continue;
		fprintf(out, "%11sfailed: ", "");
		fpt_sanitize(words, sizeof(words), assertion->expression, SIZE_MAX);
		snprintf(all, sizeof(all), "%s%s",
			 fpt_assertion__where(assertion, where, sizeof(where)), words);
		fpt_print_wrapped(out, all, 11, 19);
		fprintf(out, "\n%11sfound: ", "");
		fpt_print_wrapped(out, assertion->found ? assertion->found : "?", 11, 18);
		fputc('\n', out);
	}
}

static void print_impossible(FILE *out, const struct fpt_summary *summary)
{
	if (!summary->impossible)
		return;
	fprintf(out,
		"impossible history in %" PRIu64
		" place%s: what was recorded contradicts itself; the first:\n%11s",
		summary->impossible, summary->impossible > 1 ? "s" : "", "");
	fpt_print_wrapped(out, summary->first_impossible, 11, 11);
	fputc('\n', out);
}

static void print_bytes(FILE *out, const struct fpt_bytes *bytes)
{
	struct fpt_moved total = fpt_bytes__total(bytes);

	if (!bytes->known)
		return;
	fprintf(out, "read       %" PRIu64 " bytes past the server, %" PRIu64 " from it\n",
		(uint64_t)total.backing_read, (uint64_t)total.server_read);
	fprintf(out, "written    %" PRIu64 " bytes past the server, %" PRIu64 " to it\n",
		(uint64_t)total.backing_written, (uint64_t)total.server_written);
	if (bytes->missed)
		fprintf(out, "           and those of %" PRIu64 " counts that the kernel skipped\n",
			bytes->missed);
}

static void print_opens(FILE *out, const struct fpt_session *session, const struct fpt_summary *s)
{
	if (!fpt_session__knows_opens(session)) {
		fputs("\nopens      not known from this log\n", out);
		return;
	}
	fprintf(out,
		"\nopens      %" PRIu64 ": %" PRIu64 " passthrough, %" PRIu64 " cached, %" PRIu64
		" direct, %" PRIu64 " failed\n",
		s->opens, s->opens_passthrough, s->opens_cached, s->opens_direct, s->opens_failed);
}

void fpt_text__end(struct fpt_sink *sink, const struct fpt_report *report)
{
	const struct fpt_session *session = report->session;
	const struct fpt_summary *s = report->summary;
	FILE *out = sink->out;

	if (session->options.counts)
		print_counts(out, s);
	print_opens(out, session, s);
	print_bytes(out, &session->bytes);
	fprintf(out, "events     %" PRIu64 " produced, %" PRIu64 " lost\n", s->produced, s->lost);
	print_losses(out, session);
	if (session->callers.not_taken)
		fprintf(out, "stacks     %" PRIu64 " of %" PRIu64 " could not be taken\n",
			session->callers.not_taken, session->callers.told);
	if (s->missed)
		fprintf(out, "missed     %" PRIu64 " program runs that the kernel skipped\n",
			s->missed);
	if (s->not_judged || s->unproven)
		fprintf(out,
			"undecided  %" PRIu64
			" events: too much overlapped, or there was no room for more; %" PRIu64
			" doubts about inodes seen from mid-life only\n",
			s->not_judged, s->unproven);
	print_impossible(out, s);
	if (s->gaps)
		fprintf(out, "damage     in %" PRIu64 " places of the stream\n", s->gaps);
	if (report->ending->cut)
		fprintf(out, "stream     %s\n", report->ending->cut);
	print_checks_off(out, session);
	list_checks_off(out, report);
	if (report->ending->command)
		fprintf(out, "command    %s\n", report->ending->command);
	print_assertions(out, report->assertions);
	print_verdict(out, report);
}
