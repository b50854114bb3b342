// SPDX-License-Identifier: GPL-2.0-only
/*
 * Annotations of a GitHub Actions step, as many as one may have, and the whole of
 * it in the step's summary.  Several runs share what a step may have.  The runner
 * takes any line that begins with :: for a command, so nothing that a server can
 * name begins one.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "points.h"
#include "value.h"

#define ANNOTATIONS_MAX 10 /* of a kind and step; the runner drops the others */

enum level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTICE, LEVELS };

/* Of the step. */
struct github {
	FILE *out, *summary; /* summary: NULL without one */
	const char *summary_path; /* NULL: nobody wants one */
	int err; /* writing it */
	unsigned int left; /* runs to come, with the current one */
	bool several;
	unsigned int told[LEVELS], room[LEVELS]; /* room: until the end of the current run */
	uint64_t untold; /* for which there was no room */
	const struct fpt_report *report; /* of the current run */
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

/* Begins a command, up to its text; @line 0: it is about no file.  False if no more of that level
 * may be told. */
static bool begin_annotation(struct github *github, enum level level, const char *title,
			     const char *file, unsigned int line)
{
	static const char *const names[LEVELS] = { "error", "warning", "notice" };

	if (github->told[level] >= github->room[level]) {
		github->untold++;
		return false;
	}
	github->told[level]++;
	fprintf(github->out, "::%s title=", names[level]);
	print_escaped(github->out, title, true);
	if (github->several && github->report) {
		fputs(" in ", github->out);
		print_escaped(github->out, github->report->session->options.log, true);
	}
	if (line) {
		fputs(",file=", github->out);
		print_escaped(github->out, file, true);
		fprintf(github->out, ",line=%u", line);
	}
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
	char title[128], name[300];

	list_finding(github, kept);
	fpt_sanitize(name, sizeof(name), finding->name, SIZE_MAX);
	snprintf(title, sizeof(title), "%s (%s %s)", check->id, fpt_who_name(check->who),
		 fpt_severity_name(check->severity));
	if (!begin_annotation(github, level_of(point), title, NULL, 0))
		return;
	print_escaped(github->out, finding->text, false);
	fputs("%0Aon ", github->out);
	print_escaped(github->out, kept->mount, false);
	fprintf(github->out, ", nodeid %" PRIu64 "%s", finding->nodeid, *name ? ", " : "");
	print_escaped(github->out, name, false);
	fputs("%0Aremedy: ", github->out);
	end_annotation(github, check->remedy);
}

/* The findings of each check from @first to before @end, by turns: none is crowded out. */
static void tell_findings(struct github *github, unsigned int first, unsigned int end)
{
	const struct fpt_kept_finding *kept;
	struct fpt_point point;
	unsigned int round, i, count;

	for (round = first; round < end; round++)
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

/*
 * A file of the repository, by the name that it has there: what is somewhere else
 * cannot be annotated.  False for such a one.
 */
static bool name_in_repository(const char *file, char *out, size_t size)
{
	const char *workspace = getenv("GITHUB_WORKSPACE");
	char root[PATH_MAX], path[PATH_MAX];
	size_t length;

	if (!file || !realpath(file, path) ||
	    !realpath(workspace && *workspace ? workspace : ".", root))
		return false;
	length = strlen(root);
	if (strncmp(path, root, length) != 0 || path[length] != '/')
		return false;
	fpt_sanitize(out, size, path + length + 1, SIZE_MAX);
	return true;
}

static void tell_point(struct github *github, const struct fpt_point *point)
{
	const struct fpt_assertion *assertion = point->assertion;
	char file[1024] = "", where[300] = "";
	unsigned int line = 0;

	if (assertion) {
		fpt_assertion__where(assertion, where, sizeof(where));
		line = assertion->line;
	}
	if (github->summary)
		fprintf(github->summary, "%s: %s%s: %s\n", fpt_point__group(point->kind), where,
			point->name, point->why);
	if (!assertion || !name_in_repository(assertion->file, file, sizeof(file)))
		line = 0;
	if (!begin_annotation(github, level_of(point), assertion ? point->name : point->type, file,
			      line))
		return;
	/* The line is where the annotation is, or in its text. */
	if (!line)
		print_escaped(github->out, where, false);
	end_annotation(github, point->why);
}

/* Of the points that are no checks, the assertions or the others. */
static void tell_points(struct github *github, bool assertions)
{
	struct fpt_point point;
	unsigned int i;

	for (i = 0; fpt_points__get(github->report, i, &point); i++)
		if (point.kind != FPT_POINT_CHECK && *point.why &&
		    (point.kind == FPT_POINT_ASSERTION) == assertions &&
		    (point.kind != FPT_POINT_COMMAND || point.outcome != FPT_POINT_OK))
			tell_point(github, &point);
}

static void tell_verdict(struct github *github)
{
	const struct fpt_report *report = github->report;
	const struct fpt_summary *s = report->summary;

	if (!begin_annotation(github, LEVEL_NOTICE, "fusept", NULL, 0))
		return;
	fprintf(github->out,
		"verdict %s: %" PRIu64 " violations, %" PRIu64 " warnings, %" PRIu64 " suspects; ",
		fpt_verdict_name(report->verdict), report->count[FPT_SEVERITY_VIOLATION],
		report->count[FPT_SEVERITY_WARNING], report->count[FPT_SEVERITY_SUSPECT]);
	if (!fpt_session__is_of_server(report->session))
		fprintf(github->out, "%" PRIu64 " of %" PRIu64 " opens in passthrough; ",
			s->opens_passthrough, s->opens);
	fprintf(github->out, "%" PRIu64 " events lost\n", s->lost);
}

static void begin_summary(struct github *github)
{
	const struct fpt_report *report = github->report;
	const struct fpt_summary *s = report->summary;
	int check;

	/* The name of a log stands between fences: elsewhere it could be markup. */
	fprintf(github->summary, "### fusept: %s\n\n", fpt_verdict_name(report->verdict));
	if (github->several)
		fprintf(github->summary, "~~~text\n%s\n~~~\n\n", report->session->options.log);
	fputs("| | |\n| --- | --- |\n", github->summary);
	if (!fpt_session__is_of_server(report->session))
		fprintf(github->summary,
			"| opens | %" PRIu64 " |\n| in passthrough | %" PRIu64 " |\n", s->opens,
			s->opens_passthrough);
	fprintf(github->summary, "| events | %" PRIu64 " |\n| lost | %" PRIu64 " |\n", s->produced,
		s->lost);
	for (check = 0; check < FPT_CHECK_MAX; check++)
		if (s->findings[check])
			fprintf(github->summary, "| %s (%s %s) | %" PRIu64 " |\n",
				fpt_checks[check].id, fpt_who_name(fpt_checks[check].who),
				fpt_severity_name(fpt_checks[check].severity), s->findings[check]);
	fputs("\n~~~text\n", github->summary);
}

/* What earlier runs left of their shares is for later ones; one notice is that of all runs. */
static void share_room(struct github *github)
{
	const unsigned int runs = github->left ?: 1;
	unsigned int level;

	for (level = 0; level < LEVELS; level++) {
		unsigned int max = ANNOTATIONS_MAX - (level == LEVEL_NOTICE && github->several);

		github->room[level] =
			github->told[level] + (max - github->told[level] + runs - 1) / runs;
	}
	github->left--;
}

static int github_open(struct fpt_sink *sink, const struct fpt_tally *tally)
{
	struct github *github = calloc(1, sizeof(*github));
	const char *path = getenv("GITHUB_STEP_SUMMARY");

	if (!github)
		return -ENOMEM;
	sink->all = github;
	github->left = tally->runs;
	github->several = tally->runs > 1;
	if (!path || !*path)
		return 0;
	github->summary_path = path;
	github->summary = fopen(path, "ae");
	github->err = github->summary ? 0 : -errno;
	return 0;
}

static void github_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	struct github *github = sink->all;

	github->out = sink->out;
	github->report = report;
	share_room(github);
	if (github->summary)
		begin_summary(github);
	/* What there may be too many of comes last. */
	tell_points(github, false);
	tell_findings(github, 0, 1);
	tell_points(github, true);
	tell_findings(github, 1, FPT_KEPT_PER_CHECK);
	tell_verdict(github);
	if (github->summary)
		fputs("~~~\n", github->summary);
	github->report = NULL;
}

static void github_unread(struct fpt_sink *sink, unsigned int run, const char *log, const char *why)
{
	struct github *github = sink->all;

	(void)run;
	(void)log;
	github->out = sink->out;
	share_room(github);
	if (github->summary)
		fprintf(github->summary, "### fusept: not read\n\n~~~text\n%s\n~~~\n", why);
	if (!begin_annotation(github, LEVEL_ERROR, "fusept: a log cannot be read", NULL, 0))
		return;
	end_annotation(github, why); /* which has the name of the log */
}

/* What is of all runs, and not of the last. */
static void tell_all(struct github *github, const struct fpt_tally *tally)
{
	char words[100];

	if (github->several) {
		github->room[LEVEL_NOTICE] = ANNOTATIONS_MAX;
		begin_annotation(github, LEVEL_NOTICE, "fusept", NULL, 0);
		fprintf(github->out, "verdict of %u runs %s: %s\n", tally->runs,
			fpt_verdict_name(fpt_tally__verdict(tally)),
			fpt_tally__words(tally, words, sizeof(words)));
	}
	if (github->untold)
		fprintf(github->out, "fusept: no room for %" PRIu64 " more, %s\n", github->untold,
			github->summary ? "see the summary of the step"
					: "and GITHUB_STEP_SUMMARY names no file for them");
}

static int github_close(struct fpt_sink *sink, const struct fpt_tally *tally)
{
	struct github *github = sink->all;
	int err = github->err;

	github->out = sink->out;
	if (tally)
		tell_all(github, tally);
	errno = 0;
	if (github->summary && (ferror(github->summary) | fclose(github->summary)))
		err = errno ? -errno : -EIO;
	if (err)
		fprintf(stderr, "%s: cannot write the step's summary %s: %s\n",
			program_invocation_short_name, github->summary_path, strerror(-err));
	free(github);
	return err;
}

const struct fpt_output fpt_out_github = { .name = "github",
					   .counts_runs = true,
					   .open = github_open,
					   .end = github_end,
					   .unread = github_unread,
					   .close = github_close };
