// SPDX-License-Identifier: GPL-2.0-only
/*
 * Draws the raster as SVG: a row for each inode, a path for each of its modes, so
 * that the size stays bounded; findings are marks on the row.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "markup.h"
#include "value.h"

#define LABELS 240 /* width of what stands left of the rows */
#define NAME_MAX_SHOWN 25 /* bytes, with the NUL: what there is room for */
#define ROW 18
#define BAR 12
#define TOP 22
#define NS_PER_S 1e9

static const char *const mode_class[FPT_INODE_MODES] = { "", "cached", "direct", "passthrough" };

/* Columns that hold the run; the rest of the raster is still empty. */
static double scale(const struct fpt_report *report, const struct fpt_raster *raster)
{
	unsigned int used = fpt_raster__column(raster, report->session->last_ns) + 1;

	return (double)FPT_RASTER_COLUMNS / used;
}

static void draw_mode(FILE *out, const struct fpt_lane *lane, int mode, int y, double width)
{
	unsigned int column, begin;
	bool any = false;

	for (column = 0; column < FPT_RASTER_COLUMNS; column++) {
		unsigned char all = lane->column[column];
		int share = __builtin_popcount(all),
		    place = __builtin_popcount(all & ((1 << mode) - 1));

		if (!(all & 1 << mode))
			continue;
		for (begin = column;
		     column + 1 < FPT_RASTER_COLUMNS && lane->column[column + 1] == all;)
			column++;
		if (!any)
			fprintf(out, "<path class='%s' d='", mode_class[mode]);
		any = true;
		/* Modes that share a column lie below each other. */
		fprintf(out, "M%.1f %.1fh%.1fv%.1fh-%.1fz", LABELS + begin * width,
			y + (double)BAR * place / share, (column - begin + 1) * width,
			(double)BAR / share, (column - begin + 1) * width);
	}
	if (any)
		fprintf(out, "'><title>%s</title></path>\n", fpt_inode_mode_name(mode));
}

static void draw_label(FILE *out, const struct fpt_lane *lane, int y)
{
	char name[NAME_MAX_SHOWN];

	fpt_sanitize(name, sizeof(name), lane->name, sizeof(lane->name));
	fprintf(out, "<text x='%d' y='%d' text-anchor='end'>", LABELS - 8, y + BAR - 2);
	fpt_markup__words(out, name);
	fprintf(out, "%snodeid %" PRIu64 "<title>", *name ? ", " : "", lane->key.nodeid);
	fpt_markup__words(out, lane->mount);
	fputs(": ", out);
	fpt_markup__bytes(out, lane->name);
	fputs("</title></text>\n", out);
}

/* The findings about an inode, as far as they were kept. */
static void draw_findings(FILE *out, const struct fpt_report *report,
			  const struct fpt_raster *raster, const struct fpt_lane *lane, int y)
{
	const struct fpt_kept *kept = &report->session->kept;
	double width = scale(report, raster);
	unsigned int i;
	int check;

	for (check = 0; check < FPT_CHECK_MAX; check++)
		for (i = 0; i < kept->count[check]; i++) {
			const struct fpt_finding *finding = &kept->first[check][i].finding;
			double x =
				LABELS + fpt_raster__column(raster, finding->event->ts_ns) * width;

			if (finding->nodeid != lane->key.nodeid || finding->dev != lane->key.dev ||
			    strcmp(kept->first[check][i].mount, lane->mount) != 0)
				continue;
			fprintf(out, "<path class='mark' d='M%.1f %dl4 6l-4 6l-4-6z'><title>", x,
				y);
			fpt_markup__words(out, fpt_checks[check].id);
			fputs(": ", out);
			fpt_markup__words(out, finding->text);
			fputs("</title></path>\n", out);
		}
}

static void draw_axis(FILE *out, const struct fpt_report *report, const struct fpt_raster *raster,
		      int height)
{
	const struct fpt_session *session = report->session;
	double length = (double)(session->last_ns - raster->begin_ns);
	int i;

	for (i = 0; i <= 4; i++)
		fprintf(out,
			"<path class='axis' d='M%d %dv%d'/><text x='%d' y='12' text-anchor='%s'>%.3f s</text>\n",
			LABELS + FPT_RASTER_COLUMNS * i / 4, TOP - 6, height - TOP + 6,
			LABELS + FPT_RASTER_COLUMNS * i / 4, i == 4 ? "end" : "middle",
			length * i / 4 / NS_PER_S);
}

void fpt_html__timeline(FILE *out, const struct fpt_report *report, const struct fpt_raster *raster)
{
	int height = TOP + ROW * (int)raster->lanes, mode;
	unsigned int i;

	if (!raster->lanes) {
		fputs("<p>No inode was in an io mode.</p>\n", out);
		return;
	}
	fputs("<p class='legend'>", out);
	for (mode = FPT_INODE_CACHED; mode < FPT_INODE_MODES; mode++)
		fprintf(out, "<span class='%s'></span> %s ", mode_class[mode],
			fpt_inode_mode_name(mode));
	fputs("<span class='mark'></span> finding</p>\n", out);
	fprintf(out,
		"<svg class='timeline' viewBox='0 0 %d %d' role='img' aria-label='io modes of inodes over time'>\n",
		LABELS + FPT_RASTER_COLUMNS + 4, height);
	draw_axis(out, report, raster, height);
	for (i = 0; i < raster->lanes; i++) {
		const struct fpt_lane *lane = raster->lane[i];
		int y = TOP + ROW * (int)i;

		fputs("<g class='inode'>\n", out);
		draw_label(out, lane, y);
		for (mode = FPT_INODE_CACHED; mode < FPT_INODE_MODES; mode++)
			draw_mode(out, lane, mode, y, scale(report, raster));
		draw_findings(out, report, raster, lane, y);
		fputs("</g>\n", out);
	}
	fputs("</svg>\n", out);
	if (raster->crowded)
		fprintf(out,
			"<p>There were more inodes: %d are drawn, those with findings before others.</p>\n",
			FPT_RASTER_LANES);
}
