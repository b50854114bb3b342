// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the reader of files of assertions (--expect). */
#include "expect.h"

const char *__lsan_default_suppressions(void);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The parser of libjq 1.6 leaks tokens of what is no jq; a run ends there. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libjq";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_expect(data, size);
	return 0;
}
