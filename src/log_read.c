// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a log, block by block, and believes nothing in it: every size is checked
 * before it is followed.  Holds one block at a time.
 */
#include "log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "log_find.h"
#include "log_head.h"

static void count_from(struct fpt_log_reader *reader)
{
	const struct fpt_log_block *head = &reader->head;

	reader->cost += fpt_log_missing(reader);
	if (head->first > reader->first)
		reader->damage += head->first - reader->first;
	reader->first = head->first;
	reader->lost = head->lost;
	reader->blocks = head->number + 1;
}

/* ---- blocks ---- */

static const char *decompress(struct fpt_log_reader *reader, const void *stored)
{
	const uint32_t size = reader->head.size;
	uint8_t *content;

	reader->content.size = 0;
	content = fpt_buffer__add(&reader->content, size + FPT_PACK_SLACK);
	if (!reader->zstd)
		reader->zstd = ZSTD_createDCtx();
	if (!content || !reader->zstd)
		return "no memory to decompress it";
	memset(content + size, 0, FPT_PACK_SLACK);
	if (ZSTD_decompressDCtx(reader->zstd, content, size, stored, reader->head.stored) != size)
		return "zstd cannot decompress it";
	return NULL;
}

/* Looks at the content, which is held.  What is wrong with it, or NULL. */
static const char *open_content(struct fpt_log_reader *reader)
{
	const struct fpt_log_block *head = &reader->head;
	const char *stored = reader->source.bytes + sizeof(*head), *wrong;

	if (head->flags & ~(FPT_LOG_ZSTD | FPT_LOG_REPEATED))
		return "it needs a newer fusept";
	if (head->flags & FPT_LOG_ZSTD) {
		wrong = decompress(reader, stored);
		if (wrong)
			return wrong;
		stored = (char *)reader->content.at;
	} else if (head->size != head->stored) {
		return "its two sizes differ";
	}
	return fpt_log_decoder__open(reader->decoder, stored, head->size, head->count);
}

static enum fpt_log_state damaged_block(struct fpt_log_reader *reader, const char *wrong, char *why,
					size_t size)
{
	fpt_log_source__explain(&reader->source, why, size,
				"damaged at offset %llu, in block %u of %u events: %s",
				(unsigned long long)reader->source.offset, reader->head.number,
				reader->head.count, wrong);
	reader->in_block = false;
	reader->reported = true;
	return FPT_LOG_DAMAGED;
}

/* Comes to the next block that has anything to give. */
static enum fpt_log_state open_block(struct fpt_log_reader *reader, char *why, size_t size)
{
	const struct fpt_log_block *head = &reader->head;
	enum fpt_log_state state;
	const char *wrong;

	for (;;) {
		fpt_log_source__drop(&reader->source, reader->consume);
		reader->consume = 0;
		state = fpt_log_find(reader, why, size);
		if (state != FPT_LOG_OK)
			return state;
		if (!fpt_log_source__fill(&reader->source, sizeof(*head) + head->stored)) {
			fpt_log_source__drop(&reader->source, reader->source.size);
			continue;
		}
		count_from(reader);
		reader->consume = sizeof(*head) + head->stored;
		wrong = fpt_log_block__holds(head, reader->source.bytes + sizeof(*head))
				? NULL
				: "wrong checksum";
		/* It may have been cut, and what follows is closer than it says. */
		if (wrong) {
			reader->consume = sizeof(*head);
			reader->searching = true;
		}
		if (!wrong && (head->magic == FPT_LOG_NEXT_MAGIC ||
			       (head->flags & FPT_LOG_REPEATED && reader->introduced)))
			continue;
		if (!wrong)
			wrong = open_content(reader);
		if (wrong)
			return damaged_block(reader, wrong, why, size);
		reader->in_block = true;
		return FPT_LOG_OK;
	}
}

