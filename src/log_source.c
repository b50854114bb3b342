// SPDX-License-Identifier: GPL-2.0-only
/* Reads the files of a log one after the other, in order; never seeks. */
#include "log_source.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "log_head.h"
#include "log_pack.h"
#include "log_scan.h"
#include "value.h"

/* How far into what does not begin as a log blocks are looked for: a block may be lost, too. */
#define STRANGE_MAX (2 * FPT_LOG_CONTENT_MAX)

void fpt_log_source__explain(const struct fpt_log_source *source, char *why, size_t size,
			     const char *format, ...)
{
	int length = snprintf(why, size, "%s%s: ", source->name,
			      source->input.from_zstd ? ", decompressed" : "");
	va_list args;

	if (length < 0 || (size_t)length >= size)
		return;
	va_start(args, format);
	vsnprintf(why + length, size - (size_t)length, format, args);
	va_end(args);
}

static bool make_larger(struct fpt_log_source *source, size_t wanted)
{
	const size_t room = wanted + FPT_PACK_SLACK;
	char *larger;

	if (room <= source->room)
		return true;
	larger = realloc(source->bytes, room);
	if (!larger)
		return false;
	/* What is behind the bytes is looked at, though nothing comes of it. */
	memset(larger + source->room, 0, room - source->room);
	source->bytes = larger;
	source->room = room;
	return true;
}

bool fpt_log_source__fill(struct fpt_log_source *source, size_t wanted)
{
	ssize_t n;

	if (!make_larger(source, wanted)) {
		source->read_err = ENOMEM;
		return false;
	}
	while (source->size < wanted && !source->eof) {
		n = fpt_input__read(&source->input, source->bytes + source->size,
				    wanted - source->size);
		if (n < 0)
			source->read_err = (int)-n;
		if (n <= 0)
			source->eof = true;
		else
			source->size += (size_t)n;
	}
	return source->size >= wanted;
}

void fpt_log_source__drop(struct fpt_log_source *source, size_t size)
{
	source->size -= size;
	source->offset += size;
	if (size && source->size)
		memmove(source->bytes, source->bytes + size, source->size);
}

static int read_header(struct fpt_log_source *source, struct fpt_log_file *head)
{
	bool whole = fpt_log_source__fill(source, sizeof(*head));
	size_t size = whole ? sizeof(*head) : source->size;

	memcpy(head, source->bytes, size);
	if (!size || memcmp(head->magic, FPT_LOG_MAGIC, size < 8 ? size : 8) != 0)
		return -EINVAL;
	if (!whole)
		return -ENODATA;
	if (head->version != FPT_LOG_VERSION)
		return -EPROTO;
	if (head->meta_size > FPT_LOG_META_MAX)
		return -EBADMSG;
	if (!fpt_log_source__fill(source, sizeof(*head) + head->meta_size))
		return -ENODATA;
	return head->crc == fpt_log_file__crc(head, source->bytes + sizeof(*head)) ? 0 : -EBADMSG;
}

int fpt_log_source__header(struct fpt_log_source *source)
{
	struct fpt_log_file head = { 0 };
	int err = read_header(source, &head);
	char *meta;

	if (source->read_err)
		return -source->read_err;
	if (err) {
		source->head.version = head.version; /* for the message */
		return err;
	}
	if (!head.run)
		return -EBADMSG;
	meta = strndup(source->bytes + sizeof(head), head.meta_size);
	if (!meta)
		return -ENOMEM;
	free(source->meta);
	source->meta = meta;
	source->head = head;
	fpt_log_source__drop(source, sizeof(head) + head.meta_size);
	return 0;
}

bool fpt_log_source__is_other(struct fpt_log_source *source)
{
	struct fpt_log_file head;

	return source->head.run && read_header(source, &head) == 0 && head.run &&
	       head.run != source->head.run;
}

/* Opens the file of the piece, unless it is @input, and reads its header, if it is sound. */
static int open_piece(struct fpt_log_source *source, const struct fpt_input *input)
{
	const char *path = source->piece->path;
	int err = 0;

	fpt_sanitize(source->name, sizeof(source->name),
		     path && strcmp(path, "-") != 0 ? path : "standard input", SIZE_MAX);
	source->size = 0;
	source->offset = 0;
	source->eof = false;
	source->read_err = 0;
	source->bad_header = 0;
	if (input)
		source->input = *input;
	else
		err = fpt_input__open(&source->input, path);
	if (!err)
		source->bad_header = fpt_log_source__header(source);
	return err;
}

int fpt_log_source__next(struct fpt_log_source *source)
{
	if (!source->pieces_left)
		return -ENOENT;
	source->before += source->input.taken;
	fpt_input__close(&source->input);
	source->pieces_left--;
	source->piece++;
	return open_piece(source, NULL);
}

/* Why the log cannot be read at all; @end: how many bytes it gave. */
static void refuse(const struct fpt_log_source *source, int err, uint64_t end, char *why,
		   size_t size)
{
	const unsigned long long offset = end;

	if (source->read_err == ENODATA)
		fpt_log_source__explain(source, why, size, "truncated at offset %llu: %s", offset,
					fpt_input__error(source->read_err));
	else if (source->read_err == EILSEQ)
		fpt_log_source__explain(source, why, size,
					"cannot decompress: this is no sound zstd file");
	else if (source->read_err)
		fpt_log_source__explain(source, why, size, "cannot read: %s",
					strerror(source->read_err));
	else if (err == -EINVAL)
		fpt_log_source__explain(source, why, size,
					"%s, not a fusept log; fusept-trace -w writes one",
					end ? "something else" : "empty");
	else if (err == -EPROTO)
		fpt_log_source__explain(
			source, why, size,
			"log version %u, this fusept reads version %d; use the one that wrote it",
			source->head.version, FPT_LOG_VERSION);
	else if (err == -ENODATA)
		fpt_log_source__explain(
			source, why, size,
			"truncated at offset %llu, in its file header; nothing was recorded",
			offset);
	else if (err == -EBADMSG)
		fpt_log_source__explain(
			source, why, size,
			"damaged at offset 0: its file header, and no sound block is behind it; record again");
	else
		fpt_log_source__explain(source, why, size, "cannot read: %s", strerror(-err));
}

/* Whether blocks are there that the first file header does not introduce. */
static bool has_blocks(struct fpt_log_source *source, int err)
{
	switch (err) {
	case -EINVAL:
		return fpt_log_scan(source, STRANGE_MAX);
	case -EPROTO:
	case -ENODATA:
	case -EBADMSG:
		return fpt_log_scan(source, UINT64_MAX);
	default:
		return false;
	}
}

int fpt_log_source__open(struct fpt_log_source *source, const struct fpt_log_piece *piece,
			 size_t count, const struct fpt_input *input, char *why, size_t why_size)
{
	uint32_t version;
	int err;

	*source = (struct fpt_log_source){ .piece = piece, .pieces_left = count - 1 };
	err = open_piece(source, input);
	if (err) {
		fpt_log_source__explain(source, why, why_size, "cannot open: %s", strerror(-err));
		return err;
	}
	err = source->bad_header;
	if (err) {
		source->head.run = piece->run;
		source->head.piece = piece->piece;
	}
	version = source->head.version;
	if (!err || has_blocks(source, err))
		return 0;
	source->head.version = version;
	refuse(source, err, source->offset + source->size, why, why_size);
	return err;
}

void fpt_log_source__close(struct fpt_log_source *source)
{
	fpt_input__close(&source->input);
	free(source->meta);
	free(source->bytes);
}
