// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every form of every run of run_fixture.h: what goes in it and what never does.
 * "test_reports --write DIR" writes the runs as logs, for tests/forms.
 */
#include "run_fixture.h"

#include <ctype.h>
#include <stdio.h>
#include <unistd.h>

#include "json_check.h"
#include "report.h"
#include "value.h"

static struct run run;
static char *text;
static size_t text_size;
static int code;

static struct fpt_session_options options_of(const struct fpt_output *form)
{
	struct fpt_session_options options = { .events = true };

	options.sinks.count = 1;
	options.sinks.sink[0] =
		(struct fpt_sink){ .form = form, .out = open_memstream(&text, &text_size) };
	assert_non_null(options.sinks.sink[0].out);
	return options;
}

/* Reports the run; the text is left for the test. */
static void report_with(struct fpt_session_options options, const struct fpt_ending *ending)
{
	FILE *out = options.sinks.sink[0].out;
	struct fpt_session session;
	unsigned int i;

	free(text);
	text = NULL;
	assert_int_equal(fpt_session__init(&session, &options), 0);
	for (i = 0; i < run.batches; i++)
		assert_int_equal(fpt_session__batch(&session, &run.batch[i]), 0);
	code = fpt_session__end(&session, ending);
	fpt_session__free(&session);
	fclose(out);
}

static void report(const char *form)
{
	report_with(options_of(fpt_output__find(form)), &(struct fpt_ending){});
}

static unsigned int count_of(const char *words)
{
	unsigned int count = 0;
	const char *at = text;

	while ((at = strstr(at, words))) {
		count++;
		at += strlen(words);
	}
	return count;
}

/* Nothing that a terminal, a log viewer or a browser would act on. */
static void only_printable(const char *at, const char *end)
{
	uint32_t code_point = 0;
	size_t size;

	for (; at < end; at += size) {
		size = fpt_utf8(at, (size_t)(end - at), &code_point);
		assert_true(size > 0);
		if (code_point != '\n' && code_point != '\t' && !fpt_printable(code_point))
			fail_msg("U+%04X reached the output", code_point);
	}
}

static void test_forms_are_printable(void **state)
{
	static const char *const forms[] = { "text",  "json",	"tap", "ktap",
					     "junit", "github", "html" };
	size_t i, form;

	(void)state;
	for (form = 0; form < sizeof(forms) / sizeof(forms[0]); form++)
		for (i = 0; i < RUNS; i++) {
			runs[i].make(&run);
			report(forms[form]);
			assert_int_equal(strlen(text), text_size);
			only_printable(text, text + text_size);
		}
}

static void test_json_lines(void **state)
{
	char *at, *end, *line;
	size_t i;

	(void)state;
	for (i = 0; i < RUNS; i++) {
		runs[i].make(&run);
		report("json");
		assert_int_equal(code, fpt_verdict_exit(runs[i].verdict));
		for (at = text; *at; at = end + 1) {
			end = strchr(at, '\n');
			assert_non_null(end);
			line = strndup(at, (size_t)(end + 1 - at));
			assert_true(json_is_line(line));
			free(line);
		}
	}
}

/* The streams give in one run what each gives alone. */
static void test_every_check_has_a_finding(void **state)
{
	char words[100];
	int check;

	(void)state;
	run_every_check(&run);
	report("json");
	for (check = 0; check < FPT_CHECK_MAX; check++) {
		snprintf(words, sizeof(words), "{\"type\":\"finding\",\"check\":\"%s\"",
			 fpt_checks[check].id);
		if (!count_of(words))
			fail_msg("no finding of %s", fpt_checks[check].id);
	}
}

/* ---- the exit status ---- */

static int exit_with(unsigned int fail_on, const char *assertion, const struct fpt_ending *ending)
{
	struct fpt_session_options options = options_of(&fpt_out_text);
	char why[200];

	options.fail_on = fail_on;
	if (assertion)
		assert_int_equal(
			fpt_assertions__add(&options.assertions, assertion, why, sizeof(why)), 0);
	report_with(options, ending);
	return code;
}

