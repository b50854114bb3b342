// SPDX-License-Identifier: GPL-2.0-only
/* Tags, varints and lengths. */
#include "proto.h"

#include <string.h>

enum wire { WIRE_VARINT = 0, WIRE_BYTES = 2 };

static void put(struct fpt_proto *proto, const void *bytes, size_t size)
{
	if (size > sizeof(proto->bytes) - proto->used) {
		proto->full = true;
		return;
	}
	memcpy(proto->bytes + proto->used, bytes, size);
	proto->used += size;
}

/* Seven bits a byte, the lowest first; the top bit says that more follow. */
static void put_varint(struct fpt_proto *proto, uint64_t value)
{
	unsigned char byte;

	do {
		byte = (value & 0x7f) | (value > 0x7f ? 0x80 : 0);
		put(proto, &byte, 1);
		value >>= 7;
	} while (value);
}

void fpt_proto__number(struct fpt_proto *proto, unsigned int field, uint64_t value)
{
	put_varint(proto, (uint64_t)field << 3 | WIRE_VARINT);
	put_varint(proto, value);
}

void fpt_proto__bytes(struct fpt_proto *proto, unsigned int field, const void *bytes, size_t size)
{
	put_varint(proto, (uint64_t)field << 3 | WIRE_BYTES);
	put_varint(proto, size);
	put(proto, bytes, size);
}

void fpt_proto__string(struct fpt_proto *proto, unsigned int field, const char *text)
{
	fpt_proto__bytes(proto, field, text, strlen(text));
}

void fpt_proto__message(struct fpt_proto *proto, unsigned int field,
			const struct fpt_proto *message)
{
	proto->full |= message->full;
	fpt_proto__bytes(proto, field, message->bytes, message->used);
}
