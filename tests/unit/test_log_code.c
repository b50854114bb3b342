// SPDX-License-Identifier: GPL-2.0-only
/*
 * The content of blocks: what comes out is what went in, bit by bit; logs of
 * older and newer versions are read; and content that makes no sense is refused
 * without harm, though its checksum be right.
 */
#include "log_fixture.h"

#include <stdlib.h>

#include "log_code.h"
#include "log_golden.h"
#include "log_random.h"

#define ROOM (1 << 20)

/* A stream of random batches, kept to be compared. */
struct stream {
	char *events;
	size_t size;
	struct fpt_batch batch[200]; /* events: not set */
	unsigned int batches;
};

static void make_stream(struct stream *stream, struct random_world *world)
{
	const unsigned int most = (unsigned int[]){ 3, 60, 1500 }[rand() % 3];
	struct fpt_batch *batch;
	uint64_t produced = 0;
	uint32_t i;

	*stream = (struct stream){ .events = malloc(ROOM) };
	assert_non_null(stream->events);
	while (stream->batches < 200 && stream->size < ROOM - most * 400UL) {
		batch = &stream->batch[stream->batches++];
		batch->count = (uint32_t)rand() % (most + 1);
		for (i = 0; i < batch->count; i++) {
			size_t size = random_event(world, stream->events + stream->size);

			stream->size += size;
			batch->bytes += size;
		}
		if (rand() % 6 == 0)
			batch->lost = random_bits() >> (40 + rand() % 20);
		if (rand() % 20 == 0)
			batch->missed = (uint64_t)(rand() % 5);
		batch->produced = produced += batch->count + batch->lost;
	}
}

static void write_stream(const struct stream *stream, const char *path,
			 const struct fpt_log_options *options)
{
	struct fpt_log_writer *writer = fpt_log_writer__open(path, options);
	const char *at = stream->events;
	struct fpt_batch end = { .end = true };
	unsigned int i;

	assert_non_null(writer);
	for (i = 0; i < stream->batches; i++) {
		struct fpt_batch batch = stream->batch[i];

		batch.events = at;
		at += batch.bytes;
		assert_int_equal(fpt_log_writer__append(writer, &batch), 0);
		end.lost += batch.lost;
		end.produced = batch.produced;
		if (rand() % 30 == 0)
			assert_int_equal(fpt_log_writer__flush(writer), 0);
	}
	assert_int_equal(fpt_log_writer__append(writer, &end), 0);
	assert_int_equal(fpt_log_writer__close(writer), 0);
}

/* Puts the pieces of batches together again, and compares. */
static void read_stream(const struct stream *stream, const char *path)
{
	char why[WHY];
	struct fpt_log_reader *reader = fpt_log_reader__open(path, why, sizeof(why));
	struct fpt_batch got, whole = { 0 };
	unsigned int batches = 0;
	bool more = false;
	size_t at = 0;

	assert_non_null(reader);
	while (fpt_log_reader__next(reader, &got, why, sizeof(why)) == FPT_LOG_OK) {
		assert_true(at + got.bytes <= stream->size);
		assert_memory_equal(got.events, stream->events + at, got.bytes);
		assert_int_equal(got.rest, more);
		more = got.more;
		at += got.bytes;
		whole.bytes += got.bytes;
		whole.count += got.count;
		whole.lost += got.lost;
		whole.missed += got.missed;
		if (got.more)
			continue;
		assert_true(batches < stream->batches);
		assert_int_equal(whole.bytes, stream->batch[batches].bytes);
		assert_int_equal(whole.count, stream->batch[batches].count);
		assert_int_equal(whole.lost, stream->batch[batches].lost);
		assert_int_equal(whole.missed, stream->batch[batches].missed);
		assert_int_equal(got.produced, stream->batch[batches].produced);
		memset(&whole, 0, sizeof(whole));
		batches++;
	}
	assert_true(got.end);
	assert_int_equal(at, stream->size);
	assert_int_equal(batches, stream->batches);
	fpt_log_reader__close(reader);
}

static void test_round_trip(void **state)
{
	struct random_world world;
	struct stream stream;
	char path[64];
	int round, fd;

	(void)state;
	for (round = 0; round < 60; round++) {
		const struct fpt_log_options options = { .meta = "{}",
							 .flush_ms = round % 3 ? 3600000 : 0,
							 .zstd = round % 4 == 3 };

		srand((unsigned int)round);
		random_world(&world);
		make_stream(&stream, &world);
		fd = memory_file(path, "", 0);
		write_stream(&stream, path, &options);
		read_stream(&stream, path);
		close(fd);
		free(stream.events);
	}
}

