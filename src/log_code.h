/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is inside a block of the log: events turned into columns (log_encode.c),
 * and columns into events (log_decode.c).  fusept-log(5) has the layout.
 */
#ifndef FPT_LOG_CODE_H
#define FPT_LOG_CODE_H

#include "batch.h"
#include "log_bytes.h"
#include "log_pack.h"

/* How a column gives its bytes of an event; the first byte of each. */
enum fpt_codec {
	FPT_CODEC_END, /* no column: the last one was before */
	FPT_CODEC_SAME, /* the same bytes in every event */
	FPT_CODEC_NUMBER, /* base + packed number */
	FPT_CODEC_DELTA, /* base + packed + the value before it in the column */
	FPT_CODEC_NEAR, /* base + packed + another number of the event */
	FPT_CODEC_NEXT, /* base + packed + 1 + the last value of that context */
	FPT_CODEC_CHOICE, /* base + packed: which of a few values, listed here */
	FPT_CODEC_LISTED, /* base + packed: which row of a list */
	FPT_CODEC_TEXT, /* packed lengths, then the bytes without the NULs at the end */
	FPT_CODECS
};
#define FPT_CODEC_DOWN 0x80 /* with a codec: packed numbers are subtracted */

#define FPT_LOG_CONTEXTS 1024 /* of FPT_CODEC_NEXT: the other number modulo this */
#define FPT_LOG_CHOICES_MAX 4096 /* of a column of FPT_CODEC_CHOICE */
#define FPT_LOG_LISTS_MAX 64

/* A batch, or what of it is in this block. */
struct fpt_log_part {
	uint32_t count;
	bool rest; /* it goes on with what was in the block before */
	bool more; /* the next block goes on with it */
	uint64_t lost, missed; /* of the batch; in its first part */
	uint64_t produced;
	uint64_t until_ns; /* the latest event of the batch; 0 without any */
};

/* What became of a processor's events. */
struct fpt_log_cpu {
	uint32_t cpu;
	uint32_t count; /* of its events in the block; records are not counted */
	uint64_t first, last; /* their sequence numbers, if there are any */
	uint64_t lost; /* so far, of those it produced */
};

struct fpt_log_content {
	const char *events; /* back to back, sound by fpt_event__check() */
	size_t bytes;
	uint32_t count, records; /* records are among the events */
	uint64_t begin_ns, end_ns; /* the earliest and the latest of them */
	const struct fpt_log_part *parts;
	uint32_t part_count;
	const struct fpt_log_cpu *cpus;
	uint32_t cpu_count;
};

struct fpt_log_encoder;

struct fpt_log_encoder *fpt_log_encoder__new(void);
void fpt_log_encoder__free(struct fpt_log_encoder *encoder);

/* Adds the content of a block to @out.  0 or -ENOMEM. */
int fpt_log_encode(struct fpt_log_encoder *encoder, const struct fpt_log_content *content,
		   struct fpt_buffer *out);

struct fpt_log_decoder;

struct fpt_log_decoder *fpt_log_decoder__new(void);
void fpt_log_decoder__free(struct fpt_log_decoder *decoder);

/**
 * fpt_log_decoder__open - look at the content of a block.
 * @content: stays the caller's, until the next open; FPT_PACK_SLACK bytes
 *	behind it are readable.
 * @count: how many events it should hold.
 *
 * Believes nothing.  Returns NULL, or a constant string that says what is wrong.
 */
const char *fpt_log_decoder__open(struct fpt_log_decoder *decoder, const void *content, size_t size,
				  uint32_t count);

/**
 * fpt_log_decoder__next - the next batch of the block, or a piece of it.
 * @batch: count, bytes, events, lost, missed, produced, until_ns, rest and more
 *	are set; valid until the next call.
 * @wrong: set to a constant string if what is wrong shows only now; the rest
 *	of the block is not to be had then.
 *
 * Returns false after the last, and when something is wrong.  Every event has
 * passed fpt_event__check().  Those of a kind that is larger here than in the
 * log have 0 in the fields that are missing there.
 */
bool fpt_log_decoder__next(struct fpt_log_decoder *decoder, struct fpt_batch *batch,
			   const char **wrong);

/* The processors of the block, as the writer saw them. */
const struct fpt_log_cpu *fpt_log_decoder__cpus(const struct fpt_log_decoder *decoder,
						uint32_t *count);

#endif
