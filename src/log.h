/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The log: its file format, its writer (log_write.c, log_piece.c) and its reader
 * (log_read.c).  Knows nothing of what events mean.  See fusept-log(5).
 */
#ifndef FPT_LOG_H
#define FPT_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "event.h"
#include "record.h"

/*
 * Format, version 3; all numbers little endian:
 *
 *	file header, meta text		struct fpt_log_file, meta_size bytes
 *	block, its content		struct fpt_log_block, stored bytes
 *	...
 *	end block
 *
 * A block holds what came in about a second, as columns (log_code.h), perhaps
 * compressed, and needs no other block to be read.  A log may be cut into
 * pieces, each a file of this form: all but the last end with a next block, and
 * all but the first begin with the records of the run, once more.  Without the
 * end block the log is truncated.
 *
 * The meta text is one JSON object in one line, without a NUL.  Checksums are
 * CRC32C.  That of the file header covers it and the meta text, with crc taken
 * as 0.  A block says itself of which run and piece it is, so that it is found
 * where the file header is damaged, and a block of another log, or bytes in a
 * file name that look like a block, never pass for one of this file: nobody can
 * guess the run.  Its checksums are two: one for the header, so that a damaged
 * size is not followed, one for the content, so that damage there costs that
 * block only.  log_head.h makes them.
 *
 * Versions 1 and 2 were never released and are not read.
 */
#define FPT_LOG_MAGIC "FUSEPTLG"
#define FPT_LOG_VERSION 3
#define FPT_LOG_BLOCK_MAGIC 0x42545046 /* "FPTB" */
#define FPT_LOG_NEXT_MAGIC 0x4e545046 /* "FPTN": the log goes on in the next piece */
#define FPT_LOG_END_MAGIC 0x45545046 /* "FPTE" */
#define FPT_LOG_META_MAX (1 << 20) /* bytes of meta text */
#define FPT_LOG_BLOCK_MAX (4 << 20) /* bytes of the events of a block, as event.h has them */
#define FPT_LOG_CONTENT_MAX (16 << 20) /* bytes of its content */

struct fpt_log_file {
	char magic[8];
	__u32 version;
	__u32 meta_size;
	__u64 run; /* a random number but 0, the same in all pieces */
	__u32 piece; /* from 0 */
	__u32 crc;
};

enum fpt_log_flags {
	FPT_LOG_ZSTD = 1 << 0, /* the content is one zstd frame */
	FPT_LOG_REPEATED = 1 << 1, /* records that an earlier piece has, too */
};

struct fpt_log_block {
	__u32 magic;
	__u32 number; /* from 0, through all pieces: a block that is missing is noticed */
	__u32 stored; /* of the content, bytes in the file */
	__u32 size; /* of the content, bytes once it is decompressed */
	__u32 count; /* of the events, records included */
	__u32 records; /* of those, made by the tool and not by a processor */
	__u32 flags; /* enum fpt_log_flags */
	__u32 piece; /* as in the file header */
	__u64 first; /* how many events that are no records are in the blocks before it */
	__u64 lost; /* events lost before it, that is, known to the blocks before it */
	__u64 begin_ns, end_ns; /* its earliest and its latest event; 0 without any */
	__u64 run; /* as in the file header */
	__u32 content_crc;
	__u32 header_crc; /* of all the fields before it */
};

_Static_assert(sizeof(struct fpt_log_file) == 32, "fpt_log_file");
_Static_assert(sizeof(struct fpt_log_block) == 80, "fpt_log_block");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the log is written as memory has it");

struct fpt_log_options {
	const char *meta; /* the meta text; one line, at most FPT_LOG_META_MAX bytes */
	uint64_t rotate; /* bytes of a piece, at most; 0: the log is one file */
	uint64_t max; /* bytes of all pieces together, at most; 0: no limit */
	int zstd; /* level of compression; 0: none */
	unsigned int flush_ms; /* what is appended is written by then; 0: at once */
};

struct fpt_log_writer;

/**
 * fpt_log_writer__open - begin a log.
 * @path: created or emptied, mode 0600; "-" is standard output, which cannot be
 *	rotated.  With rotate, pieces are @path.000000 and so on; those of an
 *	older log are removed.
 * @options: copied.
 *
 * A limit may be exceeded by one block, and the size of a piece only where that
 * is too small for the records of the run and an event.  With flush_ms, a thread
 * writes what is due.  Returns NULL with errno set: of open(2); EINVAL for the
 * options.
 */