/* ---- one block ---- */

static void encode(struct fpt_buffer *out, const void *events, size_t bytes, uint32_t count)
{
	struct fpt_log_encoder *encoder = fpt_log_encoder__new();
	const struct fpt_log_part part = { .count = count };
	const struct fpt_log_content content = {
		.events = events, .bytes = bytes, .count = count, .parts = &part, .part_count = 1
	};

	assert_non_null(encoder);
	assert_int_equal(fpt_log_encode(encoder, &content, out), 0);
	assert_non_null(fpt_buffer__add(out, FPT_PACK_SLACK));
	out->size -= FPT_PACK_SLACK;
	fpt_log_encoder__free(encoder);
}

/* Decodes all; returns what is wrong, or NULL with *bytes set to the size of the events. */
static const char *decode(const struct fpt_buffer *content, uint32_t count, char *events,
			  size_t *bytes)
{
	struct fpt_log_decoder *decoder = fpt_log_decoder__new();
	const struct fpt_header *event;
	struct fpt_batch batch;
	const char *wrong;

	assert_non_null(decoder);
	*bytes = 0;
	wrong = fpt_log_decoder__open(decoder, content->at, content->size, count);
	while (!wrong && fpt_log_decoder__next(decoder, &batch, &wrong)) {
		for (event = fpt_batch__next(&batch, NULL); event;
		     event = fpt_batch__next(&batch, event))
			assert_null(fpt_event__check(event, (size_t)((char *)batch.events +
								     batch.bytes - (char *)event)));
		if (events)
			memcpy(events + *bytes, batch.events, batch.bytes);
		*bytes += batch.bytes;
	}
	fpt_log_decoder__free(decoder);
	return wrong;
}

/* Events as an older fusept had them: what it did not have is 0. */
static void test_older(void **state)
{
	struct fpt_open open = { .h = { sizeof(open), FPT_OPEN, 1, 2, 3, 4, 5 },
				 .nodeid = 77,
				 .ret = -5,
				 .comm = "cat" };
	const uint16_t older = offsetof(struct fpt_open, comm);
	struct fpt_buffer content = { 0 };
	char two[2 * sizeof(open)], got[sizeof(two)];
	size_t bytes;

	(void)state;
	open.h.size = older;
	memcpy(two, &open, older);
	open.nodeid = 78;
	memcpy(two + older, &open, older);
	encode(&content, two, 2UL * older, 2);
	assert_null(decode(&content, 2, got, &bytes));
	assert_int_equal(bytes, sizeof(got));
	open.h.size = sizeof(open);
	memset(open.comm, 0, sizeof(open.comm));
	assert_memory_equal(got + sizeof(open), &open, sizeof(open));
	open.nodeid = 77;
	assert_memory_equal(got, &open, sizeof(open));
	free(content.at);
}

/* Events as a newer fusept may have them: the fields that are known are where they were. */
static void test_newer(void **state)
{
	struct {
		struct fpt_evict evict;
		uint64_t more[2];
	} newer = { .evict = { .h = { sizeof(newer), FPT_EVICT, 0, 0, 1, 2, 3 }, .nlookup = 9 },
		    .more = { 5, 6 } };
	struct fpt_buffer content = { 0 };
	char got[sizeof(newer)];
	size_t bytes;

	(void)state;
	encode(&content, &newer, sizeof(newer), 1);
	assert_null(decode(&content, 1, got, &bytes));
	assert_int_equal(bytes, sizeof(newer));
	assert_memory_equal(got, &newer, sizeof(newer));
	free(content.at);
}

/* A text of a known kind that does not end is no text. */
static void test_text_without_end(void **state)
{
	struct fpt_open open = { .h = { sizeof(open), FPT_OPEN, 1, 2, 3, 4, 5 } };
	struct fpt_buffer content = { 0 };
	size_t bytes;

	(void)state;
	memset(open.name, 'x', sizeof(open.name));
	encode(&content, &open, sizeof(open), 1);
	assert_string_equal(decode(&content, 1, NULL, &bytes),
			    "an event has a text without an end");
	assert_int_equal(bytes, 0);
	free(content.at);
}

/* Numbers of eight bits, as fpt_pack() may write them. */
static void put_bytes(struct fpt_buffer *content, const uint8_t *bytes, uint32_t count)
{
	fpt_buffer__signed(content, 0);
	fpt_buffer__byte(content, 8);
	fpt_buffer__number(content, 0);
	fpt_buffer__put(content, bytes, count);
}

