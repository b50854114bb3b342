// SPDX-License-Identifier: GPL-2.0-only
/* Copies findings, which are valid only while they are reported. */
#include "kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fpt_kept__add(struct fpt_kept *kept, const struct fpt_finding *finding, const char *mount)
{
	struct fpt_kept_finding **first = &kept->first[finding->check];
	unsigned int *count = &kept->count[finding->check];
	struct fpt_kept_finding *kept_finding;

	if (!*first)
		*first = calloc(FPT_KEPT_PER_CHECK, sizeof(**first));
	if (!*first || *count == FPT_KEPT_PER_CHECK)
		return;
	kept_finding = &(*first)[(*count)++];
	kept_finding->finding = *finding;
	snprintf(kept_finding->mount, sizeof(kept_finding->mount), "%s", mount);
	if (finding->event->size <= sizeof(kept_finding->bytes))
		memcpy(kept_finding->bytes, finding->event, finding->event->size);
	else
		kept_finding->event = (struct fpt_header){ .ts_ns = finding->event->ts_ns };
	kept_finding->finding.event = &kept_finding->event;
}

void fpt_kept__free(struct fpt_kept *kept)
{
	int check;

	for (check = 0; check < FPT_CHECK_MAX; check++)
		free(kept->first[check]);
	memset(kept, 0, sizeof(*kept));
}
