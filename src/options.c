// SPDX-License-Identifier: GPL-2.0-only
/* What the two command lines have in common. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <getopt.h>
#include <unistd.h>

#include "describe.h"
#include "trace_options.h"

enum fpt_time_form fpt_parse_time(int t_count, bool relative)
{
	static const enum fpt_time_form forms[] = { FPT_TIME_START, FPT_TIME_CLOCK,
						    FPT_TIME_CLOCK_US, FPT_TIME_UNIX };

	if (relative)
		return FPT_TIME_DELTA;
	return forms[t_count > 3 ? 3 : t_count];
}

/* NO_COLOR (any value) turns colour off where nobody asked for it. */
int fpt_parse_color(const char *when, FILE *out, bool *color)
{
	const char *no_color = getenv("NO_COLOR");

	if (strcmp(when, "always") == 0)
		*color = true;
	else if (strcmp(when, "never") == 0)
		*color = false;
	else if (strcmp(when, "auto") == 0)
		*color = isatty(fileno(out)) && !(no_color && *no_color);
	else
		return -EINVAL;
	return 0;
}

/* getopt takes a value that may be left out only after "=". */
int fpt_parse_explain(const char *program, int argc, char **argv, const char *value)
{
	if (!value && optind < argc && argv[optind][0] != '-')
		value = argv[optind++];
	return fpt_describe(stdout, program, value) ?: 1;
}
