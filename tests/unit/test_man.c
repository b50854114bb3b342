// SPDX-License-Identifier: GPL-2.0-only
/*
 * fusept-log(5) lists the events as the tables have them: the part between its
 * two marks.  "test_man --write", from the top of the tree, renews that part.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "table.h"

#define MAN "man/fusept-log.5"
#define BEGIN ".\\\" begin of the events, made from the tables\n"
#define END ".\\\" end of the events\n"

#define FORMAT_NAME(name) #name,
static const char *const format_names[] = { FPT_FORMATS(FORMAT_NAME) };

static void write_kind(FILE *out, const struct fpt_kind_info *info)
{
	size_t i;

	fprintf(out, ".Ss %u %s\n%s.\n%u bytes.\n", info->kind, info->name, info->text, info->size);
	fputs(".Bl -column 000 char[256] requested_stack_depth IOMODE -compact\n", out);
	for (i = 0; i < info->nfields; i++) {
		const struct fpt_field *field = &info->fields[i];
		char type[16];

		if (field->format == FPT_FORMAT_TEXT)
			snprintf(type, sizeof(type), "char[%u]", field->size);
		else
			snprintf(type, sizeof(type), "%c%u", field->is_signed ? 's' : 'u',
				 field->size * 8U);
		fprintf(out, ".It %u Ta %s Ta %s Ta %s\n", field->offset, type, field->name,
			format_names[field->format]);
	}
	fputs(".El\n", out);
}

/* What should stand between the marks. */
static char *events_text(void)
{
	const struct fpt_kind_info *info;
	char *text = NULL;
	size_t size, i = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	while ((info = fpt_kinds(&i)))
		write_kind(out, info);
	fclose(out);
	return text;
}

/* The whole page; *begin and *end are set to the part between the marks. */
static char *read_page(char **begin, char **end)
{
	FILE *in = fopen(MAN, "r");
	char *page = NULL;
	size_t size = 0;

	if (!in)
		return NULL;
	if (getdelim(&page, &size, '\0', in) > 0) {
		*begin = strstr(page, BEGIN);
		*end = strstr(page, END);
	}
	fclose(in);
	if (!page || !*begin || !*end) {
		free(page);
		return NULL;
	}
	*begin += strlen(BEGIN);
	return page;
}

static int write_page(void)
{
	char *begin = NULL, *end = NULL, *page = read_page(&begin, &end), *events = events_text();
	FILE *out = page && events ? fopen(MAN, "w") : NULL;

	if (out)
		fprintf(out, "%.*s%s%s", (int)(begin - page), page, events, end);
	free(page);
	free(events);
	return out && fclose(out) == 0 ? 0 : 1;
}

static void test_events_of_the_page(void **state)
{
	char *begin = NULL, *end = NULL, *page = read_page(&begin, &end), *events = events_text();

	(void)state;
	if (!page)
		fail_msg("no " MAN " with its two marks here: run from the top of the tree");
	assert_non_null(events);
	*end = '\0';
	if (strcmp(begin, events) != 0)
		fail_msg(MAN " is stale: run this program with --write");
	free(page);
	free(events);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_of_the_page),
	};

	if (argc == 2 && strcmp(argv[1], "--write") == 0)
		return write_page();
	return cmocka_run_group_tests_name("man", tests, NULL, NULL);
}
