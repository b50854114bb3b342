/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logs in memory for test_log*.c: a reference log, any bytes as a log, and what
 * a reader makes of them.
 */
#ifndef LOG_FIXTURE_H
#define LOG_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crc32c.h"
#include "log.h"
#include "table.h"

#define META "{\"fusept\":\"0\",\"kernel\":\"6.12\",\"started_ns\":1}"
#define BLOCKS 5 /* of the reference log, the end block included */
#define WHY 512

struct sample {
	struct fpt_open open;
	struct fpt_mount_record mount;
	struct {
		struct fpt_header h;
		uint64_t body[3];
	} unknown;
	struct fpt_evict evict;
	struct fpt_open last;
};

/* A log as bytes, and where its blocks begin; block[BLOCKS] is its size. */
struct image {
	struct sample sample;
	size_t block[BLOCKS + 1];
	struct {
		size_t offset, size; /* in the sample */
		uint32_t count;
		uint64_t lost;
		uint32_t events; /* of a processor, not of the tool */
	} batch[BLOCKS];
	unsigned char bytes[8192];
};

/* What a reader said of a log. */
struct outcome {
	int open_err; /* 0: it was opened */
	enum fpt_log_state state; /* the last: END or TRUNCATED */
	unsigned int blocks, damages; /* how many OK, and DAMAGED */
	uint64_t events, lost; /* lost: of OK blocks */
	uint64_t produced; /* by the last OK block */
	uint32_t events_sum; /* of the bytes of all events, in order */
	struct fpt_batch totals;
	char first[WHY]; /* of the first damage or refusal */
	char last[WHY]; /* of the last state */
};

static inline uint32_t fold(uint32_t sum, const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;

	while (size--)
		sum = (sum ^ *byte++) * 16777619;
	return sum;
}

/* Puts @size bytes into a file without a name; "/proc/self/fd/N" into @path. */
static inline int memory_file(char path[64], const void *bytes, size_t size)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

static inline void read_path(const char *path, struct outcome *got)
{
	struct fpt_log_reader *reader;
	struct fpt_batch batch;
	unsigned int steps = 0;

	memset(got, 0, sizeof(*got));
	errno = 0;
	reader = fpt_log_reader__open(path, got->first, WHY);
	if (!reader) {
		got->open_err = errno;
		assert_true(errno != 0);
		assert_true(strlen(got->first) > 0);
		return;
	}
	do {
		char *why = got->damages ? got->last : got->first;

		got->state = fpt_log_reader__next(reader, &batch, why, WHY);
		if (got->state == FPT_LOG_OK) {
			assert_int_equal((uintptr_t)batch.events % 8, 0);
			got->blocks++;
			got->events += batch.count;
			got->lost += batch.lost;
			got->produced = batch.produced;
			got->events_sum = fold(got->events_sum, batch.events, batch.bytes);
		} else if (got->state == FPT_LOG_DAMAGED) {
			got->damages++;
		}
		assert_true(++steps < 1000);
	} while (got->state == FPT_LOG_OK || got->state == FPT_LOG_DAMAGED);
	assert_int_equal(batch.end, got->state == FPT_LOG_END);
	got->totals = batch;
	assert_int_equal(fpt_log_reader__next(reader, &batch, got->last, WHY), got->state);
	assert_memory_equal(&batch, &got->totals, sizeof(batch));
	fpt_log_reader__close(reader);
}

static inline void read_bytes(const void *bytes, size_t size, struct outcome *got)
{
	char path[64];
	int fd = memory_file(path, bytes, size);

	read_path(path, got);
	close(fd);
}

static inline void make_sample(struct sample *sample)
{
	*sample = (struct sample){
		.open = { .h = { sizeof(sample->open), FPT_OPEN, 0, 0, 10, 1, 2 },
			  .ret = -5,
			  .comm = "cat",
			  .name = "FPTBFPTEFUSEPTLG" },
		.mount = { .h = { sizeof(sample->mount), FPT_MOUNT, 0, 0, 11, 1, 2 },
			   .dev = 41,
			   .fstype = "fuse",
			   .path = "/mnt" },
		.unknown = { .h = { sizeof(sample->unknown), 777, 0, 1, 12, 1, 2 },
			     .body = { 1, 2, 3 } },
		.evict = { .h = { sizeof(sample->evict), FPT_EVICT, 1, 0, 13, 1, 2 } },
		.last = { .h = { sizeof(sample->last), FPT_OPEN, 0, 4, 14, 1, 2 }, .name = "x" },
	};
}

static inline struct fpt_log_writer *open_writer(const char *path, const char *meta)
{
	const struct fpt_log_options options = { .meta = meta };

	return fpt_log_writer__open(path, &options);
}

