// SPDX-License-Identifier: GPL-2.0-only
/*
 * One page that needs nothing else: no script, no font, no picture from elsewhere,
 * and a policy that lets none in should a name ever look like one.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "body.h"
#include "html.h"
#include "markup.h"
#include "points.h"
#include "table.h"
#include "value.h"

#define NS_PER_S UINT64_C(1000000000)

// clang-format off
static const char head[] =
"<!DOCTYPE html>\n"
"<html lang='en'>\n"
"<head>\n"
"<meta charset='utf-8'>\n"
"<meta http-equiv='Content-Security-Policy'"
"      content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
"<meta name='viewport' content='width=device-width'>\n"
"<style>\n"
":root { color-scheme: light dark; --line: #8884; --good: #18794e; --bad: #cd2b31; --doubt: #ad5700; }\n"
"body { font: 15px/1.5 system-ui, sans-serif; max-width: 76em; margin: 2em auto; padding: 0 1em; }\n"
"table { border-collapse: collapse; } td, th { text-align: left; padding: .15em 1em .15em 0; border-bottom: 1px solid var(--line); }\n"
"td.number { text-align: right; font-variant-numeric: tabular-nums; }\n"
"code, pre, .witness { font-family: ui-monospace, monospace; font-size: 13px; overflow-wrap: anywhere; }\n"
".verdict { color: #fff; border-radius: .3em; padding: .1em .5em; }\n"
".pass { background: var(--good); } .violation { background: var(--bad); } .inconclusive { background: var(--doubt); }\n"
"section { margin: 2em 0; } article { border-left: 3px solid var(--line); padding-left: 1em; margin: 1em 0; }\n"
"article.failed { border-color: var(--bad); } ul.off { columns: 22em; column-gap: 2.5em; } ul.off li { break-inside: avoid; overflow-wrap: anywhere; }\n"
"article.run { border: 0; border-top: 3px solid; padding: 1em 0 0; margin: 4em 0 0; } .run > h2 { font-size: 2em; overflow-wrap: anywhere; }\n"
"svg { width: 100%; } svg text { font: 11px system-ui, sans-serif; fill: currentColor; }\n"
".axis { stroke: var(--line); } .legend span { display: inline-block; width: 1em; height: .8em; }\n"
".cached { fill: #3e63dd; background: #3e63dd; } .direct { fill: #e5a000; background: #e5a000; }\n"
".passthrough { fill: #30a46c; background: #30a46c; } .mark { fill: var(--bad); background: var(--bad); }\n"
"</style>\n";
// clang-format on

static int html_begin(struct fpt_sink *sink, const struct fpt_session *session)
{
	(void)session;
	sink->state = calloc(1, sizeof(struct fpt_raster));
	return sink->state ? 0 : -ENOMEM;
}

/* Of the lanes that are new: later the device can be another mount's. */
static void name_mounts(struct fpt_raster *raster, const struct fpt_session *session)
{
	unsigned int i;

	for (i = 0; raster->added && i < raster->lanes; i++) {
		struct fpt_lane *lane = raster->lane[i];

		if (!*lane->mount)
			fpt_session__mount_words(session, (uint32_t)lane->key.dev, lane->mount,
						 sizeof(lane->mount));
	}
	raster->added = false;
}

static void html_every(struct fpt_sink *sink, const struct fpt_session *session,
		       const struct fpt_header *event)
{
	fpt_raster__event(sink->state, event);
	name_mounts(sink->state, session);
}

static void html_finding(struct fpt_sink *sink, const struct fpt_session *session,
			 const struct fpt_finding *finding)
{
	struct fpt_inode_key key = { .nodeid = finding->nodeid, .dev = finding->dev };

	if (!finding->nodeid)
		return;
	fpt_raster__mark(sink->state, &key, finding->name, finding->event->ts_ns);
	name_mounts(sink->state, session);
}

/* Ids are unique in the page: of several runs each has its number in them. */
static void print_id(FILE *out, const struct fpt_report *report, const char *id)
{
	if (fpt_session__is_one_of_several(report->session))
		fprintf(out, " id='run%u-%s'", report->session->options.run, id);
	else
		fprintf(out, " id='%s'", id);
}

static void begin_section(FILE *out, const struct fpt_report *report, const char *id,
			  const char *heading)
{
	fputs("<section", out);
	print_id(out, report, id);
	fprintf(out, "><h2>%s</h2>\n", heading);
}

