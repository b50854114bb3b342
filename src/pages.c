// SPDX-License-Identifier: GPL-2.0-only
#include "pages.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

/* Smaller ones are not worth a huge page. */
static bool are_huge(size_t bytes)
{
	return bytes >= 2 * HUGE_PAGE;
}

static size_t whole_pages(size_t bytes)
{
	return (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

void *fpt_pages__new(size_t bytes)
{
	char *got, *begin;
	size_t before;

	if (!are_huge(bytes))
		return calloc(1, bytes);
	bytes = whole_pages(bytes);
	got = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0);
	if (got == MAP_FAILED)
		return NULL;
	before = -(uintptr_t)got % HUGE_PAGE;
	begin = got + before;
	if (before)
		munmap(got, before);
	munmap(begin + bytes, HUGE_PAGE - before);
	/* Where there are none, it is slower and nothing else. */
	(void)madvise(begin, bytes, MADV_HUGEPAGE);
	return begin;
}

void fpt_pages__free(void *pages, size_t bytes)
{
	if (!are_huge(bytes))
		free(pages);
	else if (pages)
		munmap(pages, whole_pages(bytes));
}