static inline struct fpt_batch batch_of(const struct image *image, int i)
{
	return (struct fpt_batch){ .events = (const char *)&image->sample + image->batch[i].offset,
				   .bytes = image->batch[i].size,
				   .count = image->batch[i].count,
				   .lost = image->batch[i].lost };
}

/*
 * Writes the reference log: blocks of 3, 1, 0 and 1 events, and the end.  The
 * first processor loses two events, the second four.
 */
static inline void make_image_so(struct image *image, const struct fpt_log_options *options)
{
	static const struct fpt_cpu_loss losses[] = { { 0, 2 }, { 1, 4 } };
	static const uint64_t produced[BLOCKS] = { 2, 5, 9, 10, 10 };
	static const unsigned int cpus[BLOCKS] = { 0, 1, 2, 2, 2 };
	const size_t evict = offsetof(struct sample, evict), last = offsetof(struct sample, last);
	struct fpt_log_writer *writer;
	char path[64], old[8192] = "an older file";
	int fd = memory_file(path, old, sizeof(old)), i;

	*image = (struct image){ .batch = { { 0, evict, 3, 0, 2 },
					    { evict, last - evict, 1, 2, 1 },
					    { 0, 0, 0, 4, 0 },
					    { last, sizeof(image->sample.last), 1, 0, 1 },
					    { 0, 0, 0, 6, 0 } } };
	make_sample(&image->sample);
	writer = fpt_log_writer__open(path, options);
	assert_non_null(writer);
	for (i = 0; i < BLOCKS; i++) {
		struct fpt_batch batch = batch_of(image, i);

		batch.produced = produced[i];
		batch.cpu = losses;
		batch.cpus = cpus[i];
		batch.end = i == BLOCKS - 1;
		batch.missed = batch.end ? 7 : 0;
		image->block[i] = (size_t)lseek(fd, 0, SEEK_END);
		assert_int_equal(fpt_log_writer__append(writer, &batch), 0);
	}
	assert_int_equal(fpt_log_writer__close(writer), 0);
	/* The header of the file comes with the first block. */
	image->block[0] = sizeof(struct fpt_log_file) + strlen(options->meta);
	image->block[BLOCKS] = (size_t)lseek(fd, 0, SEEK_END);
	assert_true(image->block[BLOCKS] <= sizeof(image->bytes));
	assert_int_equal(pread(fd, image->bytes, sizeof(image->bytes), 0), image->block[BLOCKS]);
	close(fd);
}

static inline void make_image(struct image *image)
{
	const struct fpt_log_options options = { .meta = META };

	make_image_so(image, &options);
}

/* What all blocks but one hold, as read_path() counts it; skip BLOCKS: all. */
static inline void expect_without(const struct image *image, int skip, struct outcome *expected)
{
	int i;

	memset(expected, 0, sizeof(*expected));
	for (i = 0; i < BLOCKS - 1; i++) {
		const struct fpt_batch batch = batch_of(image, i);

		if (i == skip)
			continue;
		expected->blocks++;
		expected->events += batch.count;
		expected->lost += batch.lost;
		expected->events_sum = fold(expected->events_sum, batch.events, batch.bytes);
	}
}

static inline void same_blocks(const struct outcome *got, const struct outcome *expected)
{
	assert_int_equal(got->blocks, expected->blocks);
	assert_int_equal(got->events, expected->events);
	assert_int_equal(got->events_sum, expected->events_sum);
}

/* The number after "offset " in a message; fails when there is none. */
static inline size_t offset_in(const char *why)
{
	const char *at = strstr(why, "offset ");
	unsigned long long offset = 0;

	assert_non_null(at);
	assert_int_equal(sscanf(at, "offset %llu", &offset), 1);
	return (size_t)offset;
}

/* Give right checksums, after a change. */
static inline void mend_file(unsigned char *bytes)
{
	struct fpt_log_file head;

	memcpy(&head, bytes, sizeof(head));
	head.crc = 0;
	head.crc = fpt_crc32c(0, &head, sizeof(head));
	head.crc = fpt_crc32c(head.crc, bytes + sizeof(head), head.meta_size);
	memcpy(bytes, &head, sizeof(head));
}

static inline void mend_block(unsigned char *bytes, size_t at)
{
	struct fpt_log_file seed = { .magic = FPT_LOG_MAGIC, .version = FPT_LOG_VERSION };
	struct fpt_log_block head;
	uint32_t crc;

	memcpy(&head, bytes + at, sizeof(head));
	seed.run = head.run;
	seed.piece = head.piece;
	crc = fpt_crc32c(0, &seed, sizeof(seed));
	if (head.stored <= FPT_LOG_CONTENT_MAX)
		head.content_crc = fpt_crc32c(crc, bytes + at + sizeof(head), head.stored);
	head.header_crc = fpt_crc32c(crc, &head, offsetof(struct fpt_log_block, header_crc));
	memcpy(bytes + at, &head, sizeof(head));
}

#endif
