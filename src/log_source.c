// SPDX-License-Identifier: GPL-2.0-only
/* Reads the files of a log one after the other, in order; never seeks. */
#include "log_source.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "crc32c.h"
#include "log_pack.h"
#include "value.h"

void fpt_log_source__explain(const struct fpt_log_source *source, char *why, size_t size,
			     const char *format, ...)
{
	int length = snprintf(why, size, "%s: ", source->name);
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
		n = fpt_log_input__read(&source->input, source->bytes + source->size,
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
	uint32_t crc, expected;

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
	expected = head->crc;
	head->crc = 0;
	crc = fpt_crc32c(0, head, sizeof(*head));
	crc = fpt_crc32c(crc, source->bytes + sizeof(*head), head->meta_size);
	head->crc = crc;
	return crc == expected ? 0 : -EBADMSG;
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
	meta = strndup(source->bytes + sizeof(head), head.meta_size);
	if (!meta)
		return -ENOMEM;
	free(source->meta);
	source->meta = meta;
	source->head = head;
	fpt_log_source__drop(source, sizeof(head) + head.meta_size);
	return 0;
}

/* Opens the file of the piece. */
static int open_piece(struct fpt_log_source *source)
{
	const char *path = source->piece->path;

	fpt_sanitize(source->name, sizeof(source->name), path ? path : "standard input", SIZE_MAX);
	source->size = 0;
	source->offset = 0;
	source->eof = false;
	source->read_err = 0;
	return fpt_log_input__open(&source->input, path);
}

int fpt_log_source__next(struct fpt_log_source *source)
{
	if (!source->pieces_left)
		return -ENOENT;
	source->before += source->input.taken;
	fpt_log_input__close(&source->input);
	source->pieces_left--;
	source->piece++;
	return open_piece(source);
}

/* Why the log cannot be read at all. */
static void refuse(const struct fpt_log_source *source, int err, char *why, size_t size)
{
	if (source->read_err == EILSEQ)
		fpt_log_source__explain(source, why, size,
					"cannot decompress: this is no sound zstd file");
	else if (source->read_err)
		fpt_log_source__explain(source, why, size, "cannot read: %s",
					strerror(source->read_err));
	else if (err == -EINVAL)
		fpt_log_source__explain(source, why, size,
					"%s, not a fusept log; fusept-trace -w writes one",
					source->size ? "something else" : "empty");
	else if (err == -EPROTO)
		fpt_log_source__explain(
			source, why, size,
			"log version %u, this fusept reads version %d; use the one that wrote it",
			source->head.version, FPT_LOG_VERSION);
	else if (err == -ENODATA)
		fpt_log_source__explain(
			source, why, size,
			"truncated at offset %zu, in its file header; nothing was recorded",
			source->size);
	else if (err == -EBADMSG)
		fpt_log_source__explain(
			source, why, size,
			"damaged at offset 0: its file header; nothing can be read, record again");
	else
		fpt_log_source__explain(source, why, size, "cannot read: %s", strerror(-err));
}

int fpt_log_source__open(struct fpt_log_source *source, const struct fpt_log_piece *piece,
			 size_t count, char *why, size_t why_size)
{
	int err;

	*source = (struct fpt_log_source){ .piece = piece, .pieces_left = count - 1 };
	err = open_piece(source);
	if (err) {
		fpt_log_source__explain(source, why, why_size, "cannot open: %s", strerror(-err));
		return err;
	}
	err = fpt_log_source__header(source);
	if (err)
		refuse(source, err, why, why_size);
	return err;
}

void fpt_log_source__close(struct fpt_log_source *source)
{
	fpt_log_input__close(&source->input);
	free(source->meta);
	free(source->bytes);
}