/* A text need not be in a list: what follows it is 0, whatever was in its place before. */
static void test_text_in_events(void **state)
{
	enum { COUNT = 3000, LENGTH = 30 };
	static uint8_t zero[COUNT], length[COUNT], text[COUNT * LENGTH];
	static struct fpt_open got[COUNT];
	const uint8_t columns[] = { FPT_CODEC_END, FPT_CODEC_TEXT };
	struct fpt_buffer content = { 0 };
	size_t bytes, all = 0;
	uint32_t i;

	(void)state;
	for (i = 0; i < COUNT; i++)
		all += length[i] = i < COUNT / 2 ? LENGTH : i % LENGTH;
	memset(text, 'x', sizeof(text));
	fpt_buffer__put(&content, (uint8_t[]){ 0, 1 }, 2); /* processors, batches */
	fpt_buffer__number(&content, COUNT << 2);
	fpt_buffer__put(&content, (uint8_t[]){ 0, 0, 0, 0, 1 }, 5); /* its losses; kinds */
	fpt_buffer__number(&content, FPT_OPEN);
	fpt_buffer__number(&content, sizeof(got[0]));
	fpt_buffer__number(&content, COUNT);
	put_bytes(&content, zero, COUNT);
	fpt_buffer__put(&content, columns, sizeof(columns));
	fpt_buffer__number(&content, offsetof(struct fpt_open, name));
	fpt_buffer__number(&content, sizeof(got[0].name));
	put_bytes(&content, length, COUNT);
	fpt_buffer__put(&content, text, all);
	fpt_buffer__put(&content, (uint8_t[FPT_PACK_SLACK + 2]){ 0 }, FPT_PACK_SLACK + 2);
	content.size -= FPT_PACK_SLACK;
	assert_null(decode(&content, COUNT, (char *)got, &bytes));
	assert_int_equal(bytes, sizeof(got));
	for (i = 0; i < COUNT; i++)
		assert_int_equal(strlen(got[i].name), length[i]);
	free(content.at);
}

/* Content with random changes: refused, or sound events, and never more than fit. */
static void test_changed(void **state)
{
	static char events[ROOM];
	struct random_world world;
	struct fpt_buffer content = { 0 }, changed = { 0 };
	size_t size = 0, bytes;
	int i, j, refused = 0;

	(void)state;
	srand(5);
	random_world(&world);
	for (i = 0; i < 300; i++)
		size += random_event(&world, events + size);
	encode(&content, events, size, 300);
	for (i = 0; i < 20000; i++) {
		changed.size = 0;
		fpt_buffer__put(&changed, content.at, content.size + FPT_PACK_SLACK);
		changed.size -= FPT_PACK_SLACK;
		for (j = rand() % 3; j >= 0; j--)
			changed.at[(size_t)rand() % (i % 2 ? 200 : changed.size)] ^= 1
										     << rand() % 8;
		if (i % 5 == 0)
			changed.size = (size_t)rand() % changed.size;
		refused += decode(&changed, 300, NULL, &bytes) != NULL;
		assert_true(bytes <= FPT_LOG_BLOCK_MAX);
	}
	assert_in_range(refused, 5000, 19000);
	free(content.at);
	free(changed.at);
}

/* A count of events that is not the content's. */
static void test_other_count(void **state)
{
	struct fpt_buffer content = { 0 };
	struct sample sample;
	size_t bytes;

	(void)state;
	make_sample(&sample);
	encode(&content, &sample, sizeof(sample), 5);
	assert_null(decode(&content, 5, NULL, &bytes));
	assert_non_null(decode(&content, 4, NULL, &bytes));
	assert_non_null(decode(&content, 6, NULL, &bytes));
	assert_non_null(decode(&content, 0, NULL, &bytes));
	assert_non_null(decode(&content, UINT32_MAX, NULL, &bytes));
	content.size--;
	assert_non_null(decode(&content, 5, NULL, &bytes));
	free(content.at);
}

/* A log that was written when version 3 was new. */
static void test_golden(void **state)
{
	struct outcome got, expected;
	struct image image;

	(void)state;
	make_image(&image);
	read_bytes(golden_log, sizeof(golden_log), &got);
	expect_without(&image, BLOCKS, &expected);
	same_blocks(&got, &expected);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(got.damages, 0);
	assert_int_equal(got.totals.lost, 6);
	assert_int_equal(got.totals.missed, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),     cmocka_unit_test(test_older),
		cmocka_unit_test(test_newer),	       cmocka_unit_test(test_text_without_end),
		cmocka_unit_test(test_text_in_events), cmocka_unit_test(test_changed),
		cmocka_unit_test(test_other_count),    cmocka_unit_test(test_golden),
	};

	return cmocka_run_group_tests_name("log-code", tests, NULL, NULL);
}
