/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of out_html.c's page that are files of their own. */
#ifndef FPT_HTML_H
#define FPT_HTML_H

#include "raster.h"
#include "report.h"

/* The io modes of inodes over time, as a drawing inside the page. */
void fpt_html__timeline(FILE *out, const struct fpt_report *report,
			const struct fpt_raster *raster);

#endif