static void test_exit_of_findings(void **state)
{
	const unsigned int violation = FPT_FAIL_ON_VIOLATION;
	const struct fpt_ending end = {};

	(void)state;
	run_warnings(&run);
	assert_int_equal(exit_with(0, NULL, &end), 0);
	assert_int_equal(exit_with(violation | FPT_FAIL_ON_WARNING, NULL, &end), 1);
	assert_int_equal(exit_with(violation | FPT_FAIL_ON_SUSPECT, NULL, &end), 1);
	assert_int_equal(exit_with(violation | FPT_FAIL_ON_INCONCLUSIVE, NULL, &end), 0);
	run_lost(&run);
	assert_int_equal(exit_with(0, NULL, &end), 3);
	assert_int_equal(exit_with(violation, NULL, &end), 0);
	assert_int_equal(exit_with(violation | FPT_FAIL_ON_INCONCLUSIVE, NULL, &end), 3);
	run_every_check(&run);
	assert_int_equal(exit_with(violation, NULL, &end), 1);
	run_healthy(&run);
	assert_int_equal(exit_with(~0U, NULL, &end), 0);
}

/* A recording that contradicts itself proves nothing against anybody. */
static void test_exit_of_the_impossible(void **state)
{
	const struct fpt_ending end = {};
	struct fpt_run_record again = { .h = { sizeof(again), FPT_RUN, 0, 0, 99 * SECOND, 1, 1 } };

	(void)state;
	run_begin(&run);
	run_stream(&run, cached_under_passthrough);
	run_end(&run, 0);
	assert_int_equal(exit_with(0, NULL, &end), 1);
	run_begin(&run);
	run_stream(&run, cached_under_passthrough);
	run_append(&run, &again, sizeof(again));
	run_end(&run, 0);
	assert_int_equal(exit_with(0, NULL, &end), 3);
	assert_non_null(strstr(text, "\nimpossible history in 1 place: what was recorded"));
	assert_non_null(strstr(text, "\nverdict    inconclusive, 1 server bug\n"));
	assert_int_equal(exit_with(0, ".violations == 1 and .impossible == 1", &end), 3);
	assert_int_equal(exit_with(0, ".impossible == 0", &end), 1);
}

static void test_exit_of_assertions(void **state)
{
	const struct fpt_ending end = {};

	(void)state;
	run_healthy(&run);
	assert_int_equal(exit_with(0, ".opens.passthrough.share == 0.5", &end), 0);
	assert_non_null(strstr(text, "\nasserted   1 of 1 hold\n"));
	assert_int_equal(exit_with(0, ".opens.count == 3", &end), 1);
	assert_non_null(strstr(text, "\nasserted   0 of 1 hold\n"
				     "           failed: .opens.count == 3\n"
				     "           found: .opens.count is 2\n"));
	/* It is worth more than evidence that is missing. */
	run_lost(&run);
	assert_int_equal(exit_with(0, ".lost == 0", &end), 1);
	assert_int_equal(exit_with(0, ".lost == 12", &end), 3);
	assert_int_equal(exit_with(0, ".exit == 3", &end), 3);
}

static void test_exit_of_the_command(void **state)
{
	const struct fpt_ending seven = { .command = "false ended with exit status 7",
					  .command_status = 7 };
	const struct fpt_ending runs_on = { .command = "sleep still runs", .command_status = -1 };
	const struct fpt_ending no_log = { .command = "false ended with exit status 7",
					   .command_status = 7,
					   .log_failed = true };

	(void)state;
	run_healthy(&run);
	assert_int_equal(exit_with(0, NULL, &seven), 7);
	assert_int_equal(exit_with(0, ".command_status == 7 and .exit == 7", &seven), 7);
	assert_int_equal(exit_with(0, NULL, &runs_on), 0);
	assert_int_equal(exit_with(0, ".command_status == null", &runs_on), 0);
	assert_int_equal(exit_with(0, NULL, &no_log), 2);
	assert_int_equal(exit_with(0, "false", &seven), 1);
	run_lost(&run);
	assert_int_equal(exit_with(0, NULL, &seven), 3);
	assert_int_equal(exit_with(0, NULL, &no_log), 3);
	assert_int_equal(exit_with(FPT_FAIL_ON_VIOLATION, NULL, &seven), 7);
}

