// SPDX-License-Identifier: GPL-2.0-only
/*
 * TAP version 14, with the witnesses as YAML, and the kernel's own KTAP, which
 * has comments instead.  One test point a check, and what points.h adds.
 */
#include <inttypes.h>
#include <string.h>

#include "json.h"
#include "points.h"
#include "value.h"

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

static void yaml_finding(FILE *out, const struct fpt_kept_finding *kept)
{
	const struct fpt_finding *finding = &kept->finding;

	fprintf(out, "    - ts: %" PRIu64 "\n", (uint64_t)finding->event->ts_ns);
	yaml_words(out, 6, "mount", kept->mount);
	fprintf(out, "      nodeid: \"%" PRIu64 "\"\n", finding->nodeid);
	yaml_name(out, 6, "name", finding->name);
	yaml_words(out, 6, "text", finding->text);
}

static void yaml_check(FILE *out, const struct fpt_report *report, const struct fpt_point *point)
{
	const struct fpt_check_info *check = &fpt_checks[point->check];
	unsigned int count, i;
	const struct fpt_kept_finding *kept = fpt_point__findings(report, point->check, &count);

	fprintf(out, "  who: %s\n  count: %" PRIu64 "\n", fpt_who_name(check->who), point->count);
	yaml_words(out, 2, "remedy", check->remedy);
	if (!count)
		return;
	fputs("  findings:\n", out);
	for (i = 0; i < count; i++)
		yaml_finding(out, &kept[i]);
}

static void tap_point(FILE *out, const struct fpt_report *report, const struct fpt_point *point,
		      unsigned int number)
{
	fprintf(out, "%sok %u - ", point->outcome == FPT_POINT_FAILED ? "not " : "", number);
	print_escaped(out, point->name);
	if (point->outcome == FPT_POINT_SKIPPED) {
		fputs(" # SKIP ", out);
		print_escaped(out, point->why);
	}
	fputc('\n', out);
	if (point->outcome == FPT_POINT_SKIPPED || !*point->why)
		return;
	fputs("  ---\n", out);
	yaml_words(out, 2, "message", point->why);
	fprintf(out, "  severity: %s\n", point->type);
	if (point->kind == FPT_POINT_CHECK)
		yaml_check(out, report, point);
	if (point->assertion && point->assertion->file) {
		yaml_name(out, 2, "file", point->assertion->file);
		fprintf(out, "  line: %u\n", point->assertion->line);
	}
	fputs("  ...\n", out);
}

static void tap_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	struct fpt_point point;
	unsigned int i;

	fprintf(sink->out, "TAP version 14\n1..%u\n", fpt_points__count(report));
	for (i = 0; fpt_points__get(report, i, &point); i++)
		tap_point(sink->out, report, &point, i + 1);
	fprintf(sink->out, "# verdict: %s\n", fpt_verdict_name(report->verdict));
}

/* Comments come before the point that they are about. */
static void ktap_point(FILE *out, const struct fpt_report *report, const struct fpt_point *point,
		       unsigned int number)
{
	unsigned int count = 0, i;
	const struct fpt_kept_finding *kept = NULL;

	if (point->outcome != FPT_POINT_SKIPPED && *point->why)
		fprintf(out, "# %s: %s\n", point->type, point->why);
	if (point->kind == FPT_POINT_CHECK)
		kept = fpt_point__findings(report, point->check, &count);
	for (i = 0; i < count; i++)
		fprintf(out, "# %s\n", kept[i].finding.text);
	if (point->count > count)
		fprintf(out, "# and %" PRIu64 " more\n", point->count - count);
	fprintf(out, "%sok %u ", point->outcome == FPT_POINT_FAILED ? "not " : "", number);
	/* KTAP has no escape: what could have a # in it stands in a comment. */
	if (point->kind == FPT_POINT_CHECK)
		fputs(point->name, out);
	else
		fprintf(out, "%s", fpt_point__group(point->kind));
	if (point->outcome == FPT_POINT_SKIPPED)
		fprintf(out, " # SKIP %s", point->why);
	fputc('\n', out);
}

static void ktap_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	struct fpt_point point;
	unsigned int i;

	fprintf(sink->out, "KTAP version 1\n1..%u\n", fpt_points__count(report));
	for (i = 0; fpt_points__get(report, i, &point); i++) {
		if (point.kind == FPT_POINT_ASSERTION)
			fprintf(sink->out, "# %s\n", point.name);
		ktap_point(sink->out, report, &point, i + 1);
	}
	fprintf(sink->out, "# verdict: %s\n", fpt_verdict_name(report->verdict));
}

const struct fpt_output fpt_out_tap = { .name = "tap", .end = tap_end };
const struct fpt_output fpt_out_ktap = { .name = "ktap", .end = ktap_end };
