// SPDX-License-Identifier: GPL-2.0-only
/* The checks as tables: what they are, and what is to be told of them.  Runs none. */
#include "check.h"
#include "spec/explain.def"

#define ROW(NAME, id, who, severity, invariant, needs, rule, remedy) \
	{ id, FPT_WHO_##who, FPT_SEVERITY_##severity, invariant, needs, rule, remedy },
const struct fpt_check_info fpt_checks[FPT_CHECK_MAX] = { FPT_CHECKS(ROW) };
#undef ROW

enum { ITSELF = false, HISTORY = true };

#define TEXT(NAME, evidence, means, cause, done, found, see) \
	static const struct fpt_check_text text_of_##NAME = { evidence, means, cause, \
							      done,	found, see };
FPT_EXPLAIN(TEXT)
#undef TEXT

/* "text_of_NAME undeclared": the check has no row in spec/explain.def. */
#define ROW(NAME, ...) &text_of_##NAME,
const struct fpt_check_text *const fpt_check_texts[FPT_CHECK_MAX] = { FPT_CHECKS(ROW) };
#undef ROW

const char *fpt_who_name(enum fpt_who who)
{
	static const char *const names[FPT_WHOS] = { "kernel", "server", "environment" };

	return names[who];
}

const char *fpt_severity_name(enum fpt_severity severity)
{
	static const char *const names[FPT_SEVERITIES] = { "bug", "warning", "suspect" };

	return names[severity];
}

bool fpt_check__is_of_server(enum fpt_check_id check)
{
	return fpt_checks[check].needs & FPT_SERVER_EVENTS;
}

bool fpt_check__spans_tasks(enum fpt_check_id check)
{
	unsigned long long needs = fpt_checks[check].needs;

	return needs & N_OPEN || (needs & N_MODE) == N_MODE || (needs & N_LOOKUPS) == N_LOOKUPS;
}