/* A report that could not be written is an error, unless there is worse to say. */
static void test_exit_without_room(void **state)
{
	const struct fpt_ending end = {};
	struct fpt_session_options options;
	size_t i;

	(void)state;
	for (i = 0; i < RUNS; i++) {
		int expected = fpt_verdict_exit(runs[i].verdict);

		runs[i].make(&run);
		options = options_of(&fpt_out_text);
		assert_null(fpt_sinks__add_words(&options.sinks, "tap:/dev/full"));
		report_with(options, &end);
		assert_int_equal(code, expected ? expected : 2);
	}
}

/* ---- what is in a form ---- */

static const char *line_with(const char *words)
{
	static char line[4096];
	const char *at = strstr(text, words);

	if (!at)
		fail_msg("no '%s' in: %s", words, text);
	while (at > text && at[-1] != '\n')
		at--;
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
	return line;
}

/* Each finding is told with the mount that its device was at that time. */
static void test_device_used_again(void **state)
{
	static const struct {
		const char *form, *first, *second;
	} forms[] = {
		{ "junit", "/mnt, nodeid", "/mnt2, nodeid" },
		{ "html", "/mnt, nodeid", "/mnt2, nodeid" },
		{ "html", "<title>/mnt: ", "<title>/mnt2: " },
		{ "tap", "mount: \"/mnt\"", "mount: \"/mnt2\"" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		run_remounted(&run);
		report(forms[i].form);
		assert_int_equal(count_of(forms[i].first), 1);
		assert_int_equal(count_of(forms[i].second), 1);
	}
}

static void test_github_annotations(void **state)
{
	(void)state;
	unsetenv("GITHUB_STEP_SUMMARY");
	run_begin(&run);
	run_stream(&run, ino_drift);
	run_stream(&run, stream_healthy);
	run_end(&run, 0);
	report("github");
	assert_string_equal(
		text,
		"::warning title=ino-drift (server warning)::a reply changes the number from 103 to 999%0Aon /mnt, nodeid 3%0Aremedy: fill attr.ino from one place for all replies\n"
		"::notice title=fusept::verdict pass: 0 violations, 1 warnings, 0 suspects; 1 of 2 opens in passthrough; 0 events lost\n");
	run_warnings(&run);
	report("github");
	line_with("::warning title=mode-wait-stuck (kernel suspect)::");
	run_lost(&run);
	report("github");
	assert_string_equal(line_with("::error"), "::error title=inconclusive::12 events lost");
}

/* No more than there is room for, and none of a check crowded out by another's. */
static void test_github_limit(void **state)
{
	(void)state;
	unsetenv("GITHUB_STEP_SUMMARY");
	run_many(&run);
	report("github");
	assert_int_equal(count_of("::error title="), 10);
	assert_int_equal(count_of("::warning title="), 10);
	assert_int_equal(count_of("::error title=ino-dirent-mismatch (server bug)"), 5);
	assert_int_equal(count_of("::error title=mode-cached-under-passthrough (server bug)"), 5);
	assert_string_equal(
		line_with("no room"),
		"fusept: no room for 580 more, and GITHUB_STEP_SUMMARY names no file for them");
}

static void test_github_escapes(void **state)
{
	(void)state;
	unsetenv("GITHUB_STEP_SUMMARY");
	run_begin(&run);
	run.name = "%0A,:\n::x";
	run_stream(&run, ino_dirent_mismatch);
	run_end(&run, 0);
	report("github");
	assert_string_equal(
		line_with("::error"),
		"::error title=ino-dirent-mismatch (server bug)::READDIRPLUS of nodeid 1: dirent.ino 3 != attr.ino 103%0Aon /mnt, nodeid 3, %250A,:\\x0a::x%0Aremedy: fill both from the same stat of the entry");
	assert_int_equal(count_of("\n"), 2); /* the other is the verdict */
}

static void test_tap_points(void **state)
{
	(void)state;
	run_off(&run);
	report("tap");
	line_with(" - mmap-mode-missing # SKIP this kernel lacks hooks for mmap");
	run_filtered(&run);
	report("tap");
	line_with(" - mode-drift # SKIP a filter on processes hides the history it needs");
	run_lost(&run);
	report("tap");
	assert_string_equal(line_with("evidence"), "not ok 1 - no evidence is missing");
	assert_string_equal(line_with("message: \"12"), "  message: \"12 events lost\"");
	run_cut(&run);
	report("tap");
	assert_string_equal(line_with("proper end"), "  message: \"the stream has no proper end\"");
}

/* What one table says of an open, the other does not contradict. */
static void test_coverage(void **state)
{
	(void)state;
	run_every_check(&run);
	assert_int_equal(exit_with(0, ".opens | (.reasons | add) + .served.count == .count",
				   &(struct fpt_ending){}),
			 1);
	assert_non_null(strstr(text, "asserted   1 of 1 hold"));
	assert_int_equal(
		exit_with(0,
			  ".opens | (.refused | add) == .reasons.refused and .reasons.refused > 9",
			  &(struct fpt_ending){}),
		1);
	assert_non_null(strstr(text, "asserted   1 of 1 hold"));
	run_healthy(&run);
	assert_int_equal(
		exit_with(0, ".opens.reasons.server_cached == 1 and .opens.eligible.share == 1",
			  &(struct fpt_ending){}),
		0);
	run_empty(&run);
	assert_int_equal(exit_with(0, ".opens.passthrough.share == null", &(struct fpt_ending){}),
			 0);
}

static void holds(const char *assertion)
{
	exit_with(0, assertion, &(struct fpt_ending){});
	if (!strstr(text, "asserted   1 of 1 hold"))
		fail_msg("%s does not hold", assertion);
}

/* Of the run, of each mount, and of a run that did not count: null, which is no zero. */
static void test_bytes(void **state)
{
	(void)state;
	run_begin(&run);
	run_moved(&run, 35, 1, 0);
	run_moved(&run, 36, 100, 0);
	run_moved(&run, 35, 1000, 7);
	run_end(&run, 0);
	holds("[.bytes.backing[], .bytes.server[]] == [1100, 1102, 1104, 1106]");
	holds(".bytes.missed == 7 and .verdict == \"pass\"");
	holds(".mounts[0].bytes | [.backing[], .server[]] == [1000, 1001, 1002, 1003]");
	assert_non_null(strstr(text, "read       1100 bytes past the server, 1104 from it\n"));
	assert_non_null(strstr(text, "written    1102 bytes past the server, 1106 to it\n"));
	assert_non_null(strstr(text, "those of 7 counts that the kernel skipped\n"));
	run_empty(&run);
	holds("[.bytes | .backing[], .server[], .missed] | unique == [null]");
	holds(".mounts[0].bytes.backing.read == null");
	assert_null(strstr(text, "past the server"));
}

static int write_logs(const char *folder)
{
	const struct fpt_log_options options = { .meta = "{\"fusept\":\"0.1\"}" };
	char path[4096];
	size_t number;
	int err;

	for (number = 0; number < RUNS; number++) {
		runs[number].make(&run);
		snprintf(path, sizeof(path), "%s/%s.log", folder, runs[number].name);
		err = run_write(&run, path, &options);
		if (err) {
			fprintf(stderr, "%s: %s\n", path, strerror(-err));
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms_are_printable),
		cmocka_unit_test(test_json_lines),
		cmocka_unit_test(test_every_check_has_a_finding),
		cmocka_unit_test(test_exit_of_findings),
		cmocka_unit_test(test_exit_of_the_impossible),
		cmocka_unit_test(test_exit_of_assertions),
		cmocka_unit_test(test_exit_of_the_command),
		cmocka_unit_test(test_exit_without_room),
		cmocka_unit_test(test_device_used_again),
		cmocka_unit_test(test_github_annotations),
		cmocka_unit_test(test_github_limit),
		cmocka_unit_test(test_github_escapes),
		cmocka_unit_test(test_tap_points),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_bytes),
	};

	if (argc == 3 && strcmp(argv[1], "--write") == 0)
		return write_logs(argv[2]);
	return cmocka_run_group_tests_name("reports", tests, NULL, NULL);
}
