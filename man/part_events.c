// SPDX-License-Identifier: GPL-2.0-only
/* Kinds and fields of all events and records, from spec/events.def and record.h. */
#include <stdio.h>

#include "parts.h"
#include "table.h"

#define FORMAT_NAME(name) #name,
static const char *const format_names[] = { FPT_FORMATS(FORMAT_NAME) };

static void print_kind(const struct fpt_kind_info *info)
{
	size_t i;

	printf(".Ss %u %s\n%s.\n%u bytes.\n", info->kind, info->name, info->text, info->size);
	puts(".Bl -column 000 char[256] requested_stack_depth IOMODE -compact");
	for (i = 0; i < info->nfields; i++) {
		const struct fpt_field *field = &info->fields[i];
		char type[16];

		if (field->format == FPT_FORMAT_TEXT)
			snprintf(type, sizeof(type), "char[%u]", field->size);
		else
			snprintf(type, sizeof(type), "%c%u", field->is_signed ? 's' : 'u',
				 field->size * 8U);
		printf(".It %u Ta %s Ta %s Ta %s\n", field->offset, type, field->name,
		       format_names[field->format]);
	}
	puts(".El");
}

void part_events(void)
{
	const struct fpt_kind_info *info;
	size_t i = 0;

	while ((info = fpt_kinds(&i)))
		print_kind(info);
}
