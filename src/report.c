// SPDX-License-Identifier: GPL-2.0-only
/* Sums a run up: verdict, exit status, assertions, and the words for what is missing. */
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

const char *fpt_severity_word(enum fpt_severity severity)
{
	static const char *const words[FPT_SEVERITIES] = { "violation", "warning", "suspect" };

	return words[severity];
}

bool fpt_report__fails_on(const struct fpt_report *report, unsigned int what)
{
	return (report->session->options.fail_on ?: FPT_FAIL_ON_DEFAULT) & what;
}

static bool assertion_failed(const struct fpt_report *report)
{
	return report->assertions && report->assertions->failed;
}

/* fusept's own word comes first; if it has nothing to say, the command's. */
static void decide_exit(struct fpt_report *report)
{
	bool fails = assertion_failed(report);
	int severity;

	/* What cannot have happened proves nothing against anybody. */
	for (severity = 0; !report->summary->impossible && severity < FPT_SEVERITIES; severity++)
		fails |= report->count[severity] && fpt_report__fails_on(report, 1U << severity);
	report->failed = true;
	if (fails) {
		report->exit = FPT_EXIT_FAILED;
	} else if (report->verdict == FPT_VERDICT_INCONCLUSIVE &&
		   fpt_report__fails_on(report, FPT_FAIL_ON_INCONCLUSIVE)) {
		report->exit = fpt_verdict_exit(report->verdict);
	} else {
		report->failed = false;
		report->exit = report->ending->log_failed ? FPT_EXIT_USAGE
			       : report->ending->command && report->ending->command_status > 0
				       ? report->ending->command_status
				       : 0;
	}
}

void fpt_report__make(struct fpt_report *report, const struct fpt_session *session,
		      const struct fpt_ending *ending)
{
	int severity, who;

	memset(report, 0, sizeof(*report));
	report->session = session;
	report->summary = fpt_session__summary(session);
	report->ending = ending;
	report->verdict = fpt_summary__verdict(report->summary);
	for (severity = 0; severity < FPT_SEVERITIES; severity++)
		for (who = 0; who < FPT_WHOS; who++)
			report->count[severity] +=
				fpt_summary__count(report->summary, severity, who);
	decide_exit(report);
}

/* The document as a JSON text; NULL without memory. */
static char *document(const struct fpt_report *report)
{
	char *text = NULL;
	size_t size = 0;
	struct fpt_json json = { .out = open_memstream(&text, &size) };

	if (!json.out)
		return NULL;
	fpt_json_begin(&json);
	fpt_report__members(&json, report);
	fpt_json_end(&json);
	if (fclose(json.out) == 0)
		return text;
	free(text);
	return NULL;
}

int fpt_report__judge(struct fpt_report *report, struct fpt_assertions *assertions)
{
	char *text;
	int err = 0;

	if (assertions->count) {
		text = document(report);
		err = text ? fpt_assertions__judge(assertions, text) : -ENOMEM;
		free(text);
	}
	report->assertions = assertions;
	decide_exit(report);
	return err;
}

uint64_t fpt_report__duration(const struct fpt_report *report)
{
	const struct fpt_session *session = report->session;

	return session->last_ns > session->first_ns ? session->last_ns - session->first_ns : 0;
}

const char *fpt_report__off_words(const struct fpt_report *report, enum fpt_check_id check,
				  char *out, size_t size)
{
	unsigned long long missing = fpt_checks[check].needs & ~report->session->run.events;
	bool of_server = fpt_session__is_of_server(report->session);
	const struct fpt_kind_info *info;
	size_t i = 0, used;

	if (!report->session->checker || !missing) {
		snprintf(out, size, "%s",
			 report->session->checker
				 ? "a filter on processes hides the history it needs"
				 : "nothing was recorded");
		return out;
	}
	if (fpt_check__is_of_server(check) && !of_server) {
		snprintf(out, size, "it is for the debug log of a server");
		return out;
	}
	used = (size_t)snprintf(out, size, "%s",
				of_server ? "not in the debug log of a server:"
					  : "this kernel lacks hooks for");
	while ((info = fpt_kinds(&i)))
		if (info->kind < 64 && missing >> info->kind & 1 && used < size)
			used += (size_t)snprintf(out + used, size - used, " %s", info->name);
	return out;
}

const char *fpt_report__doubt_words(const struct fpt_report *report, char *out, size_t size)
{
	const struct fpt_summary *s = report->summary;
	const struct {
		uint64_t count;
		const char *words;
	} doubts[] = {
		{ s->lost, "events lost" },
		{ s->missed, "program runs that the kernel skipped" },
		{ s->gaps, "places of the stream damaged" },
		{ s->impossible, "events that cannot have happened" },
		{ s->not_judged, "operations that overlapped too much" },
		{ s->unproven, "doubts about inodes seen from mid-life only" },
	};
	size_t i, used = 0;

	for (i = 0; i < sizeof(doubts) / sizeof(doubts[0]); i++)
		if (doubts[i].count && used < size)
			used += (size_t)snprintf(out + used, size - used, "%s%" PRIu64 " %s",
						 used ? ", " : "", doubts[i].count,
						 doubts[i].words);
	if (!s->ended && used < size)
		used += (size_t)snprintf(out + used, size - used, "%sthe stream has no proper end",
					 used ? ", " : "");
	return used ? out : NULL;
}
