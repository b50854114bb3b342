// SPDX-License-Identifier: GPL-2.0-only
/* Makes blocks, and puts them into the pieces of a log.  Gathers nothing. */
#include "log_blocks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <zstd.h>

#include "log_head.h"

#define REPEAT_FACTOR 16

struct block {
	struct fpt_log_block head;
	const struct fpt_buffer *content; /* as it is stored */
};

/* What is to be stored of the content: compressed, if that makes it smaller. */
static void compress(struct fpt_log_blocks *blocks, struct block *block)
{
	const size_t room = ZSTD_compressBound(blocks->content.size);
	size_t size;

	block->content = &blocks->content;
	block->head.size = (uint32_t)blocks->content.size;
	blocks->packed.size = 0;
	if (!blocks->zstd || !fpt_buffer__add(&blocks->packed, room))
		return;
	size = ZSTD_compressCCtx(blocks->zstd, blocks->packed.at, room, blocks->content.at,
				 blocks->content.size, blocks->zstd_level);
	if (ZSTD_isError(size) || size >= blocks->content.size)
		return;
	blocks->packed.size = size;
	block->content = &blocks->packed;
	block->head.flags |= FPT_LOG_ZSTD;
}

/* Makes a block of the content; its place in the log is not decided yet. */
static int make_block(struct fpt_log_blocks *blocks, struct block *block, uint32_t magic,
		      const struct fpt_log_content *content)
{
	int err;

	block->head = (struct fpt_log_block){ .magic = magic,
					      .count = content->count,
					      .records = content->records,
					      .begin_ns = content->begin_ns,
					      .end_ns = content->end_ns };
	blocks->content.size = 0;
	err = fpt_log_encode(blocks->encoder, content, &blocks->content);
	if (!err && blocks->content.size > FPT_LOG_CONTENT_MAX)
		err = -E2BIG;
	if (!err)
		compress(blocks, block);
	return err;
}

/* Gives the block its place, the next one. */
static void place_block(struct fpt_log_blocks *blocks, struct block *block)
{
	struct fpt_log_block *head = &block->head;

	head->number = blocks->next++;
	head->first = blocks->first;
	head->lost = blocks->lost;
	head->run = blocks->run;
	head->piece = blocks->sink.piece;
	head->stored = (uint32_t)block->content->size;
	fpt_log_block__seal(head, block->content->at);
}

static int write_block(struct fpt_log_blocks *blocks, struct block *block)
{
	place_block(blocks, block);
	return fpt_log_sink__write(&blocks->sink, &block->head, sizeof(block->head),
				   block->content->at, block->content->size);
}

/* ---- pieces ---- */

/* The records of the run once more; the block's place in the log is not decided yet. */
static int make_records(struct fpt_log_blocks *blocks, struct block *block)
{
	const struct fpt_log_part part = { .count = blocks->record_count };
	const struct fpt_log_content content = { .events = (char *)blocks->records.at,
						 .bytes = blocks->records.size,
						 .count = part.count,
						 .records = part.count,
						 .parts = &part,
						 .part_count = 1 };
	int err = make_block(blocks, block, FPT_LOG_BLOCK_MAGIC, &content);

	block->head.flags |= FPT_LOG_REPEATED;
	return err;
}

/* So that each piece tells what it is about. */
static int add_records(struct fpt_log_blocks *blocks, struct fpt_buffer *bytes)
{
	struct block block;
	int err = make_records(blocks, &block);

	if (err)
		return err;
	place_block(blocks, &block);
	fpt_buffer__put(bytes, &block.head, sizeof(block.head));
	fpt_buffer__put(bytes, block.content->at, block.content->size);
	return bytes->failed ? -ENOMEM : 0;
}

/*
 * In the first piece behind the first block of events, behind so many, and so on: without them
 * nothing can be judged, and the block that they came in may be damaged.
 */
static int repeat_records(struct fpt_log_blocks *blocks)
{
	struct block block;
	uint32_t due = 1;
	int err;

	while (due < blocks->in_piece)
		due *= REPEAT_FACTOR;
	if (!blocks->has_run || blocks->sink.piece || due != blocks->in_piece)
		return 0;
	err = make_records(blocks, &block);
	if (err || (blocks->rotate &&
		    (uint64_t)blocks->sink.size + block.content->size + 3 * sizeof(block.head) >
			    blocks->rotate))
		return err;
	return write_block(blocks, &block);
}

/* Begins the piece, unless that is done; with one write, so that it is done or not. */
static int begin_piece(struct fpt_log_blocks *blocks)
{
	struct fpt_log_file head = { .magic = FPT_LOG_MAGIC,
				     .version = FPT_LOG_VERSION,
				     .meta_size = (uint32_t)strlen(blocks->meta),
				     .run = blocks->run };
	struct fpt_buffer rest = { 0 };
	int err = 0;

	if (blocks->begun)
		return 0;
	if (blocks->sink.fd < 0)
		err = fpt_log_sink__next(&blocks->sink);
	if (err)
		return err;
	head.piece = blocks->sink.piece;
	head.crc = fpt_log_file__crc(&head, blocks->meta);
	fpt_buffer__put(&rest, blocks->meta, head.meta_size);
	if (head.piece)
		err = add_records(blocks, &rest);
	if (!err)
		err = fpt_log_sink__write(&blocks->sink, &head, sizeof(head), rest.at, rest.size);
	free(rest.at);
	blocks->begun = !err;
	blocks->in_piece = 0;
	fpt_log_frames__begin_piece(&blocks->frames);
	return err;
}