static void count_cpus(struct fpt_log_reader *reader)
{
	const struct fpt_log_cpu *row;
	uint32_t i, count;

	row = fpt_log_decoder__cpus(reader->decoder, &count);
	for (i = 0; i < count; i++, row++) {
		struct fpt_log_seen *cpu = &reader->cpu[row->cpu % FPT_MAX_CPUS];

		cpu->count += row->count;
		cpu->lost = row->lost;
		if (row->count && row->last >= cpu->end)
			cpu->end = row->last + 1;
	}
}

/* What each processor lost: as it counted itself, or as its sequence numbers show. */
static uint64_t lost_by_cpus(const struct fpt_log_reader *reader)
{
	const struct fpt_log_seen *cpu = reader->cpu;
	uint64_t all = 0;
	int i;

	for (i = 0; i < FPT_MAX_CPUS; i++, cpu++)
		all += cpu->end > cpu->count + cpu->lost ? cpu->end - cpu->count : cpu->lost;
	return all;
}

/* After the end block: nothing may follow it but another log. */
static enum fpt_log_state end_log(struct fpt_log_reader *reader, struct fpt_batch *batch, char *why,
				  size_t size)
{
	const uint64_t lost = lost_by_cpus(reader);

	reader->totals = (struct fpt_batch){ .end = true,
					     .lost = batch->lost + reader->damage,
					     .produced = batch->produced,
					     .missed = batch->missed };
	/* They agree, unless somebody has lost count. */
	if (reader->totals.lost < lost)
		reader->totals.lost = lost;
	reader->ended = true;
	fpt_log_source__drop(&reader->source, reader->consume);
	reader->consume = 0;
	if (!fpt_log_source__fill(&reader->source, 1) ||
	    fpt_log_source__is_other(&reader->source)) {
		*batch = reader->totals;
		return FPT_LOG_END;
	}
	fpt_log_source__explain(&reader->source, why, size,
				"damaged at offset %llu: something follows the end block",
				(unsigned long long)reader->source.offset);
	reader->totals.lost += 1;
	memset(batch, 0, sizeof(*batch));
	return FPT_LOG_DAMAGED;
}

static uint32_t count_events(const struct fpt_log_reader *reader, const struct fpt_batch *batch)
{
	const struct fpt_header *event;
	uint32_t count = batch->count;

	if (!reader->head.records)
		return count;
	for (event = fpt_batch__next(batch, NULL); event; event = fpt_batch__next(batch, event))
		count -= event->kind >= FPT_RECORD_FIRST;
	return count;
}

/* A batch of the block; false if it has no more. */
static bool take_batch(struct fpt_log_reader *reader, struct fpt_batch *batch)
{
	const bool repeated = reader->head.flags & FPT_LOG_REPEATED;

	if (!fpt_log_decoder__next(reader->decoder, batch, &reader->wrong)) {
		reader->in_block = false;
		if (!reader->wrong && !repeated)
			count_cpus(reader);
		return false;
	}
	if (batch->count && (repeated || !reader->head.first))
		reader->introduced = true;
	if (!repeated) {
		reader->first += count_events(reader, batch);
		reader->lost += batch->lost;
	}
	/* The end tells of all that was lost, but for the damage. */
	if (reader->head.magic != FPT_LOG_END_MAGIC)
		batch->lost += reader->cost;
	reader->cost = 0;
	reader->reported = false;
	return true;
}

enum fpt_log_state fpt_log_reader__next(struct fpt_log_reader *reader, struct fpt_batch *batch,
					char *why, size_t why_size)
{
	enum fpt_log_state state;

	if (reader->ended) {
		*batch = reader->totals;
		return FPT_LOG_END;
	}
	while (!reader->in_block || !take_batch(reader, batch)) {
		memset(batch, 0, sizeof(*batch));
		state = FPT_LOG_OK;
		if (reader->wrong)
			state = damaged_block(reader, reader->wrong, why, why_size);
		reader->wrong = NULL;
		if (state == FPT_LOG_OK)
			state = open_block(reader, why, why_size);
		if (state != FPT_LOG_OK)
			return state;
	}
	if (reader->head.magic == FPT_LOG_END_MAGIC) {
		reader->in_block = false;
		count_cpus(reader);
		return end_log(reader, batch, why, why_size);
	}
	return FPT_LOG_OK;
}

