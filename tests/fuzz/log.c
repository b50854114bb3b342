// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes what fusept-audit does with a log: reader, session, checker and two
 * outputs.  Any bytes must end in a verdict or a refusal.  The mutator mends
 * checksums, for without that no change would get past them.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "audit.h"
#include "log_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* Gives each block that can be found the checksums, and the numbers, of a sound one. */
static void mend(uint8_t *data, size_t size)
{
	struct fpt_log_file file;
	struct fpt_log_block block;
	size_t at = sizeof(file);
	uint32_t number = 0;

	if (size < at)
		return;
	memcpy(&file, data, at);
	if (file.meta_size > size - at)
		return;
	file.crc = fpt_log_file__crc(&file, (const char *)data + at);
	memcpy(data, &file, sizeof(file));
	for (at += file.meta_size; size - at >= sizeof(block); at += sizeof(block) + block.stored) {
		memcpy(&block, data + at, sizeof(block));
		if (block.stored > size - at - sizeof(block))
			block.stored = (uint32_t)(size - at - sizeof(block));
		if (!(block.flags & FPT_LOG_ZSTD))
			block.size = block.stored;
		block.number = number++;
		block.run = file.run;
		block.piece = file.piece;
		fpt_log_block__seal(&block, data + at + sizeof(block));
		memcpy(data + at, &block, sizeof(block));
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	size = LLVMFuzzerMutate(data, size, max_size);
	if (seed % 8)
		mend(data, size);
	return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_audit_forms(data, size, FPT_SOURCE_LOG);
	return 0;
}