static void row(FILE *out, const char *name, const char *bytes)
{
	if (!bytes || !*bytes)
		return;
	fprintf(out, "<tr><th>%s</th><td>", name);
	fpt_markup__bytes(out, bytes);
	fputs("</td></tr>\n", out);
}

static void count_row(FILE *out, const char *name, uint64_t count, uint64_t all)
{
	fprintf(out, "<tr><th>%s</th><td class='number'>%" PRIu64 "</td><td class='number'>", name,
		count);
	if (all)
		fprintf(out, "%.1f %%", 100.0 * (double)count / (double)all);
	fputs("</td></tr>\n", out);
}

/* Of the debug log of a server no time is known: it has the numbers of lines. */
static void print_times(FILE *out, const struct fpt_report *report)
{
	const struct fpt_session *session = report->session;
	time_t begin = (session->first_ns + session->run.realtime_offset_ns) / NS_PER_S;
	uint64_t length = fpt_report__duration(report);
	struct tm tm = {};
	char words[64];

	if (fpt_session__is_of_server(session))
		return;
	if (gmtime_r(&begin, &tm) && strftime(words, sizeof(words), "%F %T UTC", &tm))
		row(out, "began", words);
	snprintf(words, sizeof(words), "%" PRIu64 ".%03" PRIu64 " s", length / NS_PER_S,
		 length % NS_PER_S / 1000000);
	row(out, "lasted", words);
}

static void print_run(FILE *out, const struct fpt_report *report)
{
	const struct fpt_session *session = report->session;
	char words[FPT_POINT_WORDS];

	begin_section(out, report, "run", "Run");
	fputs("<table>\n", out);
	row(out, "log", session->options.log);
	row(out, "host", session->run.host);
	row(out, "kernel", session->run.kernel);
	row(out, "fusept", session->run.fusept);
	print_times(out, report);
	row(out, "traced", report->ending->command_line);
	row(out, "command", report->ending->command);
	row(out, "stream", report->ending->cut);
	row(out, "missing", fpt_report__doubt_words(report, words, sizeof(words)));
	snprintf(words, sizeof(words), "%d", report->exit);
	row(out, "exit status", words);
	fputs("</table></section>\n", out);
}

static void print_bytes(FILE *out, const struct fpt_bytes *bytes)
{
	struct fpt_moved total = fpt_bytes__total(bytes);

	if (!bytes->known)
		return;
	fputs("</table>\n<h3>Bytes</h3>\n<table>\n", out);
	count_row(out, "read past the server", total.backing_read, 0);
	count_row(out, "written past the server", total.backing_written, 0);
	count_row(out, "read from the server", total.server_read, 0);
	count_row(out, "written to the server", total.server_written, 0);
	if (bytes->missed)
		count_row(out, "counts that the kernel skipped", bytes->missed, 0);
}

static void print_opens(FILE *out, const struct fpt_report *report)
{
	const struct fpt_coverage *coverage = &report->session->coverage;
	const struct fpt_summary *s = report->summary;
	unsigned int i, reasons = 0;

	begin_section(out, report, "opens", "Opens");
	if (!fpt_session__knows_opens(report->session)) {
		fputs("<p>Not known from this log.</p></section>\n", out);
		return;
	}
	fputs("<table>\n", out);
	count_row(out, "all", s->opens, 0);
	count_row(out, "where passthrough is in force", coverage->eligible, s->opens);
	count_row(out, "read and written past the server", coverage->served, s->opens);
	count_row(out, "passthrough", s->opens_passthrough, s->opens);
	count_row(out, "cached", s->opens_cached, s->opens);
	count_row(out, "direct", s->opens_direct, s->opens);
	count_row(out, "failed", s->opens_failed, s->opens);
	for (i = 0; i < FPT_REASON_MAX; i++) {
		if (!coverage->reason[i])
			continue;
		if (!reasons++)
			fputs("</table>\n<h3>Why not past the server</h3>\n<table>\n", out);
		count_row(out, fpt_reasons[i].why, coverage->reason[i], s->opens);
	}
	print_bytes(out, &report->session->bytes);
	fputs("</table></section>\n", out);
}

