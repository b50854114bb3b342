// SPDX-License-Identifier: GPL-2.0-only
/* The options that both tools have: what is printed, where, and what it must be. */
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "describe.h"
#include "schema.h"

int fpt_refuse(const char *tool, const char *what, const char *value, const char *wanted)
{
	fprintf(stderr, "%s: %s '%s': %s\n", tool, what, value, wanted);
	return -EINVAL;
}

void fpt_common_options__init(struct fpt_common_options *common, const char *tool, int argc,
			      char **argv, struct fpt_session_options *session)
{
	memset(session, 0, sizeof(*session));
	session->sinks.sink[0] = (struct fpt_sink){ .form = &fpt_out_text, .out = stdout };
	session->sinks.count = 1;
	session->events = true;
	*common = (struct fpt_common_options){
		.tool = tool, .argc = argc, .argv = argv, .session = session, .color = "auto"
	};
}

static int take_output(struct fpt_common_options *common, int option, const char *argument)
{
	struct fpt_sinks *sinks = &common->session->sinks;
	const char *wanted = option == 'o' ? fpt_sinks__add_words(sinks, argument)
					   : fpt_sinks__add(sinks, &fpt_out_junit, argument);

	return wanted ? fpt_refuse(common->tool, "output", argument, wanted) : 0;
}

static int take_assertion(struct fpt_common_options *common, int option, const char *argument)
{
	struct fpt_assertions *assertions = &common->session->assertions;
	char why[512] = "";
	int err;

	if (option == FPT_OPT_ASSERT) {
		err = fpt_assertions__add(assertions, argument, why, sizeof(why));
		if (err)
			fpt_refuse(common->tool, "assertion", argument,
				   *why ? why : strerror(-err));
	} else {
		err = fpt_assertions__read(assertions, argument, why, sizeof(why));
		if (err)
			fprintf(stderr, "%s: assertions: %s\n", common->tool, why);
	}
	return err ? -EINVAL : 0;
}

/* A list with commas; what it names is added to what earlier lists named. */
static int take_fail_on(struct fpt_common_options *common, const char *list)
{
	static const char *const names[] = { "violation", "warning", "suspect", "inconclusive" };
	unsigned int *fail_on = &common->session->fail_on, i;
	const char *at = list;
	size_t length;

	*fail_on |= FPT_FAIL_ON_VIOLATION;
	for (;; at += length + 1) {
		length = strcspn(at, ",");
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (strlen(names[i]) == length && strncmp(names[i], at, length) == 0)
				break;
		if (i == sizeof(names) / sizeof(names[0]))
			return fpt_refuse(common->tool, "list", list,
					  "want violation, warning, suspect or inconclusive");
		*fail_on |= 1U << i;
		if (!at[length])
			return 0;
	}
}

/* getopt takes a value that may be left out only after "=". */
static int explain(const struct fpt_common_options *common, const char *check)
{
	if (!check && optind < common->argc && common->argv[optind][0] != '-')
		check = common->argv[optind++];
	return fpt_describe(stdout, common->tool, check) ?: 1;
}

static int take_form(struct fpt_common_options *common, const char *name)
{
	const struct fpt_output *form = fpt_output__find(name);

	if (!form)
		return fpt_refuse(common->tool, "format", name, "want " FPT_OUTPUT_NAMES);
	common->session->sinks.sink[0].form = form;
	return 0;
}

int fpt_common_options__take(struct fpt_common_options *common, int option, const char *argument)
{
	switch (option) {
	case 'f':
		return take_form(common, argument);
	case 'o':
	case FPT_OPT_JUNIT:
		return take_output(common, option, argument);
	case FPT_OPT_ASSERT:
	case FPT_OPT_EXPECT:
		return take_assertion(common, option, argument);
	case FPT_OPT_FAIL_ON:
		return take_fail_on(common, argument);
	case FPT_OPT_EXPLAIN:
		return explain(common, argument);
	case FPT_OPT_JSON_SCHEMA:
		fpt_schema__write(stdout);
		return 1;
	case FPT_OPT_COLOR:
		common->color = argument;
		return 0;
	case 'c':
	case 'C':
		common->session->events = option == 'C';
		common->session->counts = true;
		return 0;
	case 'a':
		common->session->all_events = true;
		return 0;
	case 't':
		common->t_count++;
		return 0;
	case 'r':
		common->relative = true;
		return 0;
	}
	return -ENOENT;
}

/* NO_COLOR (any value) turns colour off where nobody asked for it. */
int fpt_common_options__finish(struct fpt_common_options *common)
{
	static const enum fpt_time_form forms[] = { FPT_TIME_START, FPT_TIME_CLOCK,
						    FPT_TIME_CLOCK_US, FPT_TIME_UNIX };
	struct fpt_sink *sink = &common->session->sinks.sink[0];
	const char *no_color = getenv("NO_COLOR");

	common->session->time = common->relative ? FPT_TIME_DELTA
						 : forms[common->t_count > 3 ? 3 : common->t_count];
	if (strcmp(common->color, "always") == 0)
		sink->color = true;
	else if (strcmp(common->color, "auto") == 0)
		sink->color = isatty(fileno(sink->out)) && !(no_color && *no_color);
	else if (strcmp(common->color, "never") != 0)
		return fpt_refuse(common->tool, "color", common->color,
				  "want always, never or auto");
	return 0;
}
