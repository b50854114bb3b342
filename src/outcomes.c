// SPDX-License-Identifier: GPL-2.0-only
#include "outcomes.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "value.h"

#define OUTCOMES_MAX (1 << 20)
#define WORDS 512

/* ---- the list: a hash table until it is sorted ---- */

static uint64_t hash(const char *scenario, const char *result)
{
	uint64_t value = 14695981039346656037U;

	for (; *scenario; scenario++)
		value = (value ^ (unsigned char)*scenario) * 1099511628211U;
	value *= 1099511628211U;
	for (; *result; result++)
		value = (value ^ (unsigned char)*result) * 1099511628211U;
	return value ^ value >> 32;
}

/* The item of that, or the free place for it. */
static struct fpt_outcome *find(const struct fpt_outcomes *outcomes, const char *scenario,
				const char *result)
{
	size_t at = hash(scenario, result) & (outcomes->room - 1);

	while (outcomes->item[at].scenario && (strcmp(outcomes->item[at].result, result) != 0 ||
					       strcmp(outcomes->item[at].scenario, scenario) != 0))
		at = (at + 1) & (outcomes->room - 1);
	return &outcomes->item[at];
}

static bool grow(struct fpt_outcomes *outcomes)
{
	struct fpt_outcomes grown = { .room = outcomes->room ? 2 * outcomes->room : 256 };
	size_t i;

	if (outcomes->count < outcomes->room / 2)
		return true;
	if (outcomes->count >= OUTCOMES_MAX)
		return false;
	grown.item = calloc(grown.room, sizeof(*grown.item));
	if (!grown.item)
		return false;
	for (i = 0; i < outcomes->room; i++) {
		const struct fpt_outcome *item = &outcomes->item[i];

		if (item->scenario)
			*find(&grown, item->scenario, item->result) = *item;
	}
	free(outcomes->item);
	outcomes->item = grown.item;
	outcomes->room = grown.room;
	return true;
}

void fpt_outcomes__add(struct fpt_outcomes *outcomes, const char *scenario, const char *result)
{
	struct fpt_outcome *item;

	if (outcomes->failed || !grow(outcomes)) {
		outcomes->failed = true;
		return;
	}
	item = find(outcomes, scenario, result);
	item->count++;
	if (item->scenario)
		return;
	item->scenario = strdup(scenario);
	item->result = strdup(result);
	if (item->scenario && item->result) {
		outcomes->count++;
		return;
	}
	free(item->scenario);
	free(item->result);
	*item = (struct fpt_outcome){ 0 };
	outcomes->failed = true;
}

void fpt_outcomes__free(struct fpt_outcomes *outcomes)
{
	const size_t room = outcomes->sorted ? outcomes->count : outcomes->room;
	size_t i;

	for (i = 0; i < room; i++) {
		free(outcomes->item[i].scenario);
		free(outcomes->item[i].result);
	}
	free(outcomes->item);
	*outcomes = (struct fpt_outcomes){ 0 };
}

static int compare(const void *a, const void *b)
{
	const struct fpt_outcome *x = a, *y = b;

	return strcmp(x->scenario, y->scenario) ?: strcmp(x->result, y->result);
}

static void sort(struct fpt_outcomes *outcomes)
{
	size_t i, count = 0;

	for (i = 0; i < outcomes->room && !outcomes->sorted; i++)
		if (outcomes->item[i].scenario)
			outcomes->item[count++] = outcomes->item[i];
	if (outcomes->count)
		qsort(outcomes->item, outcomes->count, sizeof(*outcomes->item), compare);
	outcomes->sorted = true;
}

/* ---- what happened ---- */

static const char *access_words(uint32_t flags)
{
	switch (flags & O_ACCMODE) {
	case O_RDONLY:
		return "reading";
	case O_WRONLY:
		return "writing";
	default:
		return "both";
	}
}

/* Appends the checks that found something. */
static void add_checks(char *result, size_t size, const struct fpt_session *session)
{
	size_t used = strlen(result);
	unsigned int i;

	for (i = 0; i < session->findings && used < size; i++)
		used += (size_t)snprintf(result + used, size - used, " [%s]",
					 fpt_checks[session->finding[i].check].id);
}

