// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names come from an untrusted server: decides which characters may reach a
 * terminal, and spells out the bytes of the others.
 */
#include <stdio.h>
#include <string.h>

#include "value.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Controls, and what hides, reorders or joins its neighbours. */
static const struct {
	uint32_t first, last;
} unprintable[] = {
	{ 0x00, 0x1f },	    { 0x7f, 0x9f },	  { 0xad, 0xad },	{ 0x34f, 0x34f },
	{ 0x600, 0x605 },   { 0x61c, 0x61c },	  { 0x6dd, 0x6dd },	{ 0x70f, 0x70f },
	{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },	  { 0x180b, 0x180f },	{ 0x200b, 0x200f },
	{ 0x2028, 0x202e }, { 0x2060, 0x206f },	  { 0x3164, 0x3164 },	{ 0xfdd0, 0xfdef },
	{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },	  { 0xffa0, 0xffa0 },	{ 0xfff0, 0xfffb },
	{ 0xfffe, 0xffff }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff }, { 0x10fffe, 0x10ffff },
};

size_t fpt_utf8(const char *in, size_t len, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *byte = (const unsigned char *)in;
	size_t size, i;

	if (!len)
		return 0;
	if (byte[0] < 0x80)
		size = 1;
	else if ((byte[0] & 0xe0) == 0xc0)
		size = 2;
	else if ((byte[0] & 0xf0) == 0xe0)
		size = 3;
	else if ((byte[0] & 0xf8) == 0xf0)
		size = 4;
	else
		return 0;
	if (size > len)
		return 0;
	*code = size == 1 ? byte[0] : byte[0] & (0xff >> (size + 1));
	for (i = 1; i < size; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (byte[i] & 0x3f);
	}
	if (*code < least[size] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return size;
}

bool fpt_printable(uint32_t code)
{
	size_t i;

	if (code >= ' ' && code < 0x7f)
		return true;
	for (i = 0; i < ARRAY_SIZE(unprintable); i++)
		if (code >= unprintable[i].first && code <= unprintable[i].last)
			return false;
	return true;
}

size_t fpt_sanitize(char *out, size_t out_size, const char *in, size_t in_len)
{
	size_t length = 0;

	if (!out_size)
		return 0;
	while (in_len && *in) {
		uint32_t code = 0;
		size_t size = fpt_utf8(in, in_len, &code);
		bool plain = size && code != '\\' && fpt_printable(code);
		size_t bytes = size ? size : 1, i;

		if (length + (plain ? bytes : 4 * bytes) >= out_size)
			break;
		if (plain)
			memcpy(out + length, in, bytes);
		for (i = 0; !plain && i < bytes; i++)
			snprintf(out + length + 4 * i, 5, "\\x%02x", (unsigned char)in[i]);
		length += plain ? bytes : 4 * bytes;
		in += bytes;
		in_len -= bytes;
	}
	out[length] = '\0';
	return length;
}
