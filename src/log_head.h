/* SPDX-License-Identifier: GPL-2.0-only */
/* The headers of a log, for its writer and its reader: when they are sound. */
#ifndef FPT_LOG_HEAD_H
#define FPT_LOG_HEAD_H

#include "log.h"

/* The checksum of a file header and its meta text, of meta_size bytes. */
uint32_t fpt_log_file__crc(const struct fpt_log_file *head, const char *meta);

/* Gives a block its checksums, once all else is in its header.  @content: of stored bytes. */
void fpt_log_block__seal(struct fpt_log_block *head, const void *content);

/* Whether @bytes are a sound header of a block, of whatever log; if so, @head gets it. */
bool fpt_log_block__parse(struct fpt_log_block *head, const char *bytes);

/* Whether the content is that of a sound header. */
bool fpt_log_block__holds(const struct fpt_log_block *head, const void *content);

#endif
