// SPDX-License-Identifier: GPL-2.0-only
#include "log_head.h"

#include <string.h>

#include "crc32c.h"

uint32_t fpt_log_file__crc(const struct fpt_log_file *head, const char *meta)
{
	struct fpt_log_file copy = *head;

	copy.crc = 0;
	return fpt_crc32c(fpt_crc32c(0, &copy, sizeof(copy)), meta, head->meta_size);
}

/* Where the checksums of a block go on from: a block of another version is none. */
static uint32_t seed(const struct fpt_log_block *head)
{
	const struct fpt_log_file file = { .magic = FPT_LOG_MAGIC,
					   .version = FPT_LOG_VERSION,
					   .run = head->run,
					   .piece = head->piece };

	return fpt_crc32c(0, &file, sizeof(file));
}

static uint32_t header_crc(const struct fpt_log_block *head)
{
	return fpt_crc32c(seed(head), head, offsetof(struct fpt_log_block, header_crc));
}

void fpt_log_block__seal(struct fpt_log_block *head, const void *content)
{
	head->content_crc = fpt_crc32c(seed(head), content, head->stored);
	head->header_crc = header_crc(head);
}

bool fpt_log_block__parse(struct fpt_log_block *head, const char *bytes)
{
	uint32_t magic;

	memcpy(&magic, bytes, sizeof(magic));
	if (magic != FPT_LOG_BLOCK_MAGIC && magic != FPT_LOG_NEXT_MAGIC &&
	    magic != FPT_LOG_END_MAGIC)
		return false;
	memcpy(head, bytes, sizeof(*head));
	return head->stored <= FPT_LOG_CONTENT_MAX && head->size <= FPT_LOG_CONTENT_MAX &&
	       (magic == FPT_LOG_BLOCK_MAGIC || !head->count) && head->records <= head->count &&
	       head->run && head->header_crc == header_crc(head);
}

bool fpt_log_block__holds(const struct fpt_log_block *head, const void *content)
{
	return head->content_crc == fpt_crc32c(seed(head), content, head->stored);
}