struct fpt_log_writer *fpt_log_writer__open(const char *path,
					    const struct fpt_log_options *options);

/* The meta text of pieces that are begun from now on.  -EINVAL, -ENOMEM, or 0. */
int fpt_log_writer__set_meta(struct fpt_log_writer *writer, const char *meta);

/**
 * fpt_log_writer__append - add a batch.
 *
 * Returns 0; -EINVAL for a batch that a reader would refuse, or one after the
 * end: it is not taken; else -errno of what failed since the last call.  After a
 * failed write the file is cut back to its last whole block where it can be;
 * the block is left out, and a reader will count its events as lost, but the
 * log goes on with the next.
 */
int fpt_log_writer__append(struct fpt_log_writer *writer, const struct fpt_batch *batch);

/* Writes what was appended.  As above. */
int fpt_log_writer__flush(struct fpt_log_writer *writer);

/* Events of blocks that could not be written. */
uint64_t fpt_log_writer__left_out(struct fpt_log_writer *writer);

/*
 * Ends the log; the end batch is the caller's to append.  Returns 0, or -errno of
 * the first write that failed.
 */
int fpt_log_writer__close(struct fpt_log_writer *writer);

enum fpt_log_state {
	FPT_LOG_OK, /* a batch with events */
	FPT_LOG_END, /* the batch of the end block: totals */
	FPT_LOG_TRUNCATED, /* no end block, and nothing more to read */
	FPT_LOG_DAMAGED, /* something is wrong here; there may be more */
};

struct fpt_input;
struct fpt_log_pieces;
struct fpt_log_reader;

/**
 * fpt_log_reader__open - begin to read a log.
 * @path: a file or a pipe, also of zstd; "-" is standard input; a folder or a
 *	name that pieces begin with stands for those.  All must be of one run.
 * @why: on failure, a message with the path, what is wrong and what to do.
 *
 * A damaged file header is told by the first fpt_log_reader__next().  Returns NULL
 * where no block was found behind it, with errno set: EINVAL, not a log; EPROTO, of
 * another version; ENODATA, it ends inside its file header; EBADMSG, its file header
 * is damaged; or that of open(2) or read(2).
 */
struct fpt_log_reader *fpt_log_reader__open(const char *path, char *why, size_t why_size);

/* The same for the pieces of a run that fpt_log_pieces__find() has found. */
struct fpt_log_reader *fpt_log_reader__open_run(const struct fpt_log_pieces *pieces, size_t run,
						char *why, size_t why_size);

/* The same for one file, or a stream of pieces; takes over the input, whatever the result is. */
struct fpt_log_reader *fpt_log_reader__open_input(const char *path, const struct fpt_input *input,
						  char *why, size_t why_size);

/* The name of the piece that is read, for messages; printable. */
const char *fpt_log_reader__name(const struct fpt_log_reader *reader);

/* How many bytes of its files were read, compressed or not. */
uint64_t fpt_log_reader__done(const struct fpt_log_reader *reader);

/* The meta text of the piece read last; "{}" if it is damaged.  Check it before trusting it. */
const char *fpt_log_reader__meta(const struct fpt_log_reader *reader);

/**
 * fpt_log_reader__next - read the next batch, or what of it is at hand.
 * @batch: filled in for OK and END; valid until the next call.
 * @why: for TRUNCATED and DAMAGED, a message with path, offset and cause.
 *
 * After DAMAGED, a call goes on with the next sound block.  Its first batch, and
 * the end's, count as lost what the damage cost, as the headers tell it.
 * END and TRUNCATED are final: more calls return the same.
 * Every event of a batch has passed fpt_event__check().
 */
enum fpt_log_state fpt_log_reader__next(struct fpt_log_reader *reader, struct fpt_batch *batch,
					char *why, size_t why_size);

/**
 * fpt_log_reader__another - go over to the log of another run that follows in the same file.
 *
 * What is left of this one is skipped.  0; -ENOENT: there is none; or -ENOMEM.
 */
int fpt_log_reader__another(struct fpt_log_reader *reader, char *why, size_t why_size);

/* NULL is fine. */
void fpt_log_reader__close(struct fpt_log_reader *reader);

#endif
