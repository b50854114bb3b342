// SPDX-License-Identifier: GPL-2.0-only
/* The life of an inode: which steps it has, and what is marked in it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "outcomes.h"
#include "report.h"
#include "run_fixture.h"
#include "timeline.h"

static struct run run;
static char *text;
static size_t text_size;

/* Prints the life of an inode of the run. */
static void print(uint64_t ino)
{
	struct fpt_session_options options = { .events = true, .sinks.count = 1 };
	struct fpt_ending ending = {};
	struct fpt_session session;
	FILE *out;
	unsigned int i;

	free(text);
	out = open_memstream(&text, &text_size);
	options.sinks.sink[0] = (struct fpt_sink){ .form = &fpt_out_timeline,
						   .out = out,
						   .state = fpt_timeline__new(ino) };
	assert_int_equal(fpt_session__init(&session, &options), 0);
	for (i = 0; i < run.batches; i++)
		assert_int_equal(fpt_session__batch(&session, &run.batch[i]), 0);
	fpt_session__end(&session, &ending);
	fpt_session__free(&session);
	fclose(out);
}

static void says(const char *words)
{
	if (!strstr(text, words))
		fail_msg("no '%s' in:\n%s", words, text);
}

/* How many lines are marked so. */
static unsigned int marked(const char *mark)
{
	const char *at = text;
	unsigned int count = 0;

	while ((at = strstr(at, mark))) {
		count++;
		at += strlen(mark);
	}
	return count;
}

static int teardown(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	return 0;
}

static void test_healthy(void **state)
{
	(void)state;
	run_healthy(&run);
	print(3);
	says("nodeid 3 on /mnt (dev 0:35)");
	says("a reply tells number 103, it was 0");
	says("looked up: number 103 (dev 0:28)");
	says("io mode is now: passthrough");
	says("by cat (pid");
	says("findings   0 about it");
	says("verdict    pass");
	assert_int_equal(marked(">  "), 0);
	/* By its number, too. */
	print(103);
	says("nodeid 3 on /mnt (dev 0:35)");
	print(77);
	assert_string_equal(text, "");
}

static const struct {
	enum fpt_check_id check;
	const char *one, *other; /* the lines that are marked begin so, behind the mode */
} pairs[] = {
	{ FPT_CHECK_INO_BACKING_MISMATCH, "backing id 2 looked up", "open of" },
	{ FPT_CHECK_INO_DRIFT_ATTACHED, "backing id 1 looked up", "a reply tells number 999" },
	{ FPT_CHECK_INO_DRIFT, "a reply tells number 103", "a reply tells number 999" },
	{ FPT_CHECK_MODE_CACHED_UNDER_PASSTHROUGH, "open of \"file1\"", "open of \"file2\"" },
	{ FPT_CHECK_MODE_DIRECT_UNDER_PASSTHROUGH, "open of \"file1\"", "open of \"file2\"" },
	{ FPT_CHECK_MODE_PASSTHROUGH_UNDER_CACHED, "open of \"file1\"", "open of \"file2\"" },
	{ FPT_CHECK_BACKING_SECOND_FILE, "open of \"file1\"", "open of \"file2\"" },
	{ FPT_CHECK_MODE_SECOND_BACKING, "open of \"file1\"", "the io mode is now" },
	{ FPT_CHECK_INO_BACKING_CHANGED, "backing id 1 looked up", "the io mode is now" },
};

/* What stands behind time and mode in the next line with the mark. */
static const char *next_marked(const char *at)
{
	at = strstr(at, "   1> ");
	assert_non_null(at);
	return at + strlen("   1>  0000000.000000 ") + 13;
}

