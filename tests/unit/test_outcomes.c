// SPDX-License-Identifier: GPL-2.0-only
/* Two runs compared: what differs, and what missing evidence leaves open. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "outcomes.h"
#include "report.h"
#include "run_fixture.h"

static struct run run;
static struct fpt_outcomes outcomes[2];
static char *text;
static size_t text_size;

static int teardown(void **state)
{
	(void)state;
	fpt_outcomes__free(&outcomes[0]);
	fpt_outcomes__free(&outcomes[1]);
	free(text);
	text = NULL;
	return 0;
}

static int compare(void)
{
	static char first[] = "one.log", second[] = "two.log";
	char *const names[] = { first, second };
	FILE *out;
	int code;

	free(text);
	out = open_memstream(&text, &text_size);
	code = fpt_outcomes__diff(out, outcomes, names);
	fclose(out);
	return code;
}

static void says(const char *words)
{
	if (!strstr(text, words))
		fail_msg("no '%s' in:\n%s", words, text);
}

static void gather(void (*make)(struct run *run), struct fpt_outcomes *into)
{
	struct fpt_session_options options = { .sinks.count = 1 };
	struct fpt_ending ending = {};
	struct fpt_session session;
	unsigned int i;

	make(&run);
	options.sinks.sink[0] =
		(struct fpt_sink){ .form = &fpt_out_outcomes, .out = stdout, .state = into };
	assert_int_equal(fpt_session__init(&session, &options), 0);
	for (i = 0; i < run.batches; i++)
		assert_int_equal(fpt_session__batch(&session, &run.batch[i]), 0);
	fpt_session__end(&session, &ending);
	fpt_session__free(&session);
}

static void test_same(void **state)
{
	(void)state;
	gather(run_healthy, &outcomes[0]);
	gather(run_healthy, &outcomes[1]);
	assert_true(outcomes[0].count >= 3);
	assert_int_equal(compare(), 0);
	says("0 with other results, 0 only in the first run, 0 only in the second");
	says("verdict    one.log: pass\nverdict    two.log: pass\n");
}

static void test_findings(void **state)
{
	(void)state;
	gather(run_healthy, &outcomes[0]);
	gather(run_every_check, &outcomes[1]);
	assert_int_equal(compare(), FPT_EXIT_FAILED);
	says("open of \"file2\" for reading by cat\n");
	says("x EIO [mode-cached-under-passthrough]\n");
	says("  +        1 x ino-drift\n");
}

/* What one run lacks proves nothing if it lost evidence; what it has in excess does. */
static void test_missing(void **state)
{
	(void)state;
	gather(run_healthy, &outcomes[0]);
	gather(run_cut, &outcomes[1]);
	assert_true(outcomes[0].complete);
	assert_false(outcomes[1].complete);
	fpt_outcomes__add(&outcomes[0], "open of \"only\"", "cached");
	assert_int_equal(compare(), 3);
	says("- ");
	says("1 only in the first run");
	says("two.log: inconclusive; evidence is missing");
}

static void test_excess(void **state)
{
	(void)state;
	gather(run_healthy, &outcomes[0]);
	gather(run_cut, &outcomes[1]);
	fpt_outcomes__add(&outcomes[1], "open of \"only\"", "cached");
	assert_int_equal(compare(), FPT_EXIT_FAILED);
	says("1 only in the second");
}

static void test_results(void **state)
{
	int i;

	(void)state;
	outcomes[0].complete = outcomes[1].complete = true;
	for (i = 0; i < 3; i++)
		fpt_outcomes__add(&outcomes[0], "open", "passthrough");
	fpt_outcomes__add(&outcomes[0], "open", "EIO");
	fpt_outcomes__add(&outcomes[1], "open", "passthrough");
	fpt_outcomes__add(&outcomes[1], "open", "cached");
	fpt_outcomes__add(&outcomes[0], "close", "done");
	fpt_outcomes__add(&outcomes[1], "close", "done");
	assert_int_equal(compare(), FPT_EXIT_FAILED);
	says("--- one.log\n+++ two.log\n\n"
	     "open\n"
	     "  -        1 x EIO\n"
	     "  +        1 x cached\n"
	     "           3 x passthrough; 1 in the second\n\n"
	     "scenarios  1 alike, 1 with other results, 0 only in the first run, 0 only in");
}

static void test_many(void **state)
{
	char name[32];
	int i;

	(void)state;
	outcomes[0].complete = outcomes[1].complete = true;
	for (i = 0; i < 40000; i++) {
		snprintf(name, sizeof(name), "open %d", i % 20000);
		fpt_outcomes__add(&outcomes[0], name, "cached");
		snprintf(name, sizeof(name), "open %d", 19999 - i % 20000);
		fpt_outcomes__add(&outcomes[1], name, "cached");
	}
	assert_int_equal(compare(), 0);
	says("scenarios  20000 alike");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_same, teardown),
		cmocka_unit_test_teardown(test_findings, teardown),
		cmocka_unit_test_teardown(test_missing, teardown),
		cmocka_unit_test_teardown(test_excess, teardown),
		cmocka_unit_test_teardown(test_results, teardown),
		cmocka_unit_test_teardown(test_many, teardown),
	};

	return cmocka_run_group_tests_name("outcomes", tests, NULL, NULL);
}
