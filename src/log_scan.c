// SPDX-License-Identifier: GPL-2.0-only
#include "log_scan.h"

#include <string.h>

#include "log_head.h"

#define SCAN_BYTES 65536 /* read at a time in search of the next block */

/* The header at @at, if it is one of this run, and of this piece or a later one. */
static bool parse(const struct fpt_log_source *source, const char *at, struct fpt_log_block *head)
{
	const struct fpt_log_file *file = &source->head;

	return fpt_log_block__parse(head, at) &&
	       (!file->run || (head->run == file->run && head->piece >= file->piece));
}

bool fpt_log_scan__here(struct fpt_log_source *source, struct fpt_log_block *head)
{
	if (!fpt_log_source__fill(source, sizeof(*head)) || !parse(source, source->bytes, head))
		return false;
	/* All that is known of a piece whose file header is gone. */
	source->head.run = head->run;
	source->head.piece = head->piece;
	return true;
}

bool fpt_log_scan__piece(struct fpt_log_source *source)
{
	const struct fpt_log_file before = source->head;
	struct fpt_log_file head;

	if (!fpt_log_source__fill(source, sizeof(head)))
		return false;
	memcpy(&head, source->bytes, sizeof(head));
	if (memcmp(head.magic, FPT_LOG_MAGIC, sizeof(head.magic)) != 0 ||
	    (before.run && (head.run != before.run || head.piece <= before.piece)))
		return false;
	return fpt_log_source__header(source) == 0;
}

/* How many bytes from @at on cannot be the beginning of a header. */
static size_t skip(const char *at, size_t size)
{
	const char *next = memchr(at, FPT_LOG_MAGIC[0], size);

	return next ? (size_t)(next - at) : size;
}

bool fpt_log_scan(struct fpt_log_source *source, uint64_t limit)
{
	const uint64_t end =
		limit > UINT64_MAX - source->offset ? UINT64_MAX : source->offset + limit;
	const size_t least = sizeof(struct fpt_log_block);
	struct fpt_log_block head;
	size_t at, last;

	while (fpt_log_source__fill(source, SCAN_BYTES) || source->size >= least) {
		last = source->size - least;
		for (at = skip(source->bytes, last + 1); at <= last;
		     at += 1 + skip(source->bytes + at + 1, last - at)) {
			if (parse(source, source->bytes + at, &head)) {
				fpt_log_source__drop(source, at);
				return fpt_log_scan__here(source, &head);
			}
			if (memcmp(source->bytes + at, FPT_LOG_MAGIC, 8) != 0)
				continue;
			fpt_log_source__drop(source, at);
			last -= at;
			at = 0;
			if (fpt_log_scan__piece(source))
				break;
			if (fpt_log_source__is_other(source))
				return true;
			last = source->size - least; /* more may be held now */
		}
		if (at > last)
			fpt_log_source__drop(source, last + 1);
		if (source->offset > end)
			return false;
	}
	return false;
}

uint64_t fpt_log_scan__count(struct fpt_log_source *source)
{
	struct fpt_log_block head;
	uint64_t count = 0;

	for (;;) {
		if (!fpt_log_scan__here(source, &head)) {
			if (!fpt_log_scan(source, UINT64_MAX) || fpt_log_source__is_other(source))
				return count;
			continue;
		}
		if (!fpt_log_source__fill(source, sizeof(head) + head.stored))
			return count;
		if (fpt_log_block__holds(&head, source->bytes + sizeof(head))) {
			fpt_log_source__drop(source, sizeof(head) + head.stored);
			count++;
		} else {
			fpt_log_source__drop(source, sizeof(head));
		}
	}
}
