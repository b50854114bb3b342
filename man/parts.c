// SPDX-License-Identifier: GPL-2.0-only
/* Prints the part named on its command line. */
#include "parts.h"

#include <stdio.h>
#include <string.h>

#include "schema.h"

static void part_schema(void)
{
	fpt_schema__write(stdout);
}

static const struct {
	const char *name;
	void (*print)(void);
} parts[] = {
	{ "events", part_events },   { "checks", part_checks }, { "iomode", part_iomode },
	{ "diagram", part_diagram }, { "schema", part_schema },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc == 2 && i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcmp(argv[1], parts[i].name) == 0) {
			parts[i].print();
			return ferror(stdout) || fflush(stdout) ? 1 : 0;
		}
	fprintf(stderr, "usage: parts PART, of which there are:");
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		fprintf(stderr, " %s", parts[i].name);
	fputc('\n', stderr);
	return 2;
}
