// SPDX-License-Identifier: GPL-2.0-only
/* Tells forms of input apart by their first bytes. */
#include "form.h"

#include <stdlib.h>
#include <string.h>

#include "libfuse_line.h"
#include "log.h"

#define FIRST_BYTES 64 /* less is in no input, unless that is all of it */
#define LINE_BYTES 512 /* of a line, as far as it shows that libfuse wrote it */

enum fpt_source_form fpt_source_form__find(const char *name)
{
#define FORM_NAME(NAME, text) text,
	static const char *const names[] = { FPT_SOURCE_FORMS(FORM_NAME) };
#undef FORM_NAME
	int form;

	for (form = 0; form < FPT_SOURCE_MAX; form++)
		if (strcmp(names[form], name) == 0)
			break;
	return form;
}

/* Whether an object begins there, and not any bytes of which the first happens to be its brace. */
static bool is_json(const char *bytes, size_t size)
{
	return size && *bytes == '{' && (size == 1 || strchr("\" \t\r\n}", bytes[1])) &&
	       !memchr(bytes, '\0', size);
}

/* Whether the line is one that only libfuse writes. */
static bool is_libfuse(const char *at, size_t length)
{
	struct fpt_libfuse_line line;
	char text[LINE_BYTES];

	if (length >= sizeof(text))
		length = sizeof(text) - 1;
	memcpy(text, at, length);
	text[length] = '\0';
	fpt_libfuse_line__parse(&line, text);
	return line.what == FPT_LIBFUSE_VERSION || line.what == FPT_LIBFUSE_REQUEST;
}

/* Looks at the lines from @at on, which is moved behind them; the last one may lack its end. */
static bool has_libfuse(const char *bytes, size_t size, size_t *at, bool ended)
{
	while (*at < size) {
		const char *end = memchr(bytes + *at, '\n', size - *at);

		if (!end && !ended)
			return false;
		if (is_libfuse(bytes + *at, end ? (size_t)(end - bytes) - *at : size - *at))
			return true;
		*at = end ? (size_t)(end - bytes) + 1 : size;
	}
	return false;
}

enum fpt_source_form fpt_source_form__of(struct fpt_input *input)
{
	const size_t magic = strlen(FPT_LOG_MAGIC);
	size_t size, wanted = FIRST_BYTES, at = 0;
	const char *bytes;
	bool ended;

	do {
		size = fpt_input__peek(input, wanted, &bytes);
		ended = size < wanted || size == FPT_INPUT_PEEK;
		if (is_json(bytes, size))
			return FPT_SOURCE_JSONL;
		if (size >= magic && memcmp(bytes, FPT_LOG_MAGIC, magic) == 0)
			return FPT_SOURCE_LOG;
		if (has_libfuse(bytes, size, &at, ended))
			return FPT_SOURCE_LIBFUSE;
		wanted = size + 1;
	} while (!ended && !memchr(bytes, '\0', size));
	return FPT_SOURCE_MAX;
}

static bool begins(struct fpt_input *input, const char *text)
{
	const size_t length = strlen(text);
	const char *bytes;

	return fpt_input__peek(input, length, &bytes) >= length && !memcmp(bytes, text, length);
}

/* Whether that is in the first line. */
static bool has(struct fpt_input *input, const char *text)
{
	const char *bytes, *end;
	size_t size = fpt_input__peek(input, LINE_BYTES, &bytes);

	end = memchr(bytes, '\n', size);
	return memmem(bytes, end ? (size_t)(end - bytes) : size, text, strlen(text));
}

#define JSONL_HEADER "{\"type\":\"header\","

bool fpt_source_form__is_stream(struct fpt_input *input)
{
	return begins(input, JSONL_HEADER) && has(input, "\"fusept\":") &&
	       has(input, "\"events\":\"all\"");
}

unsigned int fpt_source_form__count_runs(struct fpt_input *input)
{
	const size_t length = strlen(JSONL_HEADER);
	char *bytes = malloc(FPT_INPUT_PEEK);
	unsigned int runs = 0;
	size_t at, size = 0, matched = 0; /* of the header, in this line; SIZE_MAX: it is another */
	ssize_t n;

	while (bytes && (n = fpt_input__read(input, bytes, FPT_INPUT_PEEK)) > 0) {
		size = (size_t)n;
		for (at = 0; at < size; at++) {
			if (matched == SIZE_MAX) {
				const char *end = memchr(bytes + at, '\n', size - at);

				if (!end)
					break;
				at = (size_t)(end - bytes);
				matched = 0;
			} else if (bytes[at] != JSONL_HEADER[matched++]) {
				matched = bytes[at] == '\n' ? 0 : SIZE_MAX;
			} else if (matched == length) {
				matched = SIZE_MAX;
				runs++;
			}
		}
	}
	free(bytes);
	return runs ?: 1;
}

bool fpt_source_form__is_report(struct fpt_input *input)
{
	static const char *const reports[] = { "TAP version 14\n1..", "KTAP version 1\n1..",
					       "::notice title=fusept::", "::error title=fusept::",
					       "::warning title=fusept::" };
	const char *bytes;
	size_t i, size = fpt_input__peek(input, LINE_BYTES, &bytes);

	for (i = 0; i < sizeof(reports) / sizeof(reports[0]); i++)
		if (begins(input, reports[i]))
			return true;
	/* html, junit and perfetto, of which the last is binary, have their name near the front */
	if (begins(input, JSONL_HEADER))
		return has(input, "\"fusept\":");
	return (begins(input, "<?xml ") &&
		memmem(bytes, size, "<testsuites name=\"fusept\"", 25)) ||
	       (begins(input, "<!DOCTYPE html>\n<html lang='en'>") &&
		memmem(bytes, size, "Content-Security-Policy", 23)) ||
	       (begins(input, "\n") && memmem(bytes, size, "fusept on ", 10));
}
