// SPDX-License-Identifier: GPL-2.0-only
/*
 * JUnit XML as CI servers read it: a suite for the evidence, one for the checks,
 * and more for assertions and the command if there are any.  Of several runs each
 * is a suite.  Their sums stand above them, so that all is kept until the end.
 */
#include <errno.h>
#include <inttypes.h>
#include <time.h>

#include "body.h"
#include "markup.h"
#include "points.h"

#define NS_PER_S UINT64_C(1000000000)

struct totals {
	unsigned int tests, failures, errors, skipped;
};

/* Missing evidence is no failure of what was tested: it is an error of the test. */
static bool is_error(const struct fpt_point *point)
{
	return point->kind == FPT_POINT_EVIDENCE || point->kind == FPT_POINT_COMMAND;
}

/* @kind FPT_POINT_KINDS: of all groups */
static struct totals count_points(const struct fpt_report *report, enum fpt_point_kind kind)
{
	struct totals totals = {};
	struct fpt_point point;
	unsigned int i;

	for (i = 0; fpt_points__get(report, i, &point); i++) {
		if (kind != FPT_POINT_KINDS && kind != point.kind)
			continue;
		totals.tests++;
		totals.skipped += point.outcome == FPT_POINT_SKIPPED;
		if (point.outcome == FPT_POINT_FAILED)
			*(is_error(&point) ? &totals.errors : &totals.failures) += 1;
	}
	return totals;
}

static void print_attribute(FILE *out, const char *name, const char *words)
{
	fprintf(out, " %s=\"", name);
	fpt_markup__words(out, words);
	fputc('"', out);
}

static void print_totals(FILE *out, const struct totals *totals, uint64_t duration_ns)
{
	fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\"", totals->tests, totals->failures,
		totals->errors);
	fprintf(out, " time=\"%" PRIu64 ".%06" PRIu64 "\"", duration_ns / NS_PER_S,
		duration_ns % NS_PER_S / 1000);
}

/* What was found, a line each, with what to do. */
static void print_findings(FILE *out, const struct fpt_report *report,
			   const struct fpt_point *point)
{
	unsigned int count = 0, i;
	const struct fpt_kept_finding *kept = NULL;
	char where[300];

	if (point->kind == FPT_POINT_CHECK)
		kept = fpt_point__findings(report, point->check, &count);
	for (i = 0; i < count; i++) {
		fpt_markup__words(out, kept[i].mount);
		fprintf(out, ", nodeid %" PRIu64 ": ", kept[i].finding.nodeid);
		fpt_markup__words(out, kept[i].finding.text);
		fputc('\n', out);
	}
	if (point->count > count)
		fprintf(out, "and %" PRIu64 " more\n", point->count - count);
	if (point->assertion) {
		fpt_markup__words(out,
				  fpt_assertion__where(point->assertion, where, sizeof(where)));
		fpt_markup__words(out, point->name);
		fputc('\n', out);
	}
	if (point->kind == FPT_POINT_CHECK) {
		fputs("remedy: ", out);
		fpt_markup__words(out, fpt_checks[point->check].remedy);
		fputc('\n', out);
	}
}

static void print_outcome(FILE *out, const struct fpt_report *report, const struct fpt_point *point)
{
	const char *element = is_error(point) ? "error" : "failure";

	if (point->outcome == FPT_POINT_SKIPPED) {
		fputs("\t\t\t<skipped", out);
		print_attribute(out, "message", point->why);
		fputs("/>\n", out);
	} else if (point->outcome == FPT_POINT_FAILED) {
		fprintf(out, "\t\t\t<%s", element);
		print_attribute(out, "type", point->type);
		print_attribute(out, "message", point->why);
		fputc('>', out);
		print_findings(out, report, point);
		fprintf(out, "</%s>\n", element);
	} else {
		/* It does not decide, and is there to be read. */
		fprintf(out, "\t\t\t<system-out>%s: ", point->type);
		fpt_markup__words(out, point->why);
		fputc('\n', out);
		print_findings(out, report, point);
		fputs("</system-out>\n", out);
	}
}

static void print_point(FILE *out, const struct fpt_report *report, const struct fpt_point *point)
{
	const struct fpt_session *session = report->session;
	char group[400];

	/* CI servers tell points apart by class and name, whatever suite they are in. */
	snprintf(group, sizeof(group), "%s%sfusept.%s",
		 fpt_session__is_one_of_several(session) ? session->options.log : "",
		 fpt_session__is_one_of_several(session) ? ": " : "",
		 point->kind == FPT_POINT_CHECK ? fpt_who_name(fpt_checks[point->check].who)
						: fpt_point__group(point->kind));
	fputs("\t\t<testcase", out);
	print_attribute(out, "classname", group);
	print_attribute(out, "name", point->name);
	if (point->assertion && point->assertion->file) {
		fputs(" file=\"", out);
		fpt_markup__bytes(out, point->assertion->file);
		fprintf(out, "\" line=\"%u\"", point->assertion->line);
	}
	fputs(" time=\"0\"", out);
	if (!*point->why) {
		fputs("/>\n", out);
		return;
	}
	fputs(">\n", out);
	print_outcome(out, report, point);
	fputs("\t\t</testcase>\n", out);
}