static void take_open(struct fpt_outcomes *outcomes, const struct fpt_session *session,
		      const struct fpt_open *e)
{
	char name[300], comm[80], scenario[WORDS], result[WORDS] = "direct";

	fpt_sanitize(name, sizeof(name), e->name, sizeof(e->name));
	fpt_sanitize(comm, sizeof(comm), e->comm, sizeof(e->comm));
	snprintf(scenario, sizeof(scenario), "open of \"%s\" for %s by %s", name,
		 access_words(e->f_flags), comm);
	if (e->ret)
		fpt_print_errno(result, sizeof(result), e->ret);
	else if (e->file_mode)
		fpt_print_iomode(result, sizeof(result), e->file_mode);
	if (!e->ret && e->file_mode == FPT_IOM_UNCACHED)
		snprintf(result, sizeof(result), "passthrough");
	add_checks(result, sizeof(result), session);
	fpt_outcomes__add(outcomes, scenario, result);
}

static void take_registration(struct fpt_outcomes *outcomes, const struct fpt_session *session,
			      const struct fpt_backing_open *e)
{
	char comm[80], scenario[WORDS], result[WORDS] = "a backing id";

	fpt_sanitize(comm, sizeof(comm), e->comm, sizeof(e->comm));
	snprintf(scenario, sizeof(scenario), "registration of a backing file by %s", comm);
	if (e->ret < 0)
		fpt_print_errno(result, sizeof(result), e->ret);
	add_checks(result, sizeof(result), session);
	fpt_outcomes__add(outcomes, scenario, result);
}

static void take_init(struct fpt_outcomes *outcomes, const struct fpt_session *session,
		      const struct fpt_init *e)
{
	char result[WORDS], flags[FPT_VALUE_MAX];

	if (e->ret)
		fpt_print_errno(result, sizeof(result), e->ret);
	else
		snprintf(result, sizeof(result), "%s, max_stack_depth %u",
			 fpt_print_conn(flags, sizeof(flags), e->conn_flags),
			 e->effective_stack_depth);
	add_checks(result, sizeof(result), session);
	fpt_outcomes__add(outcomes, "negotiation of a connection", result);
}

static void take_event(struct fpt_sink *sink, const struct fpt_session *session,
		       const struct fpt_header *event)
{
	switch (event->kind) {
	case FPT_OPEN:
		return take_open(sink->state, session, (const void *)event);
	case FPT_BACKING_OPEN:
		return take_registration(sink->state, session, (const void *)event);
	case FPT_INIT:
		return take_init(sink->state, session, (const void *)event);
	}
}

/* Those that are no result of the above are scenarios of their own. */
static void take_finding(struct fpt_sink *sink, const struct fpt_session *session,
			 const struct fpt_finding *finding)
{
	const uint16_t kind = finding->event->kind;
	char name[300], scenario[WORDS];

	(void)session;
	if (kind == FPT_OPEN || kind == FPT_BACKING_OPEN || kind == FPT_INIT)
		return;
	fpt_sanitize(name, sizeof(name), finding->name, sizeof(finding->name));
	snprintf(scenario, sizeof(scenario), "%s%s%s%s", fpt_checks[finding->check].rule,
		 *name ? ": \"" : "", name, *name ? "\"" : "");
	fpt_outcomes__add(sink->state, scenario, fpt_checks[finding->check].id);
}

static void take_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	const struct fpt_summary *summary = report->summary;
	struct fpt_outcomes *outcomes = sink->state;

	outcomes->verdict = report->verdict;
	outcomes->complete = !summary->lost && !summary->missed && !summary->gaps &&
			     summary->ended && !outcomes->failed;
}

const struct fpt_output fpt_out_outcomes = {
	.name = "outcomes", .every = take_event, .finding = take_finding, .end = take_end
};

/* ---- two of them ---- */

struct diff {
	FILE *out;
	const struct fpt_outcomes *outcomes;
	size_t at[2]; /* the next item of each */
	uint64_t alike, differ, only[2]; /* scenarios */
	char names[2][300]; /* of the runs, printable */
	bool told; /* which sign is whose */
	bool proven; /* a difference that no missing evidence explains */
};

