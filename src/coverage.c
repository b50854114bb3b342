// SPDX-License-Identifier: GPL-2.0-only
/* Sorts opens by the way in which they were served, and adds up what was moved. */
#include "coverage.h"

#include <errno.h>
#include <linux/fuse.h>
#include <stdlib.h>

#define REASON(NAME, name, why) { #name, why },
const struct fpt_reason_info fpt_reasons[FPT_REASON_MAX] = { FPT_REASONS(REASON) };

/* Of an open that is not served. */
static enum fpt_reason reason_of(const struct fpt_open *e, bool refused)
{
	if (!(e->conn_flags & FPT_CONN_PASSTHROUGH))
		return FPT_REASON_PASSTHROUGH_OFF;
	if (e->ret)
		return refused ? FPT_REASON_REFUSED : FPT_REASON_FAILED;
	if (e->file_mode == FPT_IOM_UNCACHED)
		return FPT_REASON_SERVER_BOTH;
	if (e->file_mode == FPT_IOM_NONE)
		return e->open_flags & FOPEN_DIRECT_IO ? FPT_REASON_SERVER_DIRECT : FPT_REASON_DAX;
	return e->conn_flags & FPT_CONN_NO_OPEN ? FPT_REASON_NO_OPEN : FPT_REASON_SERVER_CACHED;
}

void fpt_coverage__open(struct fpt_coverage *coverage, const struct fpt_open *e, int check)
{
	enum fpt_reason reason = reason_of(e, check >= 0);

	coverage->eligible += (e->conn_flags & FPT_CONN_PASSTHROUGH) != 0;
	/* read(2) and write(2) follow DIRECT_IO, whatever else is set. */
	if (!e->ret && e->file_mode == FPT_IOM_UNCACHED && !(e->open_flags & FOPEN_DIRECT_IO)) {
		coverage->served++;
		return;
	}
	coverage->reason[reason]++;
	if (reason == FPT_REASON_REFUSED)
		coverage->refused[check]++;
}

static struct fpt_bytes_row *find_row(const struct fpt_bytes *bytes, uint32_t dev)
{
	size_t i;

	for (i = 0; i < bytes->rows; i++)
		if (bytes->row[i].dev == dev)
			return &bytes->row[i];
	return NULL;
}

int fpt_bytes__take(struct fpt_bytes *bytes, const struct fpt_moved_record *record)
{
	struct fpt_bytes_row *row = find_row(bytes, record->dev);

	if (!row) {
		row = realloc(bytes->row, (bytes->rows + 1) * sizeof(*row));
		if (!row)
			return -ENOMEM;
		bytes->row = row;
		row += bytes->rows++;
	}
	*row = (struct fpt_bytes_row){
		record->dev,
		{ record->backing_read, record->backing_written, record->server_read,
		  record->server_written },
	};
	bytes->missed = record->missed;
	bytes->known = true;
	return 0;
}

void fpt_bytes__free(struct fpt_bytes *bytes)
{
	free(bytes->row);
	*bytes = (struct fpt_bytes){ 0 };
}

struct fpt_moved fpt_bytes__of(const struct fpt_bytes *bytes, uint32_t dev)
{
	const struct fpt_bytes_row *row = find_row(bytes, dev);

	return row ? row->moved : (struct fpt_moved){ 0 };
}

struct fpt_moved fpt_bytes__total(const struct fpt_bytes *bytes)
{
	struct fpt_moved total = { 0 };
	size_t i;

	for (i = 0; i < bytes->rows; i++) {
		const struct fpt_moved *moved = &bytes->row[i].moved;

		total.backing_read += moved->backing_read;
		total.backing_written += moved->backing_written;
		total.server_read += moved->server_read;
		total.server_written += moved->server_written;
	}
	return total;
}
