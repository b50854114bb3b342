// SPDX-License-Identifier: GPL-2.0-only
/*
 * TAP version 14, with the witnesses as YAML, and the kernel's own KTAP, which
 * has comments instead.  One test point a check, and what points.h adds.  Of
 * several runs each is a subtest.
 */
#include <inttypes.h>
#include <string.h>

#include "json.h"
#include "points.h"
#include "value.h"

#define TAP_INDENT 4 /* of a subtest */
#define KTAP_INDENT 2

/* What all lines of a run stand behind. */
static int indent_of(const struct fpt_report *report, int of_subtest)
{
	return fpt_session__is_one_of_several(report->session) ? of_subtest : 0;
}

static bool any_failed(const struct fpt_report *report)
{
	struct fpt_point point;
	unsigned int i;

	for (i = 0; fpt_points__get(report, i, &point); i++)
		if (point.outcome == FPT_POINT_FAILED)
			return true;
	return false;
}

/* In a description # begins a directive. */
static void print_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '#' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

/* A JSON string is a YAML one, as long as its characters are printable. */
static void yaml_words(FILE *out, int indent, const char *key, const char *words)
{
	fprintf(out, "%*s%s: ", indent, "", key);
	fpt_json__string(out, words, strlen(words));
	fputc('\n', out);
}

static void yaml_name(FILE *out, int indent, const char *key, const char *name)
{
	char words[1024];

	fpt_sanitize(words, sizeof(words), name, SIZE_MAX);
	yaml_words(out, indent, key, words);
}

static void yaml_finding(FILE *out, int indent, const struct fpt_kept_finding *kept)
{
	const struct fpt_finding *finding = &kept->finding;

	fprintf(out, "%*s- ts: %" PRIu64 "\n", indent, "", (uint64_t)finding->event->ts_ns);
	indent += 2;
	yaml_words(out, indent, "mount", kept->mount);
	fprintf(out, "%*snodeid: \"%" PRIu64 "\"\n", indent, "", finding->nodeid);
	yaml_name(out, indent, "name", finding->name);
	yaml_words(out, indent, "text", finding->text);
}

static void yaml_check(FILE *out, int indent, const struct fpt_report *report,
		       const struct fpt_point *point)
{
	const struct fpt_check_info *check = &fpt_checks[point->check];
	unsigned int count, i;
	const struct fpt_kept_finding *kept = fpt_point__findings(report, point->check, &count);

	fprintf(out, "%*swho: %s\n%*scount: %" PRIu64 "\n", indent, "", fpt_who_name(check->who),
		indent, "", point->count);
	yaml_words(out, indent, "remedy", check->remedy);
	if (!count)
		return;
	fprintf(out, "%*sfindings:\n", indent, "");
	for (i = 0; i < count; i++)
		yaml_finding(out, indent + 2, &kept[i]);
}

static void print_point_line(FILE *out, bool failed, unsigned int number, const char *name)
{
	fprintf(out, "%sok %u - ", failed ? "not " : "", number);
	print_escaped(out, name);
}

static void tap_point(FILE *out, int indent, const struct fpt_report *report,
		      const struct fpt_point *point, unsigned int number)
{
	fprintf(out, "%*s", indent, "");
	print_point_line(out, point->outcome == FPT_POINT_FAILED, number, point->name);
	if (point->outcome == FPT_POINT_SKIPPED) {
		fputs(" # SKIP ", out);
		print_escaped(out, point->why);
	}
	fputc('\n', out);
	if (point->outcome == FPT_POINT_SKIPPED || !*point->why)
		return;
	indent += 2;
	fprintf(out, "%*s---\n", indent, "");
	yaml_words(out, indent, "message", point->why);
	fprintf(out, "%*sseverity: %s\n", indent, "", point->type);
	if (point->kind == FPT_POINT_CHECK)
		yaml_check(out, indent, report, point);
	if (point->assertion && point->assertion->file) {
		yaml_name(out, indent, "file", point->assertion->file);
		fprintf(out, "%*sline: %u\n", indent, "", point->assertion->line);
	}
	fprintf(out, "%*s...\n", indent, "");
}

/* The plan of all runs; that of a run alone comes with its points. */
static int tap_open(struct fpt_sink *sink, const struct fpt_tally *tally)
{
	if (tally->runs > 1)
		fprintf(sink->out, "TAP version 14\n1..%u\n", tally->runs);
	return 0;
}

