// SPDX-License-Identifier: GPL-2.0-only
/* The way back from what value.c prints; shares its names, and no more. */
#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

/* As strtoull(), but only digits of that base, and all of the text. */
static bool parse_base(const char *text, const char *digits, int base, uint64_t *value)
{
	size_t length = strlen(text);

	if (!length || strspn(text, digits) != length)
		return false;
	errno = 0;
	*value = strtoull(text, NULL, base);
	return errno == 0;
}

bool fpt_parse_number(const char *text, uint64_t *value)
{
	if (strncmp(text, "0x", 2) == 0)
		return parse_base(text + 2, "0123456789abcdefABCDEF", 16, value);
	return parse_base(text, "0123456789", 10, value);
}

static bool parse_decimal(const char *text, bool is_signed, uint64_t *value)
{
	if (!is_signed || *text != '-')
		return parse_base(text, "0123456789", 10, value);
	if (!parse_base(text + 1, "0123456789", 10, value) || *value > UINT64_C(1) << 63)
		return false;
	*value = -*value;
	return true;
}

/* "8:1": a kernel dev_t has 12 and 20 bits. */
static bool parse_dev(const char *text, uint64_t *value)
{
	const char *colon = strchr(text, ':');
	char number[32];
	uint64_t minor;

	if (!colon || (size_t)(colon - text) >= sizeof(number))
		return false;
	memcpy(number, text, (size_t)(colon - text));
	number[colon - text] = '\0';
	if (!parse_base(number, "0123456789", 10, value) ||
	    !parse_base(colon + 1, "0123456789", 10, &minor) || *value >= 1 << 12 ||
	    minor >= 1 << 20)
		return false;
	*value = *value << 20 | minor;
	return true;
}

/* A word's number: its place among @names, or what it spells out. */
static bool parse_name(const char *word, size_t length, const char *const *names, size_t count,
		       uint64_t *value)
{
	char number[32];

	for (*value = 0; *value < count; ++*value)
		if (names[*value] && strlen(names[*value]) == length &&
		    strncmp(names[*value], word, length) == 0)
			return true;
	if (!length || length >= sizeof(number) || !isdigit((unsigned char)*word))
		return false;
	memcpy(number, word, length);
	number[length] = '\0';
	return fpt_parse_number(number, value);
}

/* "A|B|0x40" */
static bool parse_flags(const char *text, const char *const *names, size_t count, uint64_t *value)
{
	uint64_t bits;
	size_t length;

	for (*value = 0;; text += length + 1) {
		length = strcspn(text, "|");
		if (!parse_name(text, length, names, count, &bits))
			return false;
		*value |= isdigit((unsigned char)*text) ? bits : UINT64_C(1) << bits;
		if (!text[length])
			return true;
	}
}

static int hex_digit(char digit)
{
	const char *digits = "0123456789abcdef", *at = digit ? strchr(digits, digit) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Text as fpt_sanitize() left it; a field of text ends with a NUL. */
static const char *parse_text(const struct fpt_field *field, void *event, const char *text)
{
	char *out = (char *)event + field->offset;
	size_t length = 0;

	memset(out, 0, field->size);
	for (; *text; text++) {
		int byte = (unsigned char)*text;

		if (byte == '\\') {
			int high = text[1] == 'x' ? hex_digit(text[2]) : -1;
			int low = high < 0 ? -1 : hex_digit(text[3]);

			if (low < 0 || !(high | low))
				return "want \\xNN after a backslash";
			byte = high << 4 | low;
			text += 3;
		}
		if (length + 1 == field->size)
			return "is longer than its field";
		out[length++] = (char)byte;
	}
	return NULL;
}

const char *fpt_parse_field(const struct fpt_field *field, void *event, const char *text)
{
	const char *wanted = "want a number in decimal digits", *const * names;
	uint64_t value = 0;
	size_t count = 0;
	bool flags = false, sound;

	names = fpt_value_names(field->format, &count, &flags);
	if (field->format == FPT_FORMAT_TEXT)
		return parse_text(field, event, text);
	if (names) {
		sound = flags ? parse_flags(text, names, count, &value)
			      : parse_name(text, strlen(text), names, count, &value);
		wanted = "want a name that is known, or a number";
	} else if (field->format == FPT_FORMAT_DEV) {
		sound = parse_dev(text, &value);
		wanted = "want MAJOR:MINOR";
	} else if (field->format == FPT_FORMAT_HEX || field->format == FPT_FORMAT_KEY) {
		sound = fpt_parse_number(text, &value);
		wanted = "want a number in hexadecimal digits";
	} else if (field->format == FPT_FORMAT_OCT) {
		sound = parse_base(text, "01234567", 8, &value);
		wanted = "want a number in octal digits";
	} else {
		sound = parse_decimal(text, field->is_signed, &value);
	}
	if (!sound)
		return wanted;
	return fpt_field__set(field, event, value) ? NULL : "does not fit its field";
}
