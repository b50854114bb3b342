// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the blocks of a log, also behind damage and in the next piece.  What a
 * header says is believed if its checksum is right and it fits to the others.
 */
#include "log_find.h"

#include <errno.h>
#include <string.h>

#include "crc32c.h"

#define SCAN_BYTES 65536 /* read at a time in search of the next block */

/* The header at @at, if it is one of this piece. */
static bool is_block_header(const struct fpt_log_reader *reader, const char *at)
{
	struct fpt_log_block head;

	memcpy(&head, at, sizeof(head));
	if (head.magic != FPT_LOG_BLOCK_MAGIC && head.magic != FPT_LOG_NEXT_MAGIC &&
	    head.magic != FPT_LOG_END_MAGIC)
		return false;
	if (head.stored > FPT_LOG_CONTENT_MAX || head.size > FPT_LOG_CONTENT_MAX ||
	    (head.magic != FPT_LOG_BLOCK_MAGIC && head.count) || head.records > head.count)
		return false;
	return head.header_crc ==
	       fpt_crc32c(reader->source.head.crc, at, offsetof(struct fpt_log_block, header_crc));
}

/* Whether a later piece of the run begins here; if so, it is gone over to. */
static bool is_next_piece(struct fpt_log_reader *reader)
{
	const struct fpt_log_file before = reader->source.head;
	struct fpt_log_file head;

	if (!fpt_log_source__fill(&reader->source, sizeof(head)))
		return false;
	memcpy(&head, reader->source.bytes, sizeof(head));
	if (memcmp(head.magic, FPT_LOG_MAGIC, sizeof(head.magic)) != 0 || head.run != before.run ||
	    head.piece <= before.piece)
		return false;
	return fpt_log_source__header(&reader->source) == 0;
}

/*
 * Drops bytes until a block header is at hand, of this piece or of one that
 * follows in the same file.  False at the end of the file.
 */
static bool find_block(struct fpt_log_reader *reader)
{
	const size_t least = sizeof(struct fpt_log_block);
	struct fpt_log_source *source = &reader->source;
	size_t at;

	while (fpt_log_source__fill(source, SCAN_BYTES) || source->size >= least) {
		for (at = 0; at + least <= source->size; at++) {
			if (is_block_header(reader, source->bytes + at)) {
				fpt_log_source__drop(source, at);
				return true;
			}
			if (memcmp(source->bytes + at, FPT_LOG_MAGIC, 8) != 0)
				continue;
			fpt_log_source__drop(source, at);
			at = 0;
			if (is_next_piece(reader))
				break;
		}
		if (at + least > source->size)
			fpt_log_source__drop(source, at);
	}
	return false;
}

/* Nothing more is to be had. */
static enum fpt_log_state cut_off(const struct fpt_log_reader *reader, char *why, size_t size)
{
	const struct fpt_log_source *source = &reader->source;
	const unsigned long long offset = source->offset + source->size;

	if (source->read_err == EILSEQ)
		fpt_log_source__explain(
			source, why, size,
			"damaged after offset %llu: zstd cannot decompress the rest", offset);
	else if (source->read_err)
		fpt_log_source__explain(source, why, size,
					"reading failed at offset %llu: %s; the rest is unknown",
					offset, strerror(source->read_err));
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
	if (err) {
		fpt_log_source__explain(&reader->source, why, size, "cannot open: %s",
					strerror(-err));
	} else if (fpt_log_source__header(&reader->source)) {
		fpt_log_source__explain(&reader->source, why, size,
					"damaged at offset 0: its file header; it is left out");
	} else {
		return FPT_LOG_OK;
	}
	/* What is in the file cannot be told from another log's. */
	reader->source.size = 0;
	reader->source.eof = true;
	reader->reported = true;
	return FPT_LOG_DAMAGED;
}

/* Brings the header of the next block to the start of what is held. */
static enum fpt_log_state find_header(struct fpt_log_reader *reader, char *why, size_t size)
{
	struct fpt_log_source *source = &reader->source;
	enum fpt_log_state state;

	for (;;) {
		bool found = reader->searching ? find_block(reader)
					       : fpt_log_source__fill(source, sizeof(reader->head));

		if (!found) {
			state = next_piece(reader, why, size);
			if (state != FPT_LOG_OK)
				return state;
			continue;
		}
		if (is_block_header(reader, source->bytes))
			break;
		if (is_next_piece(reader))
			continue;
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
	memcpy(&reader->head, source->bytes, sizeof(reader->head));
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