static void print_properties(FILE *out, const struct fpt_report *report)
{
	const struct fpt_run_record *run = &report->session->run;
	const struct {
		const char *name, *value;
	} properties[] = {
		{ "fusept", run->fusept },	{ "kernel", run->kernel },
		{ "boot_id", run->boot_id },	{ "verdict", fpt_verdict_name(report->verdict) },
		{ "cut", report->ending->cut }, { "log", report->session->options.log },
	};
	size_t i;

	fputs("\t\t<properties>\n", out);
	for (i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
		if (!properties[i].value)
			continue;
		fprintf(out, "\t\t\t<property name=\"%s\" value=\"", properties[i].name);
		fpt_markup__bytes(out, properties[i].value);
		fputs("\"/>\n", out);
	}
	fputs("\t\t</properties>\n", out);
}

/* The head of a suite, up to its points. */
static void begin_suite(FILE *out, const char *name, const struct totals *totals,
			uint64_t duration_ns, time_t begin)
{
	struct tm tm = {};
	char stamp[32];

	gmtime_r(&begin, &tm);
	/* A damaged log can name a year that no schema takes. */
	if (tm.tm_year < 70 || tm.tm_year > 8099 ||
	    !strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm))
		snprintf(stamp, sizeof(stamp), "1970-01-01T00:00:00");
	fputs("\t<testsuite", out);
	print_attribute(out, "name", name);
	print_totals(out, totals, duration_ns);
	fprintf(out, " skipped=\"%u\" timestamp=\"%s\"", totals->skipped, stamp);
}

/* @kind FPT_POINT_KINDS: of all groups, as one suite */
static void print_suite(FILE *out, const struct fpt_report *report, const char *name,
			enum fpt_point_kind kind)
{
	const struct fpt_session *session = report->session;
	struct totals totals = count_points(report, kind);
	struct fpt_point point;
	unsigned int i;

	if (!totals.tests)
		return;
	begin_suite(out, name, &totals,
		    kind == FPT_POINT_CHECK || kind == FPT_POINT_KINDS
			    ? fpt_report__duration(report)
			    : 0,
		    (session->first_ns + session->run.realtime_offset_ns) / NS_PER_S);
	fputs(" hostname=\"", out);
	fpt_markup__bytes(out, session->run.host);
	fputs("\">\n", out);
	print_properties(out, report);
	for (i = 0; fpt_points__get(report, i, &point); i++)
		if (kind == FPT_POINT_KINDS || point.kind == kind)
			print_point(out, report, &point);
	fputs("\t</testsuite>\n", out);
}

static void add_totals(struct fpt_body *body, const struct totals *totals, uint64_t duration_ns)
{
	body->tests += totals->tests;
	body->failures += totals->failures;
	body->errors += totals->errors;
	body->duration_ns += duration_ns;
}

static void junit_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	struct totals totals = count_points(report, FPT_POINT_KINDS);
	struct fpt_body *body = sink->all;
	char name[64];
	int kind;

	add_totals(body, &totals, fpt_report__duration(report));
	if (fpt_session__is_one_of_several(report->session)) {
		print_suite(body->out, report, report->session->options.log, FPT_POINT_KINDS);
		return;
	}
	for (kind = 0; kind < FPT_POINT_KINDS; kind++) {
		snprintf(name, sizeof(name), "fusept.%s", fpt_point__group(kind));
		print_suite(body->out, report, name, kind);
	}
}

static void junit_unread(struct fpt_sink *sink, unsigned int run, const char *log, const char *why)
{
	const struct totals totals = { .tests = 1, .errors = 1 };
	struct fpt_body *body = sink->all;

	(void)run;
	add_totals(body, &totals, 0);
	begin_suite(body->out, log, &totals, 0, 0);
	fputs(" hostname=\"\">\n\t\t<testcase", body->out);
	print_attribute(body->out, "classname", log);
	fputs(" name=\"the log can be read\" time=\"0\">\n\t\t\t<error type=\"unread\"", body->out);
	print_attribute(body->out, "message", why);
	fputs("/>\n\t\t</testcase>\n\t</testsuite>\n", body->out);
}

static int junit_close(struct fpt_sink *sink, const struct fpt_tally *tally)
{
	struct fpt_body *body = sink->all;
	const char *text = fpt_body__text(body);
	struct totals totals = { .tests = body->tests,
				 .failures = body->failures,
				 .errors = body->errors };

	if (tally && text) {
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"fusept\"",
		      sink->out);
		print_totals(sink->out, &totals, body->duration_ns);
		fprintf(sink->out, ">\n%s</testsuites>\n", text);
	}
	fpt_body__free(sink);
	return text ? 0 : fpt_sink__refuse(sink, -ENOMEM);
}

const struct fpt_output fpt_out_junit = { .name = "junit",
					  .open = fpt_body__open,
					  .end = junit_end,
					  .unread = junit_unread,
					  .close = junit_close };
