/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logs in memory for test_log.c and test_log_damage.c: a reference log, any
 * bytes as a log, and what a reader makes of them.
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
};

/* A log as bytes, and where its blocks begin; block[BLOCKS] is its size. */
struct image {
	size_t block[BLOCKS + 1];
	uint32_t count[BLOCKS];
	uint64_t lost[BLOCKS];
	unsigned char bytes[4096];
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
		.unknown = { .h = { sizeof(sample->unknown), 777, 0, 0, 12, 1, 2 },
			     .body = { 1, 2, 3 } },
		.evict = { .h = { sizeof(sample->evict), FPT_EVICT, 1, 1, 13, 1, 2 } },
	};
}

/* Writes the reference log: blocks of 3, 1, 0 and 1 events, and the end. */
static inline void make_image(struct image *image)
{
	struct fpt_log_writer *writer;
	struct fpt_batch batch[BLOCKS];
	struct sample sample;
	char path[64], old[8192] = "an older file";
	int fd = memory_file(path, old, sizeof(old)), i;

	make_sample(&sample);
	batch[0] = (struct fpt_batch){ .events = &sample,
				       .count = 3,
				       .produced = 2,
				       .bytes = offsetof(struct sample, evict) };
	batch[1] = (struct fpt_batch){ .events = &sample.evict,
				       .bytes = sizeof(sample.evict),
				       .count = 1,
				       .lost = 2,
				       .produced = 5 };
	batch[2] = (struct fpt_batch){ .lost = 4, .produced = 9 };
	batch[3] = (struct fpt_batch){
		.events = &sample.open, .bytes = sizeof(sample.open), .count = 1, .produced = 10
	};
	batch[4] = (struct fpt_batch){ .end = true, .lost = 6, .produced = 10, .missed = 7 };
	memset(image, 0, sizeof(*image));
	writer = fpt_log_writer__open(path, META);
	assert_non_null(writer);
	for (i = 0; i < BLOCKS; i++) {
		image->block[i] = (size_t)lseek(fd, 0, SEEK_END);
		image->count[i] = batch[i].count;
		image->lost[i] = batch[i].lost;
		assert_int_equal(fpt_log_writer__append(writer, &batch[i]), 0);
	}
	assert_int_equal(fpt_log_writer__close(writer), 0);
	image->block[BLOCKS] = (size_t)lseek(fd, 0, SEEK_END);
	assert_true(image->block[BLOCKS] <= sizeof(image->bytes));
	assert_int_equal(pread(fd, image->bytes, sizeof(image->bytes), 0), image->block[BLOCKS]);
	close(fd);
}

/* What all blocks but one hold, as read_path() counts it; skip BLOCKS: all. */
static inline void expect_without(const struct image *image, int skip, struct outcome *expected)
{
	int i;

	memset(expected, 0, sizeof(*expected));
	for (i = 0; i < BLOCKS - 1; i++) {
		const unsigned char *events =
			image->bytes + image->block[i] + sizeof(struct fpt_log_block);

		if (i == skip)
			continue;
		expected->blocks++;
		expected->events += image->count[i];
		expected->lost += image->lost[i];
		expected->events_sum = fold(expected->events_sum, events,
					    (size_t)(image->bytes + image->block[i + 1] - events));
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

#endif