/* The inode that the run has this check's finding on. */
static uint64_t nodeid_of(enum fpt_check_id check)
{
	struct fpt_outcomes outcomes = { 0 };
	struct fpt_session_options options = { .sinks.count = 1 };
	struct fpt_session session;
	uint64_t nodeid;
	unsigned int i;

	options.sinks.sink[0] =
		(struct fpt_sink){ .form = &fpt_out_outcomes, .out = stdout, .state = &outcomes };
	assert_int_equal(fpt_session__init(&session, &options), 0);
	for (i = 0; i < run.batches; i++)
		assert_int_equal(fpt_session__batch(&session, &run.batch[i]), 0);
	assert_true(session.kept.count[check] > 0);
	nodeid = session.kept.first[check][0].finding.nodeid;
	fpt_session__free(&session);
	fpt_outcomes__free(&outcomes);
	return nodeid;
}

static void test_pairs(void **state)
{
	size_t i;

	(void)state;
	run_every_check(&run);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *line;
		char tag[64];

		print(nodeid_of(pairs[i].check));
		snprintf(tag, sizeof(tag), "[%s, ", fpt_checks[pairs[i].check].id);
		says(tag);
		assert_int_equal(marked("   1> "), 2);
		line = next_marked(text);
		if (strncmp(line, pairs[i].one, strlen(pairs[i].one)) != 0)
			fail_msg("%s: not '%s' is marked, but '%.40s'", tag, pairs[i].one, line);
		line = next_marked(line);
		if (strncmp(line, pairs[i].other, strlen(pairs[i].other)) != 0)
			fail_msg("%s: not '%s' is marked, but '%.40s'", tag, pairs[i].other, line);
	}
}

/* Findings that nothing else contradicts: one event has it all, or a sum of many. */
static const enum fpt_check_id alone[] = {
	FPT_CHECK_INO_DIRENT_MISMATCH, /* both numbers are in one entry */
	FPT_CHECK_BACKING_ID_INVALID,
	FPT_CHECK_BACKING_OPEN_FAILED,
	FPT_CHECK_OPEN_FLAGS_REFUSED,
	FPT_CHECK_MODE_ERRNO_UNFOUNDED,
	FPT_CHECK_MODE_EBUSY_DIRECT,
	FPT_CHECK_MODE_ERRNO_UNKNOWN,
	FPT_CHECK_MODE_START_WRONG, /* before and after are in one event, as in those that follow */
	FPT_CHECK_MODE_END_WRONG,
	FPT_CHECK_MODE_OPEN_WRONG,
	FPT_CHECK_MODE_RELEASE_WRONG,
	FPT_CHECK_MODE_BIT_WRONG,
	FPT_CHECK_MODE_EVICT_BUSY,
	FPT_CHECK_FILE_MODE_LEFT,
	FPT_CHECK_FILE_MODE_JUMP,
	FPT_CHECK_OPEN_ERRNO,
	FPT_CHECK_OPEN_EIO_UNCAUSED,
	FPT_CHECK_OPEN_PASSTHROUGH_SET,
	FPT_CHECK_OPEN_PARALLEL_KEPT,
	FPT_CHECK_OPEN_FLAGS_ACCEPTED,
	FPT_CHECK_BACKING_COUNT, /* a sum */
	FPT_CHECK_LOOKUP_COUNT_WRONG,
	FPT_CHECK_FORGET_WRONG,
	FPT_CHECK_REPLY_SIZE_WRONG,
	FPT_CHECK_REPLY_ERRNO_REFUSED,
	FPT_CHECK_RELEASE_UNOPENED,
	FPT_CHECK_FORGET_UNFOUNDED,
	/* These have an other, which their streams begin after. */
	FPT_CHECK_RELEASE_EARLY,
	FPT_CHECK_STAT_INO_WRONG,
	FPT_CHECK_INO_SQUASH_WRONG,
	FPT_CHECK_IDENTITY_MIXED,
	FPT_CHECK_REQUEST_UNANSWERED,
};

