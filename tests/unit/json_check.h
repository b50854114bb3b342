/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A strict checker of one JSON text in UTF-8 (RFC 8259), for the tests only:
 * independent of the writer, so it shares no code with src/.
 */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H

#include <stdbool.h>
#include <string.h>

static const char *json_check_value(const char *at, int depth);

static const char *json_check_space(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/* One character of a string, escaped or not; NULL when it is not allowed. */
static const char *json_check_char(const char *at)
{
	unsigned char byte = (unsigned char)*at;
	int more = byte < 0x80 ? 0 : byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1, i;

	if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && byte < 0xc2) || byte > 0xf4)
		return NULL;
	if (byte == '\\' && at[1] == 'u')
		return strspn(at + 2, "0123456789abcdefABCDEF") >= 4 ? at + 6 : NULL;
	if (byte == '\\')
		return at[1] && strchr("\"\\/bfnrt", at[1]) ? at + 2 : NULL;
	for (i = 1; i <= more; i++)
		if (((unsigned char)at[i] & 0xc0) != 0x80)
			return NULL;
	if ((byte == 0xe0 && (unsigned char)at[1] < 0xa0) ||
	    (byte == 0xed && (unsigned char)at[1] > 0x9f) ||
	    (byte == 0xf0 && (unsigned char)at[1] < 0x90) ||
	    (byte == 0xf4 && (unsigned char)at[1] > 0x8f))
		return NULL;
	return at + 1 + more;
}

static const char *json_check_string(const char *at)
{
	if (*at++ != '"')
		return NULL;
	while (at && *at != '"')
		at = json_check_char(at);
	return at ? at + 1 : NULL;
}

static const char *json_check_digits(const char *at)
{
	size_t digits = strspn(at, "0123456789");

	return digits ? at + digits : NULL;
}

static const char *json_check_number(const char *at)
{
	at += *at == '-';
	if (*at == '0')
		at++;
	else
		at = json_check_digits(at);
	if (at && *at == '.')
		at = json_check_digits(at + 1);
	if (at && (*at == 'e' || *at == 'E')) {
		at++;
		at = json_check_digits(at + (*at == '+' || *at == '-'));
	}
	return at;
}

/* An object or an array. */
static const char *json_check_group(const char *at, int depth)
{
	bool object = *at == '{';
	char end = object ? '}' : ']';

	at = json_check_space(at + 1);
	if (*at == end)
		return at + 1;
	for (;;) {
		if (object) {
			at = json_check_string(at);
			if (!at)
				return NULL;
			at = json_check_space(at);
			if (*at++ != ':')
				return NULL;
		}
		at = json_check_value(json_check_space(at), depth + 1);
		if (!at)
			return NULL;
		at = json_check_space(at);
		if (*at == end)
			return at + 1;
		if (*at != ',')
			return NULL;
		at = json_check_space(at + 1);
	}
}

static const char *json_check_value(const char *at, int depth)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t i;

	if (depth > 32)
		return NULL;
	if (*at == '{' || *at == '[')
		return json_check_group(at, depth);
	if (*at == '"')
		return json_check_string(at);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strncmp(at, words[i], strlen(words[i])) == 0)
			return at + strlen(words[i]);
	return json_check_number(at);
}

/* Whether @line is one JSON text and a newline, and nothing else. */
static inline bool json_is_line(const char *line)
{
	const char *at = json_check_value(line, 0);

	return at && strcmp(at, "\n") == 0;
}

#endif
