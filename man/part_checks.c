// SPDX-License-Identifier: GPL-2.0-only
/* A section for each check, with what --explain tells of it. */
#include <stdio.h>

#include "describe.h"
#include "parts.h"

static void print_field(const char *name, const char *text)
{
	printf(".It %s\n", name);
	roff_text(text);
}

static void print_check(enum fpt_check_id check)
{
	const struct fpt_check_info *info = &fpt_checks[check];
	const struct fpt_check_text *text = fpt_check_texts[check];
	const char *who = fpt_who_name(info->who), *severity = fpt_severity_name(info->severity);
	char needs[1024];

	fputs(".Ss ", stdout);
	roff_name(info->id);
	printf("\n%s %s, %s\n.Pp\n.Bl -tag -width Evidence -compact\n", who, severity,
	       info->invariant);
	print_field("Rule", info->rule);
	print_field("Verdict", fpt_describe_verdict(check));
	print_field("Meaning", text->means);
	print_field("Cause", text->cause);
	print_field("Remedy", info->remedy);
	print_field("Example", text->done);
	puts(".Bd -ragged -compact -offset 2n");
	roff_text(text->found);
	fputs(".br\n[", stdout);
	roff_name(info->id);
	printf(", %s %s]\n.Ed\n", who, severity);
	print_field("Evidence", fpt_describe_evidence(check));
	print_field("Needs", fpt_describe_needs(needs, sizeof(needs), check));
	puts(".It See also");
	roff_names(text->see);
	puts(".El");
}

void part_checks(void)
{
	int check;

	for (check = 0; check < FPT_CHECK_MAX; check++)
		print_check(check);
}
