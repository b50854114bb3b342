// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames of call stacks in a log: once in it; and once in each of its pieces whose
 * events refer to them, so that a piece needs none before it.
 */
#include "log_fixture.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "log_frames.h"

#define FRAMES 40 /* each called from the one before it, but for every tenth */
#define EVENTS 1500
#define PIECES_MAX 64

struct pair {
	struct fpt_called_from from;
	struct fpt_forget event;
};

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/fusept-test-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static const char *piece_path(int piece)
{
	static char path[100];

	snprintf(path, sizeof(path), "%s/log.%06d", folder, piece);
	return path;
}

static int remove_folder(void **state)
{
	int piece;

	(void)state;
	for (piece = 0; piece < PIECES_MAX; piece++)
		unlink(piece_path(piece));
	return rmdir(folder);
}

static struct fpt_frame_record frame_of(uint32_t number)
{
	struct fpt_frame_record frame = { .h = { sizeof(frame), FPT_FRAME, 0, 0, 1, 1, 0 },
					  .number = number,
					  .caller = number % 10 == 1 ? 0 : number - 1 };

	snprintf(frame.name, sizeof(frame.name), "a_function_%u+0x%x", number % 25, number);
	return frame;
}

static struct pair pair_of(uint64_t i)
{
	return (struct pair){
		.from = { .h = { sizeof(struct fpt_called_from), FPT_CALLED_FROM, 0, 2 * i,
				 i * 1000 + 2, 1, 2 },
			  .of = 2 * i + 1,
			  .frame = (uint32_t)(i * 7 % FRAMES) + 1 },
		.event = { .h = { sizeof(struct fpt_forget), FPT_FORGET, 0, 2 * i + 1, i * 1000 + 3,
				  1, 2 },
			   .nodeid = (uint64_t)rand() * i },
	};
}

static void append(struct fpt_log_writer *writer, const void *events, size_t bytes, uint32_t count)
{
	const struct fpt_batch batch = { .events = events, .bytes = bytes, .count = count };

	assert_int_equal(fpt_log_writer__append(writer, &batch), 0);
}

/* All frames come first, and are never told again. */
static void write_log(const char *path, const struct fpt_log_options *options)
{
	struct fpt_log_writer *writer = fpt_log_writer__open(path, options);
	const struct fpt_run_record run = { .h = { sizeof(run), FPT_RUN, 0, 0, 1, 1, 0 } };
	struct fpt_frame_record frame;
	struct pair pair;
	uint64_t i;

	assert_non_null(writer);
	append(writer, &run, sizeof(run), 1);
	for (i = 1; i <= FRAMES; i++) {
		frame = frame_of((uint32_t)i);
		append(writer, &frame, sizeof(frame), 1);
	}
	for (i = 0; i < EVENTS; i++) {
		pair = pair_of(i);
		append(writer, &pair, sizeof(pair), 2);
	}
	assert_int_equal(
		fpt_log_writer__append(writer,
				       &(struct fpt_batch){ .end = true, .produced = 2 * EVENTS }),
		0);
	assert_int_equal(fpt_log_writer__close(writer), 0);
}

struct seen {
	uint32_t told[FRAMES + 1]; /* how often each frame was */
	uint32_t records, events;
	uint64_t lost;
	enum fpt_log_state state;
};

static void see_event(struct seen *seen, const struct fpt_header *event)
{
	const struct fpt_frame_record *frame = (const void *)event;
	const struct fpt_called_from *from = (const void *)event;
	struct fpt_frame_record expected;

	seen->records += event->kind >= FPT_RECORD_FIRST;
	seen->events += event->kind < FPT_RECORD_FIRST;
	if (event->kind == FPT_CALLED_FROM)
		assert_true(seen->told[from->frame]);
	if (event->kind != FPT_FRAME)
		return;
	expected = frame_of(frame->number);
	assert_memory_equal(frame, &expected, sizeof(expected));
	assert_true(!frame->caller || seen->told[frame->caller]);
	seen->told[frame->number]++;
}

static void see(struct seen *seen, const char *path)
{
	char why[WHY];
	struct fpt_log_reader *reader = fpt_log_reader__open(path, why, sizeof(why));
	const struct fpt_header *event;
	struct fpt_batch batch;

	memset(seen, 0, sizeof(*seen));
	if (!reader)
		fail_msg("%s", why);
	while ((seen->state = fpt_log_reader__next(reader, &batch, why, sizeof(why))) ==
		       FPT_LOG_OK ||
	       seen->state == FPT_LOG_DAMAGED) {
		seen->lost += batch.lost;
		for (event = fpt_batch__next(&batch, NULL); event;
		     event = fpt_batch__next(&batch, event))
			see_event(seen, event);
	}
	fpt_log_reader__close(reader);
}

