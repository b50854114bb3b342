// SPDX-License-Identifier: GPL-2.0-only
/* Several runs in one stream of JSON Lines. */
#include "jsonl_lines.h"

/* The run that the source is at, to its end; how many events it has. */
static unsigned int events_of(struct fpt_source *source, enum fpt_log_state end)
{
	unsigned int events = 0;
	enum fpt_log_state state;
	struct fpt_batch batch;
	char why[512];

	while ((state = fpt_source__next(source, &batch, why, sizeof(why))) == FPT_LOG_OK)
		events += batch.count;
	assert_int_equal(state, end);
	if (state == FPT_LOG_END)
		assert_int_equal(batch.produced, 1);
	return events;
}

static struct fpt_source *open_text(const char *text)
{
	char why[512];
	struct fpt_source *source =
		fpt_source__open(input_file(text, strlen(text)), FPT_SOURCE_MAX, why, sizeof(why));

	assert_non_null(source);
	return source;
}

/* As many runs as headers, whether the one before has its end or not. */
static void test_several_runs(void **state)
{
	static const char *const between[] = { "", "\n", SUMMARY,
					       "{\"type\":\"finding\"}\n" SUMMARY };
	struct fpt_source *source;
	char text[4096], why[512];
	unsigned int events = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
		snprintf(text, sizeof(text), WHOLE "%s" WHOLE "%s" WHOLE, between[i], between[i]);
		source = open_text(text);
		events = events_of(source, FPT_LOG_END);
		assert_int_equal(fpt_source__another(source, why, sizeof(why)), 0);
		assert_int_equal(events_of(source, FPT_LOG_END), events);
		assert_int_equal(fpt_source__another(source, why, sizeof(why)), 0);
		assert_int_equal(events_of(source, FPT_LOG_END), events);
		assert_int_equal(fpt_source__another(source, why, sizeof(why)), -ENOENT);
		fpt_source__close(source);
	}
	/* cut short; of another version; left before its end */
	source = open_text(HEADER RUN_LINE
			   "{\"type\":\"header\",\"fusept\":\"\",\"version\":9}\n" WHOLE WHOLE);
	assert_int_equal(events_of(source, FPT_LOG_TRUNCATED), 1);
	assert_int_equal(fpt_source__another(source, why, sizeof(why)), -EPROTO);
	assert_non_null(strstr(why, ": line 3 (offset "));
	assert_int_equal(fpt_source__another(source, why, sizeof(why)), 0);
	assert_int_equal(fpt_source__another(source, why, sizeof(why)), 0);
	assert_int_equal(events_of(source, FPT_LOG_END), events);
	assert_int_equal(fpt_source__another(source, why, sizeof(why)), -ENOENT);
	fpt_source__close(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_several_runs),
	};

	return cmocka_run_group_tests_name("jsonl runs", tests, NULL, NULL);
}