/* Goes on in the next piece, if a block of @size bytes is too much for this one. */
static int rotate(struct fpt_log_blocks *blocks, size_t size)
{
	static const struct fpt_buffer nothing;
	struct block next = { .head = { .magic = FPT_LOG_NEXT_MAGIC }, .content = &nothing };
	const uint64_t after = (uint64_t)blocks->sink.size + size + 2 * sizeof(next.head);
	int err;

	if (!blocks->rotate || !blocks->in_piece || after <= blocks->rotate)
		return 0;
	err = write_block(blocks, &next);
	if (err)
		return err;
	blocks->begun = false;
	err = fpt_log_sink__next(&blocks->sink);
	return err ?: begin_piece(blocks);
}

/* A block of this content, and of the frames that the piece lacks. */
static int make_whole_block(struct fpt_log_blocks *blocks, struct block *block, uint32_t magic,
			    const struct fpt_log_content *content)
{
	struct fpt_log_content complete;
	int err = fpt_log_frames__complete(&blocks->frames, content, &complete);

	return err ?: make_block(blocks, block, magic, &complete);
}

/* Makes room for the block, and the block. */
static int write_content(struct fpt_log_blocks *blocks, uint32_t magic,
			 const struct fpt_log_content *content)
{
	struct block block;
	uint32_t piece;
	int err = begin_piece(blocks);

	piece = blocks->sink.piece;
	if (!err)
		err = make_whole_block(blocks, &block, magic, content);
	if (!err)
		err = rotate(blocks, block.content->size);
	/* The records that the next piece begins with took the place of the content. */
	if (!err && blocks->sink.piece != piece)
		err = make_whole_block(blocks, &block, magic, content);
	err = err ?: write_block(blocks, &block);
	/* What it would have told has to be told again. */
	if (err)
		fpt_log_frames__begin_piece(&blocks->frames);
	return err;
}

int fpt_log_blocks__write(struct fpt_log_blocks *blocks, uint32_t magic,
			  const struct fpt_log_content *content)
{
	const uint32_t number = blocks->next;
	int err = write_content(blocks, magic, content);
	uint32_t i;

	/* One that was left out is missed where it should be. */
	if (err && blocks->next == number)
		blocks->next++;
	blocks->in_piece += !err;
	blocks->first += content->count - content->records;
	for (i = 0; i < content->part_count; i++)
		blocks->lost += content->parts[i].lost;
	if (!err && magic == FPT_LOG_BLOCK_MAGIC)
		err = repeat_records(blocks);
	return err;
}

/* ---- the whole ---- */

int fpt_log_blocks__remember(struct fpt_log_blocks *blocks, const struct fpt_header *record)
{
	const struct fpt_mount_record *mount = (const void *)record;
	struct fpt_mount_record known;
	size_t at;

	if (record->kind == FPT_FRAME)
		return fpt_log_frames__remember(&blocks->frames, (const void *)record);
	if (record->kind != FPT_RUN && record->kind != FPT_TARGET && record->kind != FPT_MOUNT)
		return 0;
	blocks->has_run |= record->kind == FPT_RUN;
	/* Of mounts that had the same device number one after the other, the latest. */
	for (at = 0; record->kind == FPT_MOUNT && at < blocks->records.size; at += known.h.size) {
		memcpy(&known, blocks->records.at + at, sizeof(known.h));
		if (known.h.kind != FPT_MOUNT || known.h.size != record->size)
			continue;
		memcpy(&known, blocks->records.at + at, sizeof(known));
		if (known.dev == mount->dev) {
			memcpy(blocks->records.at + at, record, record->size);
			return 0;
		}
	}
	fpt_buffer__put(&blocks->records, record, record->size);
	blocks->record_count++;
	return blocks->records.failed ? -ENOMEM : 0;
}

int fpt_log_blocks__set_meta(struct fpt_log_blocks *blocks, const char *meta)
{
	char *copy;

	if (strlen(meta) > FPT_LOG_META_MAX || strchr(meta, '\n'))
		return -EINVAL;
	copy = strdup(meta);
	if (!copy)
		return -ENOMEM;
	free(blocks->meta);
	blocks->meta = copy;
	return 0;
}

int fpt_log_blocks__open(struct fpt_log_blocks *blocks, const char *path,
			 const struct fpt_log_options *options)
{
	int err;

	*blocks = (struct fpt_log_blocks){ .rotate = options->rotate,
					   .zstd_level = options->zstd,
					   .sink = { .fd = -1 },
					   .encoder = fpt_log_encoder__new() };
	if (options->zstd)
		blocks->zstd = ZSTD_createCCtx();
	if (!blocks->encoder || (options->zstd && !blocks->zstd))
		return -ENOMEM;
	err = fpt_log_blocks__set_meta(blocks, options->meta);
	while (!err && !blocks->run)
		if (getrandom(&blocks->run, sizeof(blocks->run), 0) < 0)
			err = -errno;
	return err ?: fpt_log_sink__open(&blocks->sink, path, options->rotate, options->max);
}

int fpt_log_blocks__close(struct fpt_log_blocks *blocks)
{
	const bool nothing = !blocks->next && blocks->sink.fd >= 0;
	int err = nothing ? begin_piece(blocks) : 0;
	int close_err = fpt_log_sink__close(&blocks->sink);

	fpt_log_encoder__free(blocks->encoder);
	ZSTD_freeCCtx(blocks->zstd);
	free(blocks->meta);
	free(blocks->records.at);
	fpt_log_frames__free(&blocks->frames);
	free(blocks->content.at);
	free(blocks->packed.at);
	return err ?: close_err;
}