static const struct fpt_outcome *next(const struct diff *diff, int which)
{
	const struct fpt_outcomes *outcomes = &diff->outcomes[which];

	return diff->at[which] < outcomes->count ? &outcomes->item[diff->at[which]] : NULL;
}

/* How many results of the scenario there are, from the next on. */
static size_t results_of(const struct diff *diff, int which, const char *scenario)
{
	const struct fpt_outcomes *outcomes = &diff->outcomes[which];
	size_t at = diff->at[which];

	while (at < outcomes->count && strcmp(outcomes->item[at].scenario, scenario) == 0)
		at++;
	return at - diff->at[which];
}

static bool are_alike(const struct diff *diff, size_t count)
{
	const struct fpt_outcome *a = next(diff, 0), *b = next(diff, 1);
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(a[i].result, b[i].result) != 0)
			return false;
	return true;
}

/* The results of one scenario: - only in the first run, + only in the second. */
static void print_results(struct diff *diff, const size_t count[2])
{
	const struct fpt_outcome *a = next(diff, 0), *b = next(diff, 1);
	size_t i = 0, j = 0;

	if (!diff->told)
		fprintf(diff->out, "--- %s\n+++ %s\n\n", diff->names[0], diff->names[1]);
	diff->told = true;
	fprintf(diff->out, "%s\n", count[0] ? a->scenario : b->scenario);
	while (i < count[0] || j < count[1]) {
		const int order = i == count[0]	  ? 1
				  : j == count[1] ? -1
						  : strcmp(a[i].result, b[j].result);

		if (order < 0)
			fprintf(diff->out, "  - %8" PRIu64 " x %s\n", a[i].count, a[i].result);
		else if (order > 0)
			fprintf(diff->out, "  + %8" PRIu64 " x %s\n", b[j].count, b[j].result);
		else
			fprintf(diff->out, "    %8" PRIu64 " x %s; %" PRIu64 " in the second\n",
				a[i].count, a[i].result, b[j].count);
		/* What one has and the other lacks proves nothing where that lost evidence. */
		diff->proven |= order < 0 && diff->outcomes[1].complete;
		diff->proven |= order > 0 && diff->outcomes[0].complete;
		i += order <= 0;
		j += order >= 0;
	}
}

static void compare_scenario(struct diff *diff)
{
	const struct fpt_outcome *a = next(diff, 0), *b = next(diff, 1);
	const char *scenario = !a				      ? b->scenario
			       : !b				      ? a->scenario
			       : strcmp(a->scenario, b->scenario) < 0 ? a->scenario
								      : b->scenario;
	const size_t count[2] = { results_of(diff, 0, scenario), results_of(diff, 1, scenario) };

	if (count[0] == count[1] && are_alike(diff, count[0])) {
		diff->alike++;
	} else {
		if (!count[0] || !count[1])
			diff->only[!count[0]]++;
		else
			diff->differ++;
		print_results(diff, count);
	}
	diff->at[0] += count[0];
	diff->at[1] += count[1];
}

int fpt_outcomes__diff(FILE *out, struct fpt_outcomes outcomes[2], char *const names[2])
{
	struct diff diff = { .out = out, .outcomes = outcomes };
	int i;

	for (i = 0; i < 2; i++)
		fpt_sanitize(diff.names[i], sizeof(diff.names[i]), names[i], SIZE_MAX);
	sort(&outcomes[0]);
	sort(&outcomes[1]);
	while (next(&diff, 0) || next(&diff, 1))
		compare_scenario(&diff);
	fprintf(out,
		"%sscenarios  %" PRIu64 " alike, %" PRIu64 " with other results, %" PRIu64
		" only in the first run, %" PRIu64 " only in the second\n",
		diff.differ || diff.only[0] || diff.only[1] ? "\n" : "", diff.alike, diff.differ,
		diff.only[0], diff.only[1]);
	for (i = 0; i < 2; i++)
		fprintf(out, "verdict    %s: %s%s\n", diff.names[i],
			fpt_verdict_name(outcomes[i].verdict),
			outcomes[i].complete ? "" : "; evidence is missing");
	if (diff.proven)
		return FPT_EXIT_FAILED;
	return outcomes[0].complete && outcomes[1].complete
		       ? 0
		       : fpt_verdict_exit(FPT_VERDICT_INCONCLUSIVE);
}
