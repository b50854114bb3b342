// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the reader of JSON Lines, and what is behind it. */
#include "audit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_audit_forms(data, size, FPT_SOURCE_JSONL);
	return 0;
}
