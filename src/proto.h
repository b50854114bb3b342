/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes protocol buffers: the wire format of a message that fits into memory.
 * What its fields mean is the caller's business.
 */
#ifndef FPT_PROTO_H
#define FPT_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FPT_PROTO_MAX 4096

struct fpt_proto {
	unsigned char bytes[FPT_PROTO_MAX];
	size_t used;
	bool full; /* something did not fit: the message is of no use */
};

void fpt_proto__number(struct fpt_proto *proto, unsigned int field, uint64_t value);
void fpt_proto__bytes(struct fpt_proto *proto, unsigned int field, const void *bytes, size_t size);
void fpt_proto__string(struct fpt_proto *proto, unsigned int field, const char *text);
/* A message inside a message. */
void fpt_proto__message(struct fpt_proto *proto, unsigned int field,
			const struct fpt_proto *message);

#endif