static bool is_alone(enum fpt_check_id check)
{
	size_t i;

	for (i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
		if (alone[i] == check)
			return true;
	return false;
}

/* Of each check that is about an inode: its finding is told and marked, and so is the other. */
static void test_every_check(void **state)
{
	char tag[64];
	unsigned int about = 0;
	size_t i;

	(void)state;
	run_every_check(&run);
	for (i = 0; i < SCENARIOS; i++) {
		enum fpt_check_id check = scenarios[i].check;
		uint64_t nodeid = nodeid_of(check);

		if (!nodeid)
			continue;
		about++;
		print(nodeid);
		snprintf(tag, sizeof(tag), "[%s, ", fpt_checks[check].id);
		says(tag);
		if (marked("   1> ") != (is_alone(check) ? 1U : 2U))
			fail_msg("%u marks in:\n%s", marked("   1> "), text);
	}
	assert_true(about > 50);
}

/* What a mapping turned cached is what an open in passthrough meets. */
static void test_mapped(void **state)
{
	struct fpt_timeline *timeline = fpt_timeline__new(5);
	struct fpt_open open = {
		.h = { sizeof(open), FPT_OPEN, 0, 1, 10, 1, 1 }, .nodeid = 5, .dev = 35, .file = 9
	};
	struct fpt_cached_open cached = { .h = { sizeof(cached), FPT_CACHED_OPEN, 0, 2, 11, 1, 1 },
					  .nodeid = 5,
					  .dev = 35,
					  .file = 9,
					  .file_mode = FPT_IOM_CACHED };
	const struct fpt_finding finding = { .check = FPT_CHECK_MODE_PASSTHROUGH_UNDER_CACHED,
					     .event = &open.h,
					     .nodeid = 5,
					     .dev = 35 };

	(void)state;
	fpt_timeline__event(timeline, &open.h);
	fpt_timeline__event(timeline, &cached.h);
	open.h.seq = 3;
	open.file = 10;
	open.ret = -5;
	fpt_timeline__event(timeline, &open.h);
	fpt_timeline__finding(timeline, &finding);
	assert_int_equal(timeline->findings, 1);
	assert_true(timeline->finding[0].has_other);
	assert_int_equal(timeline->finding[0].other, 0);
	fpt_timeline__free(timeline);
}

/* What another inode did becomes a line where it was, and moves those behind it. */
static void test_inserted(void **state)
{
	struct fpt_timeline *timeline = fpt_timeline__new(5);
	struct fpt_open open = { .h = { sizeof(open), FPT_OPEN, 0, 1, 10, 1, 1 },
				 .nodeid = 5,
				 .dev = 35 };
	struct fpt_uncached_start start = { .h = { sizeof(start), FPT_UNCACHED_START, 0, 2, 20, 1,
						   1 },
					    .nodeid = 4,
					    .dev = 35,
					    .backing = 7,
					    .backing_ino = 77 };
	const struct fpt_finding of_open = {
		.check = FPT_CHECK_OPEN_FLAGS_REFUSED, .event = &open.h, .nodeid = 5, .dev = 35
	};
	struct fpt_finding of_start = { .check = FPT_CHECK_INO_SHARED_BACKING,
					.nodeid = 5,
					.dev = 35 };

	(void)state;
	fpt_timeline__event(timeline, &open.h);
	fpt_timeline__event(timeline, &start.h);
	open.h.seq = 3;
	open.h.ts_ns = 30;
	fpt_timeline__event(timeline, &open.h);
	fpt_timeline__finding(timeline, &of_open);
	assert_int_equal(timeline->finding[0].row, 1);
	start.h.seq = 4;
	start.h.ts_ns = 40;
	start.nodeid = 5;
	of_start.event = &start.h;
	fpt_timeline__finding(timeline, &of_start);
	assert_int_equal(timeline->rows, 4);
	assert_int_equal(timeline->row[1].event.seq, 2);
	assert_int_equal(timeline->finding[0].row, 2);
	assert_int_equal(timeline->finding[1].row, 3);
	assert_int_equal(timeline->finding[1].other, 1);
	assert_int_equal(timeline->row[1].pair, timeline->row[3].pair);
	assert_int_not_equal(timeline->row[2].pair, timeline->row[3].pair);
	fpt_timeline__free(timeline);
}

/* What was closed contradicts nothing any more. */
static void test_released(void **state)
{
	struct fpt_timeline *timeline = fpt_timeline__new(5);
	struct fpt_open open = { .h = { sizeof(open), FPT_OPEN, 0, 1, 10, 1, 1 },
				 .nodeid = 5,
				 .dev = 35,
				 .file = 9,
				 .file_mode = FPT_IOM_UNCACHED };
	const struct fpt_release release = { .h = { sizeof(release), FPT_RELEASE, 0, 2, 11, 1, 1 },
					     .nodeid = 5,
					     .dev = 35,
					     .file = 9 };
	const struct fpt_finding finding = { .check = FPT_CHECK_MODE_CACHED_UNDER_PASSTHROUGH,
					     .event = &open.h,
					     .nodeid = 5,
					     .dev = 35 };

	(void)state;
	fpt_timeline__event(timeline, &open.h);
	fpt_timeline__event(timeline, &release.h);
	open.h.seq = 3;
	open.ret = -5;
	fpt_timeline__event(timeline, &open.h);
	fpt_timeline__finding(timeline, &finding);
	assert_int_equal(timeline->rows, 3);
	assert_int_equal(timeline->findings, 1);
	assert_int_equal(timeline->finding[0].row, 2);
	assert_false(timeline->finding[0].has_other);
	timeline->row[0].released = false;
	fpt_timeline__finding(timeline, &finding);
	assert_true(timeline->finding[1].has_other);
	assert_int_equal(timeline->finding[1].other, 0);
	/* A second one that contradicts the same has the same mark. */
	open.h.seq = 4;
	fpt_timeline__event(timeline, &open.h);
	fpt_timeline__finding(timeline, &finding);
	assert_int_equal(timeline->row[3].pair, timeline->row[0].pair);
	fpt_timeline__free(timeline);
}

/* A new connection on the same device is another mount: so are its inodes. */
static void test_device_used_again(void **state)
{
	struct fpt_timeline *timeline = fpt_timeline__new(5);
	struct fpt_open open = { .h = { sizeof(open), FPT_OPEN, 0, 1, 10, 1, 1 },
				 .nodeid = 5,
				 .dev = 35 };
	struct fpt_init init = { .h = { sizeof(init), FPT_INIT, 0, 2, 11, 1, 1 }, .dev = 36 };

	(void)state;
	fpt_timeline__event(timeline, &open.h);
	fpt_timeline__event(timeline, &init.h);
	fpt_timeline__event(timeline, &open.h);
	assert_int_equal(timeline->inodes, 1);
	init.dev = 35;
	fpt_timeline__event(timeline, &init.h);
	fpt_timeline__event(timeline, &open.h);
	assert_int_equal(timeline->inodes, 2);
	assert_int_equal(timeline->row[timeline->rows - 1].inode, 1);
	fpt_timeline__free(timeline);
}

/* It is bounded, and says what it leaves out. */
static void test_long(void **state)
{
	struct fpt_timeline *timeline = fpt_timeline__new(5);
	struct fpt_open open = { .h = { sizeof(open), FPT_OPEN, 0, 1, 10, 1, 1 },
				 .nodeid = 5,
				 .dev = 35 };

	(void)state;
	for (; open.h.seq < FPT_TIMELINE_ROWS + 8; open.h.seq++)
		fpt_timeline__event(timeline, &open.h);
	assert_int_equal(timeline->rows, FPT_TIMELINE_ROWS);
	assert_int_equal(timeline->left_out, 7);
	fpt_timeline__free(timeline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_healthy, teardown),
		cmocka_unit_test_teardown(test_pairs, teardown),
		cmocka_unit_test_teardown(test_every_check, teardown),
		cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_inserted),
		cmocka_unit_test(test_released),
		cmocka_unit_test(test_device_used_again),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}
