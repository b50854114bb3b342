/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is done with a file of assertions before a run, for the fuzzer and for the
 * test of its seeds.  They are not judged: a program of jq may well have no end.
 */
#ifndef FUZZ_EXPECT_H
#define FUZZ_EXPECT_H

#include <errno.h>

#include "assertions.h"
#include "audit.h"

/* Either the whole file is taken, or why not is said. */
static inline void fuzz_expect(const void *data, size_t size)
{
	struct fpt_assertions assertions = {};
	char why[512] = "";
	size_t i;
	int err = fpt_assertions__read(&assertions, fuzz_file(data, size), why, sizeof(why));

	if (err && (err != -EINVAL || !*why))
		abort();
	for (i = 0; i < assertions.count; i++) {
		const struct fpt_assertion *assertion = &assertions.item[i];

		if (!assertion->line || !assertion->program ||
		    fpt_assertion_left(assertion->expression) > strlen(assertion->expression))
			abort();
	}
	fpt_assertions__free(&assertions);
}

#endif
