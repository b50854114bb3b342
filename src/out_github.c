// SPDX-License-Identifier: GPL-2.0-only
/*
 * Annotations of a GitHub Actions step, as many as one may have, and the whole of
 * it in the step's summary.  The runner takes any line that begins with :: for a
 * command, so nothing that a server can name begins one.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "points.h"
#include "value.h"

#define ANNOTATIONS_MAX 10 /* of a kind and step; the runner drops the others */

enum level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTICE, LEVELS };

struct github {
	FILE *out, *summary; /* summary: NULL without one */
	const struct fpt_report *report;
	unsigned int told[LEVELS];
	uint64_t untold; /* for which there was no room */
};

/* In the value of a property : and , have a meaning too. */
static void print_escaped(FILE *out, const char *text, bool property)
{
	for (; *text; text++) {
		if (strchr("%\r\n", *text) || (property && strchr(":,", *text)))
			fprintf(out, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, out);
	}
}

/* Begins a command, up to its text.  False if no more of that level may be told. */
static bool begin_annotation(struct github *github, enum level level, const char *title,
			     const char *file, unsigned int line)
{
	static const char *const names[LEVELS] = { "error", "warning", "notice" };
	char words[1024];

	if (github->told[level] == ANNOTATIONS_MAX) {
		github->untold++;
		return false;
	}
	github->told[level]++;
	fprintf(github->out, "::%s title=", names[level]);
	print_escaped(github->out, title, true);
	if (file && *file) {
		fpt_sanitize(words, sizeof(words), file, SIZE_MAX);
		fputs(",file=", github->out);
		print_escaped(github->out, words, true);
	}
	if (line)
		fprintf(github->out, ",line=%u", line);
	fputs("::", github->out);
	return true;
}

static void end_annotation(struct github *github, const char *text)
{
	print_escaped(github->out, text, false);
	fputc('\n', github->out);
}

static enum level level_of(const struct fpt_point *point)
{
	return point->outcome == FPT_POINT_FAILED ? LEVEL_ERROR : LEVEL_WARNING;
}

/* A line of the summary; it stands between fences, where nothing has a meaning. */
static void list_finding(const struct github *github, const struct fpt_kept_finding *kept)
{
	const struct fpt_finding *finding = &kept->finding;

	if (!github->summary)
		return;
	fprintf(github->summary, "%s: %s, nodeid %" PRIu64 ": %s\n", fpt_checks[finding->check].id,
		kept->mount, finding->nodeid, finding->text);
}

static void tell_finding(struct github *github, const struct fpt_point *point,
			 const struct fpt_kept_finding *kept)
{
	const struct fpt_check_info *check = &fpt_checks[point->check];
	const struct fpt_finding *finding = &kept->finding;
	char title[128];

	list_finding(github, kept);
	snprintf(title, sizeof(title), "%s (%s %s)", check->id, fpt_who_name(check->who),
		 fpt_severity_name(check->severity));
	if (!begin_annotation(github, level_of(point), title, finding->name, 0))
		return;
	print_escaped(github->out, finding->text, false);
	fputs("%0Aremedy: ", github->out);
	end_annotation(github, check->remedy);
}

/* The first finding of each check, then the second of each: none is crowded out. */
static void tell_findings(struct github *github)
{
	const struct fpt_kept_finding *kept;
	struct fpt_point point;
	unsigned int round, i, count;

	for (round = 0; round < FPT_KEPT_PER_CHECK; round++)
		for (i = 0; fpt_points__get(github->report, i, &point); i++) {
			if (point.kind != FPT_POINT_CHECK)
				continue;
			kept = fpt_point__findings(github->report, point.check, &count);
			if (round < count)
				tell_finding(github, &point, &kept[round]);
			if (round == 0)
				github->untold += point.count - count;
		}
}

/* All but the checks. */
static void tell_points(struct github *github)
{
	struct fpt_point point;
	unsigned int i;

	for (i = 0; fpt_points__get(github->report, i, &point); i++) {
		const struct fpt_assertion *assertion = point.assertion;

		if (point.kind == FPT_POINT_CHECK || !*point.why ||
		    (point.kind == FPT_POINT_COMMAND && point.outcome == FPT_POINT_OK))
			continue;
		if (github->summary)
			fprintf(github->summary, "%s: %s: %s\n", fpt_point__group(point.kind),
				point.name, point.why);
		if (!begin_annotation(github, level_of(&point), assertion ? point.name : point.type,
				      assertion ? assertion->file : NULL,
				      assertion ? assertion->line : 0))
			continue;
		end_annotation(github, point.why);
	}
}

static void tell_verdict(struct github *github)
{
	const struct fpt_report *report = github->report;
	const struct fpt_summary *s = report->summary;

	begin_annotation(github, LEVEL_NOTICE, "fusept", NULL, 0);
	fprintf(github->out,
		"verdict %s: %" PRIu64 " violations, %" PRIu64 " warnings, %" PRIu64 " suspects; ",
		fpt_verdict_name(report->verdict), report->count[FPT_SEVERITY_VIOLATION],
		report->count[FPT_SEVERITY_WARNING], report->count[FPT_SEVERITY_SUSPECT]);
	fprintf(github->out,
		"%" PRIu64 " of %" PRIu64 " opens in passthrough; %" PRIu64 " events lost\n",
		s->opens_passthrough, s->opens, s->lost);
}

static void begin_summary(struct github *github)
{
	const struct fpt_report *report = github->report;
	const struct fpt_summary *s = report->summary;
	int check;

	fprintf(github->summary, "### fusept: %s\n\n| | |\n| --- | --- |\n",
		fpt_verdict_name(report->verdict));
	fprintf(github->summary, "| opens | %" PRIu64 " |\n| in passthrough | %" PRIu64 " |\n",
		s->opens, s->opens_passthrough);
	fprintf(github->summary, "| events | %" PRIu64 " |\n| lost | %" PRIu64 " |\n", s->produced,
		s->lost);
	for (check = 0; check < FPT_CHECK_MAX; check++)
		if (s->findings[check])
			fprintf(github->summary, "| %s (%s %s) | %" PRIu64 " |\n",
				fpt_checks[check].id, fpt_who_name(fpt_checks[check].who),
				fpt_severity_name(fpt_checks[check].severity), s->findings[check]);
	fputs("\n~~~text\n", github->summary);
}

static void end_summary(struct github *github, const char *path)
{
	if (github->summary)
		fputs("~~~\n", github->summary);
	if (github->summary && fclose(github->summary) == 0)
		return;
	if (github->summary || path)
		fprintf(stderr, "%s: cannot write the step's summary %s: %s\n",
			program_invocation_short_name, path, strerror(errno));
}

static void github_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	const char *path = getenv("GITHUB_STEP_SUMMARY");
	struct github github = { .out = sink->out, .report = report };

	if (path && *path)
		github.summary = fopen(path, "ae");
	if (github.summary)
		begin_summary(&github);
	tell_points(&github);
	tell_findings(&github);
	tell_verdict(&github);
	if (github.untold)
		fprintf(sink->out, "fusept: no room for %" PRIu64 " more, %s\n", github.untold,
			github.summary ? "see the summary of the step"
				       : "and GITHUB_STEP_SUMMARY names no file for them");
	end_summary(&github, path && *path ? path : NULL);
}

const struct fpt_output fpt_out_github = { .name = "github", .end = github_end };
