// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a log, from a file or a pipe, and believes nothing in it: every size
 * is checked before it is followed.  Never seeks; holds one block at a time.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "table.h"
#include "value.h"

#define SCAN_BYTES 65536 /* read at a time in search of the next block */

struct fpt_log_reader {
	int fd;
	bool eof;
	int read_err; /* why reading stopped, as errno; 0: the end of the file */
	char *meta;
	uint32_t crc; /* of the file header: crcs of blocks go on from it */

	/* Bytes read and not consumed; a block begins at the start of buf. */
	char *buf;
	size_t bytes, room;
	uint64_t offset; /* of buf in the file */
	size_t consume; /* bytes of buf that the next call drops */

	uint32_t blocks; /* number of the next block */
	uint64_t cost; /* events lost since the last good block, so known of bad ones */
	uint64_t damage; /* events that damage took in all: the end block knows the others */
	bool searching; /* the next block is not where it should be */
	bool ended; /* the end block was read: all that is left is totals */
	struct fpt_batch totals;
	char name[256]; /* of the file, for messages */
};

static void explain(const struct fpt_log_reader *reader, char *why, size_t size, const char *format,
		    ...) __attribute__((format(printf, 4, 5)));

static void explain(const struct fpt_log_reader *reader, char *why, size_t size, const char *format,
		    ...)
{
	int length = snprintf(why, size, "%s: ", reader->name);
	va_list args;

	if (length < 0 || (size_t)length >= size)
		return;
	va_start(args, format);
	vsnprintf(why + length, size - (size_t)length, format, args);
	va_end(args);
}

