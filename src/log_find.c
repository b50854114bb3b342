// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the blocks of a log, also behind damage and in the next piece.  What a
 * header says is believed if its checksum is right and it fits to the others.
 */
#include "log_find.h"

#include <errno.h>
#include <string.h>

#include "log_scan.h"

/* Nothing more is to be had. */
static enum fpt_log_state cut_off(const struct fpt_log_reader *reader, char *why, size_t size)
{
	const struct fpt_log_source *source = &reader->source;
	const unsigned long long offset = source->offset + source->size;

	if (source->read_err)
		fpt_log_source__explain(source, why, size, "%s at offset %llu: %s",
					source->read_err == ENODATA  ? "truncated"
					: source->read_err == EILSEQ ? "damaged"
								     : "reading failed",
					offset, fpt_input__error(source->read_err));
	else if (reader->head.magic == FPT_LOG_NEXT_MAGIC)
		fpt_log_source__explain(source, why, size,
					"truncated: it goes on in piece %u, which is not here",
					source->head.piece + 1);
	else
		fpt_log_source__explain(
			source, why, size,
			"truncated at offset %llu: killed, out of space, or still being recorded",
			offset);
	return FPT_LOG_TRUNCATED;
}

/* After the end of a file: OK if the next piece has been begun. */
static enum fpt_log_state next_piece(struct fpt_log_reader *reader, char *why, size_t size)
{
	int err;

	if (!reader->source.pieces_left)
		return cut_off(reader, why, size);
	err = fpt_log_source__next(&reader->source);
	reader->searching = false;
	if (!err)
		return FPT_LOG_OK;
	fpt_log_source__explain(&reader->source, why, size, "cannot open: %s", strerror(-err));
	reader->source.eof = true;
	reader->reported = true;
	return FPT_LOG_DAMAGED;
}

/* Blocks say themselves where they belong, so that those behind it are read. */
static enum fpt_log_state tell_bad_header(struct fpt_log_reader *reader, char *why, size_t size)
{
	struct fpt_log_source *source = &reader->source;

	if (source->read_err && !source->size)
		fpt_log_source__explain(source, why, size, "cannot read: %s",
					fpt_input__error(source->read_err));
	else
		fpt_log_source__explain(
			source, why, size,
			"damaged at offset 0: its file header or meta text; the blocks behind it are read");
	source->bad_header = 0;
	reader->searching = true;
	reader->reported = true;
	return FPT_LOG_DAMAGED;
}

/* Brings the header of the next block to the start of what is held. */
static enum fpt_log_state find_header(struct fpt_log_reader *reader, char *why, size_t size)
{
	struct fpt_log_source *source = &reader->source;
	enum fpt_log_state state;

	for (;;) {
		bool found;

		if (source->bad_header)
			return tell_bad_header(reader, why, size);
		found = reader->searching ? fpt_log_scan(source, UINT64_MAX)
					  : fpt_log_source__fill(source, sizeof(reader->head));
		if (!found) {
			state = next_piece(reader, why, size);
			if (state != FPT_LOG_OK)
				return state;
			continue;
		}
		if (fpt_log_scan__here(source, &reader->head))
			break;
		if (fpt_log_scan__piece(source))
			continue;
		if (fpt_log_source__is_other(source)) {
			fpt_log_source__explain(
				source, why, size,
				"truncated at offset %llu, where another log begins",
				(unsigned long long)source->offset);
			return FPT_LOG_TRUNCATED;
		}
		fpt_log_source__explain(
			source, why, size,
			"damaged at offset %llu: no sound block header where block %u should begin",
			(unsigned long long)source->offset, reader->blocks);
		reader->consume = 1;
		reader->searching = true;
		reader->reported = true;
		return FPT_LOG_DAMAGED;
	}
	reader->searching = false;
	return FPT_LOG_OK;
}

/* Whether the header knows of less than the blocks before it hold, as no writer's does. */
static bool contradicts(const struct fpt_log_reader *reader)
{
	return reader->head.first < reader->first || reader->head.lost < reader->lost;
}

uint64_t fpt_log_missing(const struct fpt_log_reader *reader)
{
	if (contradicts(reader))
		return 0;
	return reader->head.first - reader->first + (reader->head.lost - reader->lost);
}

/* Whether the header fits to what came before. */
static enum fpt_log_state check_header(struct fpt_log_reader *reader, char *why, size_t size)
{
	const struct fpt_log_block *head = &reader->head;
	const struct fpt_log_source *source = &reader->source;
	const unsigned long long offset = source->offset;
	const bool backwards = head->number < reader->blocks;

	if (backwards)
		fpt_log_source__explain(
			source, why, size,
			"damaged at offset %llu: block %u is where block %u should be", offset,
			head->number, reader->blocks);
	else if (reader->reported || (head->number == reader->blocks && !contradicts(reader) &&
				      !fpt_log_missing(reader)))
		return FPT_LOG_OK;
	else if (contradicts(reader))
		fpt_log_source__explain(
			source, why, size,
			"damaged at offset %llu: block %u says that less came before it than did",
			offset, head->number);
	else if (!reader->blocks && source->head.piece)
		fpt_log_source__explain(
			source, why, size,
			"piece %u is the first one here; the %llu events before it are gone",
			source->head.piece, (unsigned long long)fpt_log_missing(reader));
	else
		fpt_log_source__explain(
			source, why, size,
			"damaged at offset %llu: block %u is where block %u should be, and %llu events before it are gone",
			offset, head->number, reader->blocks,
			(unsigned long long)fpt_log_missing(reader));
	reader->reported = true;
	if (backwards) {
		reader->consume = 1;
		reader->searching = true;
	}
	return FPT_LOG_DAMAGED;
}

enum fpt_log_state fpt_log_find(struct fpt_log_reader *reader, char *why, size_t size)
{
	enum fpt_log_state state = find_header(reader, why, size);

	return state == FPT_LOG_OK ? check_header(reader, why, size) : state;
}
