/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows of bytes that are all different, with a hash table that finds them. */
#ifndef FPT_LOG_ROWS_H
#define FPT_LOG_ROWS_H

#include <stddef.h>
#include <stdint.h>

struct fpt_rows {
	size_t size; /* of a row */
	char *at; /* back to back */
	uint32_t count;
	uint32_t *slot; /* number of a row, plus 1 */
	uint32_t slots;
};

/* The number of the row that is like @row, which is added if there is none; -ENOMEM. */
int64_t fpt_rows__find(struct fpt_rows *rows, const char *row);

/* Removes all rows, and keeps the memory. */
void fpt_rows__clear(struct fpt_rows *rows);

void fpt_rows__free(struct fpt_rows *rows);

#endif