/* Reads until buf has @wanted bytes.  False if it cannot: see read_err. */
static bool fill(struct fpt_log_reader *reader, size_t wanted)
{
	ssize_t n;

	if (wanted > reader->room) {
		char *larger = realloc(reader->buf, wanted);

		if (!larger) {
			reader->read_err = ENOMEM;
			return false;
		}
		reader->buf = larger;
		reader->room = wanted;
	}
	while (reader->bytes < wanted && !reader->eof) {
		n = read(reader->fd, reader->buf + reader->bytes, wanted - reader->bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			reader->read_err = errno;
		if (n <= 0)
			reader->eof = true;
		else
			reader->bytes += (size_t)n;
	}
	return reader->bytes >= wanted;
}

static void drop(struct fpt_log_reader *reader, size_t bytes)
{
	reader->bytes -= bytes;
	reader->offset += bytes;
	if (bytes && reader->bytes)
		memmove(reader->buf, reader->buf + bytes, reader->bytes);
}

/* Reads the file header and the meta text.  Returns 0 or -errno, see open. */
static int read_file_header(struct fpt_log_reader *reader, struct fpt_log_file *head)
{
	bool whole = fill(reader, sizeof(*head));
	size_t bytes = whole ? sizeof(*head) : reader->bytes;
	uint32_t crc;

	if (bytes)
		memcpy(head, reader->buf, bytes);
	if (!bytes || memcmp(head, FPT_LOG_MAGIC, bytes < 8 ? bytes : 8) != 0)
		return -EINVAL;
	if (!whole)
		return -ENODATA;
	if (head->version != FPT_LOG_VERSION)
		return -EPROTO;
	if (head->meta_size > FPT_LOG_META_MAX)
		return -EBADMSG;
	if (!fill(reader, sizeof(*head) + head->meta_size))
		return -ENODATA;
	crc = head->crc;
	head->crc = 0;
	reader->crc = (uint32_t)crc32_z(0, (const void *)head, sizeof(*head));
	reader->crc = (uint32_t)crc32_z(reader->crc, (const void *)(reader->buf + sizeof(*head)),
					head->meta_size);
	if (crc != reader->crc)
		return -EBADMSG;
	reader->meta = strndup(reader->buf + sizeof(*head), head->meta_size);
	if (!reader->meta)
		return -ENOMEM;
	reader->consume = sizeof(*head) + head->meta_size;
	return 0;
}

static int open_log(struct fpt_log_reader *reader, const char *path, char *why, size_t size)
{
	struct fpt_log_file head = { 0 };
	int err;

	reader->fd = path ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (reader->fd < 0) {
		err = -errno;
		explain(reader, why, size, "cannot open: %s", strerror(-err));
		return err;
	}
	err = read_file_header(reader, &head);
	if (err && reader->read_err) {
		err = -reader->read_err;
		explain(reader, why, size, "cannot read: %s", strerror(-err));
	} else if (err == -EINVAL) {
		explain(reader, why, size, "%s, not a fusept log; fusept-trace -w writes one",
			reader->bytes ? "something else" : "empty");
	} else if (err == -EPROTO) {
		explain(reader, why, size,
			"log version %u, this fusept reads version %d; use the one that wrote it",
			head.version, FPT_LOG_VERSION);
	} else if (err == -ENODATA) {
		explain(reader, why, size,
			"truncated at offset %zu, in its file header; nothing was recorded",
			reader->bytes);
	} else if (err == -EBADMSG) {
		explain(reader, why, size,
			"damaged at offset 0: its file header; nothing can be read, record again");
	} else if (err) {
		explain(reader, why, size, "cannot read: %s", strerror(-err));
	}
	return err;
}

struct fpt_log_reader *fpt_log_reader__open(const char *path, char *why, size_t why_size)
{
	struct fpt_log_reader *reader = calloc(1, sizeof(*reader));
	bool from_stdin = strcmp(path, "-") == 0;
	int err;

	if (!reader) {
		snprintf(why, why_size, "no memory to read a log");
		errno = ENOMEM;
		return NULL;
	}
	if (from_stdin)
		path = NULL;
	fpt_sanitize(reader->name, sizeof(reader->name), path ? path : "standard input", SIZE_MAX);
	err = open_log(reader, path, why, why_size);
	if (err) {
		fpt_log_reader__close(reader);
		errno = -err;
		return NULL;
	}
	return reader;
}

const char *fpt_log_reader__meta(const struct fpt_log_reader *reader)
{
	return reader->meta;
}

/* The header at @at, if it is one of this log. */
static bool is_block_header(const struct fpt_log_reader *reader, const char *at)
{
	struct fpt_log_block head;

	memcpy(&head, at, sizeof(head));
	if (head.magic != FPT_LOG_BLOCK_MAGIC && head.magic != FPT_LOG_END_MAGIC)
		return false;
	if (head.size > FPT_LOG_BLOCK_MAX || (head.magic == FPT_LOG_END_MAGIC && head.size))
		return false;
	return head.header_crc == (uint32_t)crc32_z(reader->crc, (const void *)at,
						    offsetof(struct fpt_log_block, header_crc));
}

/* Drops bytes until buf begins with a block header.  False at the end of the file. */
static bool find_block(struct fpt_log_reader *reader)
{
	const size_t least = sizeof(struct fpt_log_block);
	size_t at;

	while (fill(reader, SCAN_BYTES) || reader->bytes >= least) {
		for (at = 0; at + least <= reader->bytes; at++) {
			if (is_block_header(reader, reader->buf + at)) {
				drop(reader, at);
				return true;
			}
		}
		drop(reader, at);
	}
	return false;
}

static enum fpt_log_state cut_off(const struct fpt_log_reader *reader, char *why, size_t size)
{
	unsigned long long offset = reader->offset + reader->bytes;

	if (reader->read_err)
		explain(reader, why, size, "reading failed at offset %llu: %s; the rest is unknown",
			offset, strerror(reader->read_err));
	else
		explain(reader, why, size,
			"truncated at offset %llu: killed, out of space, or still being recorded",
			offset);
	return FPT_LOG_TRUNCATED;
}

static void charge(struct fpt_log_reader *reader, uint64_t events)
{
	reader->cost += events ? events : 1;
	reader->damage += events ? events : 1;
}

/* Brings the header of the next block to the start of buf. */
static enum fpt_log_state next_header(struct fpt_log_reader *reader, struct fpt_log_block *head,
				      char *why, size_t size)
{
	bool found = reader->searching ? find_block(reader) : fill(reader, sizeof(*head));
	bool reported = reader->cost > 0;

	if (!found)
		return cut_off(reader, why, size);
	reader->searching = false;
	memcpy(head, reader->buf, sizeof(*head));
	if (is_block_header(reader, reader->buf)) {
		bool missing = head->number > reader->blocks;

		if (missing && head->number - reader->blocks > reader->cost)
			charge(reader, head->number - reader->blocks - reader->cost);
		if (head->number == reader->blocks || (missing && reported))
			return FPT_LOG_OK;
		explain(reader, why, size,
			"damaged at offset %llu: block %u is where block %u should be",
			(unsigned long long)reader->offset, head->number, reader->blocks);
		if (missing)
			return FPT_LOG_DAMAGED;
	} else {
		explain(reader, why, size,
			"damaged at offset %llu: no sound block header where block %u should begin",
			(unsigned long long)reader->offset, reader->blocks);
	}
	charge(reader, 1);
	reader->consume = 1;
	reader->searching = true;
	return FPT_LOG_DAMAGED;
}

/* What is wrong with the events of a block, and where; NULL if nothing is. */
static const char *check_events(const struct fpt_log_reader *reader,
				const struct fpt_log_block *head, size_t *offset)
{
	const char *events = reader->buf + sizeof(*head);
	uint32_t count = 0;
	const char *wrong;
	struct fpt_header h;

	*offset = 0;
	if (head->events_crc != (uint32_t)crc32_z(reader->crc, (const void *)events, head->size))
		return "wrong checksum";
	while (*offset < head->size) {
		wrong = fpt_event__check(events + *offset, head->size - *offset);
		if (wrong)
			return wrong;
		memcpy(&h, events + *offset, sizeof(h));
		*offset += h.size;
		count++;
	}
	return count == head->count ? NULL : "it has not as many events as it says";
}

/* After the end block: nothing may follow it. */
static enum fpt_log_state end_log(struct fpt_log_reader *reader, const struct fpt_log_block *head,
				  struct fpt_batch *batch, char *why, size_t size)
{
	reader->ended = true;
	reader->totals.end = true;
	reader->totals.lost = head->lost + reader->damage;
	reader->totals.produced = head->produced;
	reader->totals.missed = head->missed;
	drop(reader, sizeof(*head));
	if (!fill(reader, 1)) {
		*batch = reader->totals;
		return FPT_LOG_END;
	}
	explain(reader, why, size, "damaged at offset %llu: something follows the end block",
		(unsigned long long)reader->offset);
	reader->totals.lost += 1;
	return FPT_LOG_DAMAGED;
}

enum fpt_log_state fpt_log_reader__next(struct fpt_log_reader *reader, struct fpt_batch *batch,
					char *why, size_t why_size)
{
	struct fpt_log_block head;
	enum fpt_log_state state;
	const char *wrong;
	size_t at;

	*batch = reader->totals;
	if (reader->ended)
		return FPT_LOG_END;
	drop(reader, reader->consume);
	reader->consume = 0;
	state = next_header(reader, &head, why, why_size);
	if (state != FPT_LOG_OK)
		return state;
	if (!fill(reader, sizeof(head) + head.size))
		return cut_off(reader, why, why_size);
	wrong = check_events(reader, &head, &at);
	if (wrong) {
		explain(reader, why, why_size,
			"damaged at offset %llu, in block %u of %u events: %s",
			(unsigned long long)(reader->offset + sizeof(head) + at), head.number,
			head.count, wrong);
		charge(reader, head.count);
		reader->cost += head.lost;
		reader->consume = sizeof(head) + head.size;
		reader->blocks = head.number + 1;
		return FPT_LOG_DAMAGED;
	}
	if (head.magic == FPT_LOG_END_MAGIC)
		return end_log(reader, &head, batch, why, why_size);
	batch->events = reader->buf + sizeof(head);
	batch->bytes = head.size;
	batch->count = head.count;
	batch->lost = head.lost + reader->cost;
	batch->missed = head.missed;
	batch->produced = head.produced;
	reader->cost = 0;
	reader->consume = sizeof(head) + head.size;
	reader->blocks = head.number + 1;
	return FPT_LOG_OK;
}

void fpt_log_reader__close(struct fpt_log_reader *reader)
{
	if (!reader)
		return;
	if (reader->fd > STDIN_FILENO)
		close(reader->fd);
	free(reader->meta);
	free(reader->buf);
	free(reader);
}
