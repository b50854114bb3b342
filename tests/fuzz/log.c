// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes what fusept-audit does with a log: reader, session, checker and
 * outputs.  Any bytes must end in a verdict or a refusal.  The mutator mends
 * checksums, for without that no change would get past them.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crc32c.h"
#include "outcomes.h"
#include "report.h"
#include "timeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* Gives each block that can be found the checksums, and the numbers, of a sound one. */
static void mend(uint8_t *data, size_t size)
{
	struct fpt_log_file file;
	struct fpt_log_block block;
	size_t at = sizeof(file);
	uint32_t crc, number = 0;

	if (size < at)
		return;
	memcpy(&file, data, at);
	if (file.meta_size > size - at)
		return;
	file.crc = 0;
	crc = fpt_crc32c(0, &file, sizeof(file));
	crc = fpt_crc32c(crc, data + at, file.meta_size);
	file.crc = crc;
	memcpy(data, &file, sizeof(file));
	for (at += file.meta_size; size - at >= sizeof(block); at += sizeof(block) + block.stored) {
		memcpy(&block, data + at, sizeof(block));
		if (block.stored > size - at - sizeof(block))
			block.stored = (uint32_t)(size - at - sizeof(block));
		if (!(block.flags & FPT_LOG_ZSTD))
			block.size = block.stored;
		block.number = number++;
		block.content_crc = fpt_crc32c(crc, data + at + sizeof(block), block.stored);
		block.header_crc =
			fpt_crc32c(crc, &block, offsetof(struct fpt_log_block, header_crc));
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

/* As fusept-audit does. */
static int read_log(struct fpt_session *session, struct fpt_log_reader *reader)
{
	struct fpt_batch batch;
	char why[256];
	int err = 0;

	while (!err) {
		switch (fpt_log_reader__next(reader, &batch, why, sizeof(why))) {
		case FPT_LOG_END:
			return fpt_session__batch(session, &batch);
		case FPT_LOG_TRUNCATED:
			return 0;
		case FPT_LOG_DAMAGED:
			fpt_session__gap(session);
			break;
		case FPT_LOG_OK:
			err = fpt_session__batch(session, &batch);
		}
	}
	return err;
}

static void audit(const char *path, const struct fpt_session_options *options)
{
	char why[256];
	struct fpt_log_reader *reader = fpt_log_reader__open(path, why, sizeof(why));
	struct fpt_session session;
	int err;

	fpt_session__init(&session, options);
	if (!reader)
		goto out;
	err = read_log(&session, reader);
	if (!err)
		fpt_session__end(&session, &(struct fpt_ending){ 0 });
	/* Damage and loss never end in a pass. */
	if (!err && fpt_session__summary(&session)->gaps &&
	    fpt_summary__verdict(fpt_session__summary(&session)) == FPT_VERDICT_PASS)
		abort();
out:
	fpt_session__free(&session);
	fpt_log_reader__close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static FILE *null;
	static char path[32];
	struct fpt_session_options options = { .events = true, .counts = true, .sinks.count = 1 };
	struct fpt_sink *sink = &options.sinks.sink[0];
	struct fpt_outcomes outcomes = { 0 };

	if (fd < 0) {
		fd = memfd_create("log", 0);
		null = fopen("/dev/null", "w");
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (!null || ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	sink->out = null;
	options.all_events = size & 1;
	options.time = size % 5;
	sink->form = &fpt_out_text;
	audit(path, &options);
	sink->form = &fpt_out_json;
	audit(path, &options);
	sink->form = &fpt_out_outcomes;
	sink->state = &outcomes;
	audit(path, &options);
	fpt_outcomes__free(&outcomes);
	sink->form = &fpt_out_timeline;
	sink->state = fpt_timeline__new(size % 8);
	if (sink->state)
		audit(path, &options);
	return 0;
}
