// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the two ways in which untrusted bytes get printed: what comes out must
 * be valid UTF-8 without a character that is not plain, and valid JSON.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/json_check.h"
#include "json.h"
#include "value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Printed bytes go to a terminal: every one of them is part of a plain character. */
static void must_be_plain(const char *text, size_t length)
{
	uint32_t code = 0;
	size_t size;

	while (length) {
		size = fpt_utf8(text, length, &code);
		if (!size || !fpt_printable(code))
			abort();
		text += size;
		length -= size;
	}
}

static void sanitize(const char *in, size_t size, size_t room)
{
	char *out = malloc(room ? room : 1);
	size_t length = fpt_sanitize(out, room, in, size);

	if (room && (length >= room || strlen(out) != length))
		abort();
	must_be_plain(out, length);
	free(out);
}

static void json(const char *in, size_t size)
{
	char *line = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&line, &length);

	if (!out)
		abort();
	fpt_json__string(out, in, size);
	fputc('\n', out);
	if (fclose(out) || strlen(line) != length || !json_is_line(line))
		abort();
	must_be_plain(line, length - 1);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of just that size, so that a byte too many is noticed. */
	char *in;

	if (!size)
		return 0;
	in = malloc(size - 1 ? size - 1 : 1);
	if (!in)
		abort();
	memcpy(in, data + 1, size - 1);
	sanitize(in, size - 1, data[0]);
	json(in, size - 1);
	free(in);
	return 0;
}