static void tap_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	const struct fpt_session_options *options = &report->session->options;
	const int indent = indent_of(report, TAP_INDENT);
	struct fpt_point point;
	unsigned int i;

	if (indent) {
		fputs("# Subtest: ", sink->out);
		print_escaped(sink->out, options->log);
		fputc('\n', sink->out);
	} else {
		fputs("TAP version 14\n", sink->out);
	}
	fprintf(sink->out, "%*s1..%u\n", indent, "", fpt_points__count(report));
	for (i = 0; fpt_points__get(report, i, &point); i++)
		tap_point(sink->out, indent, report, &point, i + 1);
	fprintf(sink->out, "%*s# verdict: %s\n", indent, "", fpt_verdict_name(report->verdict));
	if (!indent)
		return;
	print_point_line(sink->out, any_failed(report), options->run, options->log);
	fputc('\n', sink->out);
}

static void tap_unread(struct fpt_sink *sink, unsigned int run, const char *log, const char *why)
{
	print_point_line(sink->out, true, run, log);
	fputs("\n  ---\n", sink->out);
	yaml_words(sink->out, 2, "message", why);
	fputs("  severity: unread\n  ...\n", sink->out);
}

/* Comments come before the point that they are about. */
static void ktap_point(FILE *out, int indent, const struct fpt_report *report,
		       const struct fpt_point *point, unsigned int number)
{
	unsigned int count = 0, i;
	const struct fpt_kept_finding *kept = NULL;

	if (point->outcome != FPT_POINT_SKIPPED && *point->why)
		fprintf(out, "%*s# %s: %s\n", indent, "", point->type, point->why);
	if (point->kind == FPT_POINT_CHECK)
		kept = fpt_point__findings(report, point->check, &count);
	for (i = 0; i < count; i++)
		fprintf(out, "%*s# %s\n", indent, "", kept[i].finding.text);
	if (point->count > count)
		fprintf(out, "%*s# and %" PRIu64 " more\n", indent, "", point->count - count);
	fprintf(out, "%*s%sok %u ", indent, "", point->outcome == FPT_POINT_FAILED ? "not " : "",
		number);
	/* KTAP has no escape: what could have a # in it stands in a comment. */
	if (point->kind == FPT_POINT_CHECK)
		fputs(point->name, out);
	else
		fprintf(out, "%s", fpt_point__group(point->kind));
	if (point->outcome == FPT_POINT_SKIPPED)
		fprintf(out, " # SKIP %s", point->why);
	fputc('\n', out);
}

/* The name of a log, in which a # would begin a directive, and the end of the line. */
static void ktap_log(FILE *out, const char *log)
{
	for (; *log; log++)
		fputc(*log == '#' ? '_' : *log, out);
	fputc('\n', out);
}

static void ktap_run(FILE *out, bool failed, unsigned int run, const char *log)
{
	fprintf(out, "%sok %u ", failed ? "not " : "", run);
	ktap_log(out, log);
}

static int ktap_open(struct fpt_sink *sink, const struct fpt_tally *tally)
{
	if (tally->runs > 1)
		fprintf(sink->out, "KTAP version 1\n1..%u\n", tally->runs);
	return 0;
}

static void ktap_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	const struct fpt_session_options *options = &report->session->options;
	const int indent = indent_of(report, KTAP_INDENT);
	struct fpt_point point;
	char where[300];
	unsigned int i;

	fprintf(sink->out, "%*sKTAP version 1\n", indent, "");
	if (indent) {
		fprintf(sink->out, "%*s# Subtest: ", indent, "");
		ktap_log(sink->out, options->log);
	}
	fprintf(sink->out, "%*s1..%u\n", indent, "", fpt_points__count(report));
	for (i = 0; fpt_points__get(report, i, &point); i++) {
		if (point.kind == FPT_POINT_ASSERTION)
			fprintf(sink->out, "%*s# %s%s\n", indent, "",
				fpt_assertion__where(point.assertion, where, sizeof(where)),
				point.name);
		ktap_point(sink->out, indent, report, &point, i + 1);
	}
	fprintf(sink->out, "%*s# verdict: %s\n", indent, "", fpt_verdict_name(report->verdict));
	if (indent)
		ktap_run(sink->out, any_failed(report), options->run, options->log);
}

static void ktap_unread(struct fpt_sink *sink, unsigned int run, const char *log, const char *why)
{
	fprintf(sink->out, "# unread: %s\n", why);
	ktap_run(sink->out, true, run, log);
}

const struct fpt_output fpt_out_tap = {
	.name = "tap", .counts_runs = true, .open = tap_open, .end = tap_end, .unread = tap_unread
};
const struct fpt_output fpt_out_ktap = { .name = "ktap",
					 .counts_runs = true,
					 .open = ktap_open,
					 .end = ktap_end,
					 .unread = ktap_unread };
