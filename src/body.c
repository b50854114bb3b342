// SPDX-License-Identifier: GPL-2.0-only
#include "body.h"

#include <errno.h>
#include <stdlib.h>

int fpt_body__open(struct fpt_sink *sink, const struct fpt_tally *tally)
{
	struct fpt_body *body = calloc(1, sizeof(*body));

	(void)tally;
	if (body)
		body->out = open_memstream(&body->text, &body->size);
	if (!body || !body->out) {
		free(body);
		return -ENOMEM;
	}
	sink->all = body;
	return 0;
}

const char *fpt_body__text(struct fpt_body *body)
{
	return fflush(body->out) || ferror(body->out) ? NULL : body->text;
}

void fpt_body__free(struct fpt_sink *sink)
{
	struct fpt_body *body = sink->all;

	if (!body)
		return;
	fclose(body->out);
	free(body->text);
	free(body);
	sink->all = NULL;
}
