/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The log: its file format, its writer (log_write.c) and its reader
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
 * Format, version 1; all numbers little endian:
 *
 *	file header, meta text		struct fpt_log_file, meta_size bytes
 *	block, events			struct fpt_log_block, size bytes
 *	...
 *	end block			struct fpt_log_block, no events
 *
 * A block is one drained batch of the ring.  Without the end block the log is
 * truncated.  Events are as event.h has them.
 *
 * The meta text is one JSON object in one line, without a NUL.  The crc of the
 * file header covers it and the meta text, with crc taken as 0.  The crcs of
 * blocks go on from that value, so that a block of another log, or bytes in a
 * file name that look like a block, never pass for one of this log.  They are
 * two: one for the header, so that a damaged size is not followed, one for the
 * events, so that a damaged event costs its own block only.
 */
#define FPT_LOG_MAGIC "FUSEPTLG"
#define FPT_LOG_VERSION 1
#define FPT_LOG_BLOCK_MAGIC 0x42545046 /* "FPTB" */
#define FPT_LOG_END_MAGIC 0x45545046 /* "FPTE" */
#define FPT_LOG_META_MAX (1 << 20) /* bytes of meta text */
#define FPT_LOG_BLOCK_MAX (16 << 20) /* bytes of events in a block */

struct fpt_log_file {
	char magic[8];
	__u32 version;
	__u32 meta_size;
	__u32 crc;
	__u32 pad;
};

struct fpt_log_block {
	__u32 magic;
	__u32 number; /* from 0: a block that is missing is noticed */
	__u32 size; /* of the events, bytes */
	__u32 count; /* of the events */
	__u64 lost; /* events lost since the block before; end block: in all */
	__u64 produced; /* events so far, recorded or lost */
	__u64 missed; /* as lost: runs of a program that the kernel skipped */
	__u32 events_crc;
	__u32 header_crc; /* of all the fields before it */
};

_Static_assert(sizeof(struct fpt_log_file) == 24, "fpt_log_file");
_Static_assert(sizeof(struct fpt_log_block) == 48, "fpt_log_block");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the log is written as memory has it");

struct fpt_log_writer;

/**
 * fpt_log_writer__open - begin a log.
 * @path: created or emptied, mode 0600; "-" is standard output.
 * @meta_json: the meta text; one line, at most FPT_LOG_META_MAX bytes.
 *
 * Returns NULL with errno set: of open(2) or write(2); EINVAL for the text.
 */
struct fpt_log_writer *fpt_log_writer__open(const char *path, const char *meta_json);

/**
 * fpt_log_writer__append - add one block with one write, so that a kill costs
 * the last block at the most.
 *
 * Returns 0; -EINVAL for a batch that a reader would refuse, or one after the
 * end: it is not written; -errno of write(2) otherwise.  After a failed write
 * the log is cut back to its last whole block where it can be, and stays as it
 * is: this call and close then return the same error again.
 */
int fpt_log_writer__append(struct fpt_log_writer *writer, const struct fpt_batch *batch);

/* Ends the log; the end block is the caller's to append.  Returns 0 or -errno. */
int fpt_log_writer__close(struct fpt_log_writer *writer);

enum fpt_log_state {
	FPT_LOG_OK, /* a batch with events */
	FPT_LOG_END, /* the batch of the end block: totals */
	FPT_LOG_TRUNCATED, /* no end block, and nothing more to read */
	FPT_LOG_DAMAGED, /* something is wrong here; there may be more */
};

struct fpt_log_reader;

/**
 * fpt_log_reader__open - begin to read a log.
 * @path: a file or a pipe; "-" is standard input.
 * @why: on failure, a message with the path, what is wrong and what to do.
 *
 * Returns NULL with errno set: EINVAL, not a log; EPROTO, of another version;
 * ENODATA, it ends inside its file header; EBADMSG, its file header is damaged;
 * else that of open(2) or read(2).
 */
struct fpt_log_reader *fpt_log_reader__open(const char *path, char *why, size_t why_size);

/* The meta text.  It is what the file says: check it before trusting it. */
const char *fpt_log_reader__meta(const struct fpt_log_reader *reader);

/**
 * fpt_log_reader__next - read the next block.
 * @batch: filled in for OK and END; valid until the next call.
 * @why: for TRUNCATED and DAMAGED, a message with path, offset and cause.
 *
 * After DAMAGED, a call goes on with the next sound block.  Its batch, and the
 * end's, count as lost what the damage cost: the events of the damaged block if
 * its header is sound, else at least 1.
 * END and TRUNCATED are final: more calls return the same.
 * Every event of a batch has passed fpt_event__check().
 */
enum fpt_log_state fpt_log_reader__next(struct fpt_log_reader *reader, struct fpt_batch *batch,
					char *why, size_t why_size);

/* NULL is fine. */
void fpt_log_reader__close(struct fpt_log_reader *reader);

#endif