int fpt_log_reader__another(struct fpt_log_reader *reader, char *why, size_t why_size)
{
	enum fpt_log_state state;
	struct fpt_batch batch;

	do
		state = fpt_log_reader__next(reader, &batch, why, why_size);
	while (state != FPT_LOG_END && state != FPT_LOG_TRUNCATED);
	if (!fpt_log_source__is_other(&reader->source))
		return -ENOENT;
	*reader = (struct fpt_log_reader){ .own = reader->own,
					   .source = reader->source,
					   .decoder = reader->decoder,
					   .zstd = reader->zstd,
					   .content = reader->content };
	return fpt_log_source__header(&reader->source);
}

/* ---- the whole ---- */

/* @input: NULL, or the first piece, which is taken over. */
static struct fpt_log_reader *open_pieces(const struct fpt_log_piece *piece, size_t count,
					  const struct fpt_input *input, char *why, size_t why_size)
{
	struct fpt_log_reader *reader = calloc(1, sizeof(*reader));
	struct fpt_input unused = input ? *input : (struct fpt_input){ 0 };
	int err = -ENOMEM;

	if (reader)
		reader->decoder = fpt_log_decoder__new();
	if (reader && reader->decoder) {
		err = fpt_log_source__open(&reader->source, piece, count, input, why, why_size);
	} else {
		fpt_input__close(&unused);
		snprintf(why, why_size, "no memory to read a log");
	}
	if (err) {
		fpt_log_reader__close(reader);
		errno = -err;
		return NULL;
	}
	return reader;
}

struct fpt_log_reader *fpt_log_reader__open_run(const struct fpt_log_pieces *pieces, size_t run,
						char *why, size_t why_size)
{
	size_t count;
	const struct fpt_log_piece *piece = fpt_log_pieces__run(pieces, run, &count);

	return open_pieces(piece, count, NULL, why, why_size);
}

struct fpt_log_reader *fpt_log_reader__open_input(const char *path, const struct fpt_input *input,
						  char *why, size_t why_size)
{
	const struct fpt_log_piece piece = { .path = (char *)path };
	struct fpt_log_reader *reader = open_pieces(&piece, 1, input, why, why_size);

	if (reader)
		reader->source.piece = NULL; /* it is not looked at again */
	return reader;
}

struct fpt_log_reader *fpt_log_reader__open(const char *path, char *why, size_t why_size)
{
	struct fpt_log_pieces pieces = { 0 };
	struct fpt_log_reader *reader = NULL;
	int err = fpt_log_pieces__find(&pieces, path, why, why_size);

	if (!err && pieces.runs > 1) {
		snprintf(why, why_size, "%.200s: logs of more than one run are in there", path);
		err = -EMLINK;
	}
	if (!err) {
		reader = fpt_log_reader__open_run(&pieces, 0, why, why_size);
		err = reader ? 0 : -errno;
	}
	if (reader)
		reader->own = pieces;
	else
		fpt_log_pieces__free(&pieces);
	errno = -err;
	return reader;
}

const char *fpt_log_reader__name(const struct fpt_log_reader *reader)
{
	return reader->source.name;
}

uint64_t fpt_log_reader__done(const struct fpt_log_reader *reader)
{
	return reader->source.before + reader->source.input.taken;
}

const char *fpt_log_reader__meta(const struct fpt_log_reader *reader)
{
	return reader->source.meta ?: "{}";
}

void fpt_log_reader__close(struct fpt_log_reader *reader)
{
	if (!reader)
		return;
	fpt_log_source__close(&reader->source);
	fpt_log_decoder__free(reader->decoder);
	ZSTD_freeDCtx(reader->zstd);
	free(reader->content.at);
	fpt_log_pieces__free(&reader->own);
	free(reader);
}