static void print_events(FILE *out, const struct fpt_report *report)
{
	const struct fpt_summary *s = report->summary;
	const struct fpt_kind_info *info;
	size_t i;

	begin_section(out, report, "events", "Events");
	fputs("<table>\n", out);
	for (i = 0; (info = fpt_kinds(&i));)
		if (info->kind < 64 && s->events[info->kind])
			count_row(out, info->text, s->events[info->kind], 0);
	count_row(out, "produced", s->produced, 0);
	count_row(out, "lost", s->lost, 0);
	fputs("</table></section>\n", out);
}

static void print_called_from(FILE *out, const char *called_from)
{
	char words[FPT_CALLERS_WORDS];

	if (!called_from)
		return;
	fputs("<p>called from: <code>", out);
	fpt_markup__words(out, fpt_callers__words(words, sizeof(words), called_from, true));
	fputs("</code></p>\n", out);
}

/* A witness: the sentence, and the event behind it, field by field. */
static void print_finding(FILE *out, const struct fpt_report *report,
			  const struct fpt_kept_finding *kept)
{
	const struct fpt_kind_info *info = fpt_kind(kept->event.kind);
	uint64_t since = kept->event.ts_ns - report->session->first_ns;
	char words[300];
	size_t i;

	if (kept->event.ts_ns < report->session->first_ns)
		since = 0;
	fprintf(out, "<li><details><summary>%" PRIu64 ".%06" PRIu64 " s, ", since / NS_PER_S,
		since % NS_PER_S / 1000);
	fpt_markup__words(out, kept->mount);
	fprintf(out, ", nodeid %" PRIu64 ": <span class='witness'>", kept->finding.nodeid);
	fpt_markup__words(out, kept->finding.text);
	fprintf(out, "</span></summary>\n<p><code>%s", info ? info->name : "event");
	for (i = 0; info && i < info->nfields; i++) {
		if (info->fields[i].format == FPT_FORMAT_HIDDEN)
			continue;
		fprintf(out, " %s=", info->fields[i].name);
		fpt_markup__words(
			out, fpt_print_field(words, sizeof(words), &info->fields[i], &kept->event));
	}
	fputs("</code></p>\n", out);
	print_called_from(out, kept->finding.called_from);
	fputs("</details></li>\n", out);
}

static void print_check(FILE *out, const struct fpt_report *report, const struct fpt_point *point)
{
	const struct fpt_check_info *check = &fpt_checks[point->check];
	unsigned int count, i;
	const struct fpt_kept_finding *kept = fpt_point__findings(report, point->check, &count);
	char id[80];

	snprintf(id, sizeof(id), "check-%s", check->id);
	fprintf(out, "<article class='check%s'",
		point->outcome == FPT_POINT_FAILED ? " failed" : "");
	print_id(out, report, id);
	fprintf(out, "><h3>%s</h3>\n", check->id);
	fprintf(out, "<p>%" PRIu64 " x, %s %s. ", point->count, fpt_who_name(check->who),
		fpt_severity_name(check->severity));
	fpt_markup__words(out, check->rule);
	fputs("</p>\n<p>Remedy: ", out);
	fpt_markup__words(out, check->remedy);
	fputs("</p>\n<ul>\n", out);
	for (i = 0; i < count; i++)
		print_finding(out, report, &kept[i]);
	fputs("</ul>\n", out);
	if (point->count > count)
		fprintf(out, "<p>And %" PRIu64 " more.</p>\n", point->count - count);
	fputs("</article>\n", out);
}

static void print_findings(FILE *out, const struct fpt_report *report)
{
	struct fpt_point point;
	bool any = false;
	unsigned int i;

	begin_section(out, report, "findings", "Findings");
	for (i = 0; fpt_points__get(report, i, &point); i++)
		if (point.kind == FPT_POINT_CHECK && point.count) {
			print_check(out, report, &point);
			any = true;
		}
	fputs(any ? "</section>\n" : "<p>None.</p></section>\n", out);
}

static void print_assertions(FILE *out, const struct fpt_report *report)
{
	const struct fpt_assertions *assertions = report->assertions;
	char where[300];
	size_t i;

	if (!assertions->count)
		return;
	begin_section(out, report, "assertions", "Assertions");
	fputs("<table>\n", out);
	for (i = 0; i < assertions->count; i++) {
		const struct fpt_assertion *assertion = &assertions->item[i];

		fprintf(out, "<tr class='%s'><td>%s</td><td>", assertion->holds ? "holds" : "fails",
			assertion->holds ? "holds" : "fails");
		fpt_markup__words(out, fpt_assertion__where(assertion, where, sizeof(where)));
		fputs("<code>", out);
		fpt_markup__bytes(out, assertion->expression);
		fputs("</code></td><td>", out);
		if (!assertion->holds && assertion->found)
			fpt_markup__words(out, assertion->found);
		fputs("</td></tr>\n", out);
	}
	fputs("</table></section>\n", out);
}