static void test_once_in_a_log(void **state)
{
	const struct fpt_log_options options = { .meta = "{}" };
	struct seen seen;
	uint32_t i;

	(void)state;
	write_log(piece_path(0), &options);
	see(&seen, piece_path(0));
	assert_int_equal(seen.state, FPT_LOG_END);
	assert_int_equal(seen.events, 2 * EVENTS);
	assert_int_equal(seen.records, FRAMES + 1);
	for (i = 1; i <= FRAMES; i++)
		assert_int_equal(seen.told[i], 1);
}

/* Each piece by itself, and all of them with one gone. */
static void test_each_piece_alone(void **state)
{
	const struct fpt_log_options options = { .meta = "{}", .rotate = 3000, .flush_ms = 60000 };
	char base[100];
	struct seen seen;
	struct stat st;
	uint32_t events = 0, gone = 0;
	int piece;

	(void)state;
	write_log((snprintf(base, sizeof(base), "%s/log", folder), base), &options);
	for (piece = 0; stat(piece_path(piece), &st) == 0; piece++) {
		assert_true(st.st_size <= 3000);
		see(&seen, piece_path(piece));
		events += seen.events;
		gone = piece == 1 ? seen.events : gone;
	}
	assert_in_range(piece, 4, PIECES_MAX);
	assert_int_equal(events, 2 * EVENTS);
	see(&seen, base);
	assert_int_equal(seen.state, FPT_LOG_END);
	assert_int_equal(seen.events, 2 * EVENTS);
	unlink(piece_path(1));
	see(&seen, base);
	assert_int_equal(seen.events, 2 * EVENTS - gone);
	assert_int_equal(seen.lost, gone);
}

static struct fpt_log_content content_of(struct pair *pair, struct fpt_log_part *part)
{
	*part = (struct fpt_log_part){ .count = 2 };
	return (struct fpt_log_content){ .events = (char *)pair,
					 .bytes = sizeof(*pair),
					 .count = 2,
					 .parts = part,
					 .part_count = 1 };
}

/* Once, and again in what has to be read without it. */
static void test_what_a_block_needs(void **state)
{
	struct pair pair = pair_of(0);
	struct fpt_log_content content, complete;
	struct fpt_log_frames frames = { 0 };
	struct fpt_frame_record frame;
	struct fpt_log_part part;
	uint32_t i;

	(void)state;
	content = content_of(&pair, &part);
	assert_int_equal(fpt_log_frames__complete(&frames, &content, &complete), 0);
	assert_ptr_equal(complete.events, content.events);
	for (i = 1; i <= FRAMES; i++) {
		frame = frame_of(i);
		assert_int_equal(fpt_log_frames__remember(&frames, &frame), 0);
	}
	pair.from.frame = 13;
	for (i = 0; i < 2; i++, fpt_log_frames__begin_piece(&frames)) {
		assert_int_equal(fpt_log_frames__complete(&frames, &content, &complete), 0);
		assert_int_equal(complete.count, 5);
		assert_int_equal(complete.records, 3);
		assert_int_equal(complete.parts[0].count, 5);
		assert_int_equal(complete.bytes, content.bytes + 3 * sizeof(frame));
		frame = frame_of(11);
		assert_memory_equal(complete.events, &frame, sizeof(frame));
		assert_int_equal(fpt_log_frames__complete(&frames, &content, &complete), 0);
		assert_int_equal(complete.count, 2);
	}
	pair.from.frame = 99; /* never told */
	assert_int_equal(fpt_log_frames__complete(&frames, &content, &complete), 0);
	assert_int_equal(complete.count, 2);
	fpt_log_frames__free(&frames);
}

/* More than a block may have room for beside its events. */
static void test_no_block_grows_without_bound(void **state)
{
	const uint32_t most = FPT_LOG_FRAMES_MAX / sizeof(struct fpt_frame_record);
	struct pair *pairs = calloc(most + 10, sizeof(*pairs));
	struct fpt_log_content content, complete;
	struct fpt_log_frames frames = { 0 };
	struct fpt_frame_record frame;
	struct fpt_log_part part;
	uint32_t i;

	(void)state;
	assert_non_null(pairs);
	for (i = 0; i < most + 10; i++) {
		frame = frame_of(i * 10 + 1);
		assert_int_equal(fpt_log_frames__remember(&frames, &frame), 0);
		pairs[i] = pair_of(i);
		pairs[i].from.frame = i * 10 + 1;
	}
	content = content_of(pairs, &part);
	content.bytes = (most + 10) * sizeof(*pairs);
	content.count = part.count = 2 * (most + 10);
	assert_int_equal(fpt_log_frames__complete(&frames, &content, &complete), 0);
	assert_int_equal(complete.records, most);
	fpt_log_frames__free(&frames);
	free(pairs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_once_in_a_log, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_each_piece_alone, make_folder, remove_folder),
		cmocka_unit_test(test_what_a_block_needs),
		cmocka_unit_test(test_no_block_grows_without_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
