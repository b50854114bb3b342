/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory for arrays of millions: zeroed, resident only where it was touched, and
 * large ones in huge pages where the system gives them, as a search in such an
 * array would miss the TLB each time.
 */
#ifndef FPT_PAGES_H
#define FPT_PAGES_H

#include <stddef.h>

/* NULL without memory. */
void *fpt_pages__new(size_t bytes);
/* @bytes: as they were asked for; NULL is fine. */
void fpt_pages__free(void *pages, size_t bytes);

#endif