static void print_off(FILE *out, const struct fpt_report *report)
{
	struct fpt_point point;
	unsigned int i, off = 0;

	for (i = 0; fpt_points__get(report, i, &point); i++) {
		if (point.outcome != FPT_POINT_SKIPPED)
			continue;
		if (!off++) {
			begin_section(out, report, "off", "Checks that were off");
			fputs("<ul class='off'>", out);
		}
		fprintf(out, "<li>%s: ", point.name);
		fpt_markup__words(out, point.why);
		fputs("</li>\n", out);
	}
	if (off)
		fputs("</ul></section>\n", out);
}

/* What became of a run, in a heading: @level 1 for the page's own. */
static void print_verdict(FILE *out, const struct fpt_report *report, int level, const char *name)
{
	const char *verdict = fpt_verdict_name(report->verdict);

	fprintf(out, "<h%d>", level);
	fpt_markup__words(out, name);
	fputs(": <span", out);
	print_id(out, report, "verdict");
	fprintf(out, " class='verdict %s'>%s</span></h%d>\n", verdict, verdict, level);
	fprintf(out, "<p>%" PRIu64 " violations, %" PRIu64 " warnings, %" PRIu64 " suspects.</p>\n",
		report->count[FPT_SEVERITY_VIOLATION], report->count[FPT_SEVERITY_WARNING],
		report->count[FPT_SEVERITY_SUSPECT]);
}

static void html_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	static const struct fpt_raster nothing;
	const bool several = fpt_session__is_one_of_several(report->session);
	FILE *out = ((struct fpt_body *)sink->all)->out;

	if (sink->state)
		fpt_raster__finish(sink->state, report->session->last_ns);
	if (several)
		fprintf(out, "<article class='run' id='run%u'>\n", report->session->options.run);
	print_verdict(out, report, several ? 2 : 1,
		      several ? report->session->options.log : "fusept");
	print_findings(out, report);
	print_assertions(out, report);
	begin_section(out, report, "modes", "Io modes");
	fpt_html__timeline(out, report, sink->state ? sink->state : &nothing);
	fputs("</section>\n", out);
	print_run(out, report);
	print_opens(out, report);
	print_events(out, report);
	print_off(out, report);
	if (several)
		fputs("</article>\n", out);
}

static void html_unread(struct fpt_sink *sink, unsigned int run, const char *log, const char *why)
{
	FILE *out = ((struct fpt_body *)sink->all)->out;

	fprintf(out, "<article class='run' id='run%u'>\n<h2>", run);
	fpt_markup__words(out, log);
	fputs(": <span class='verdict inconclusive'>not read</span></h2>\n<p>", out);
	fpt_markup__words(out, why);
	fputs("</p>\n</article>\n", out);
}

/* The page itself, around what the runs have written. */
static int html_close(struct fpt_sink *sink, const struct fpt_tally *tally)
{
	const char *text = fpt_body__text(sink->all);
	FILE *out = sink->out;
	const char *verdict;
	char words[100];

	if (tally && text) {
		verdict = fpt_verdict_name(fpt_tally__verdict(tally));
		fputs(head, out);
		fprintf(out, "<title>fusept: %s</title>\n</head>\n<body>\n", verdict);
		if (tally->runs > 1)
			fprintf(out,
				"<h1>fusept: <span id='verdict' class='verdict %s'>%s</span></h1>\n"
				"<p id='runs'>%u runs: %s.</p>\n",
				verdict, verdict, tally->runs,
				fpt_tally__words(tally, words, sizeof(words)));
		fprintf(out, "%s</body>\n</html>\n", text);
	}
	fpt_body__free(sink);
	return text ? 0 : fpt_sink__refuse(sink, -ENOMEM);
}

static void html_free(struct fpt_sink *sink)
{
	if (sink->state)
		fpt_raster__free(sink->state);
	free(sink->state);
}

const struct fpt_output fpt_out_html = {
	.name = "html",
	.open = fpt_body__open,
	.unread = html_unread,
	.close = html_close,
	.begin = html_begin,
	.every = html_every,
	.finding = html_finding,
	.end = html_end,
	.free = html_free,
};
