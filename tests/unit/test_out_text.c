// SPDX-License-Identifier: GPL-2.0-only
/*
 * What reaches a terminal: no raw byte of a name, no line of a finding beyond
 * 80 columns, and the times that the options ask for.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report.h"
#include "table.h"
#include "value.h"

#define EVIL "\033[31mred\r\n\t\x7f\xc2\x9b\xe2\x80\xae\xff\\"

static struct fpt_session session;
static char *text;
static size_t text_size;

static void start_colour(const struct fpt_session_options *wanted, bool color)
{
	struct fpt_session_options options = *wanted;
	struct fpt_run_record run = { .h = { sizeof(run), FPT_RUN, 0, 0, 1, 1, 1 },
				      .events = ~0ULL };
	struct fpt_batch batch = { .events = &run, .bytes = sizeof(run), .count = 1 };

	options.sinks.count = 1;
	options.sinks.sink[0] = (struct fpt_sink){ .form = &fpt_out_text,
						   .out = open_memstream(&text, &text_size),
						   .color = color };
	assert_non_null(options.sinks.sink[0].out);
	options.events = true;
	assert_int_equal(fpt_session__init(&session, &options), 0);
	assert_int_equal(fpt_session__batch(&session, &batch), 0);
}

static void start(const struct fpt_session_options *wanted)
{
	start_colour(wanted, false);
}

/* The summary, which is the last of it. */
static void end(void)
{
	static const struct fpt_ending ending;
	struct fpt_report report;

	fpt_report__make(&report, &session, &ending);
	assert_int_equal(fpt_report__judge(&report, &session.options.assertions), 0);
	fpt_out_text.end(&session.options.sinks.sink[0], &report);
	fflush(session.options.sinks.sink[0].out);
}

static void stop(void)
{
	FILE *out = session.options.sinks.sink[0].out;

	fpt_session__free(&session);
	fclose(out);
	free(text);
	text = NULL;
}

static void take(struct fpt_header *h, uint16_t kind, uint64_t ts_ns)
{
	struct fpt_batch batch = { .events = h, .count = 1 };

	h->kind = kind;
	h->ts_ns = ts_ns;
	batch.bytes = h->size = fpt_kind(kind)->size;
	assert_int_equal(fpt_session__batch(&session, &batch), 0);
}

static void only_printable(void)
{
	const char *at = text;
	uint32_t code = 0;
	size_t size;

	fflush(session.options.sinks.sink[0].out);
	while (*at) {
		size = fpt_utf8(at, strlen(at), &code);
		assert_true(size > 0);
		if (code != '\n' && !fpt_printable(code))
			fail_msg("U+%04X reached the output: %s", code, text);
		at += size;
	}
}

/* A text field full of it, with no NUL where the field ends. */
static void poison(const struct fpt_kind_info *info, void *event)
{
	size_t i, at;

	for (i = 0; i < info->nfields; i++) {
		const struct fpt_field *field = &info->fields[i];

		for (at = 0; field->format == FPT_FORMAT_TEXT && at < field->size; at++)
			((char *)event)[field->offset + at] = EVIL[at % (sizeof(EVIL) - 1)];
	}
}

static void test_no_raw_byte(void **state)
{
	struct fpt_session_options options = { .all_events = true, .counts = true };
	const struct fpt_kind_info *info;
	size_t i = 0;

	(void)state;
	start(&options);
	while ((info = fpt_kinds(&i))) {
		uint64_t event[512] = { 0 };

		if (info->kind == FPT_RUN)
			continue;
		poison(info, event);
		take((struct fpt_header *)event, info->kind, 1000 * i);
		only_printable();
	}
	assert_non_null(strstr(text, "\\x1b[31mred\\x0d\\x0a"));
	end();
	only_printable();
	stop();
}

/* The mount's record came last: from now on its path is in every INIT. */
static void test_mount_paths(void **state)
{
	struct fpt_mount_record mount = { .dev = 35, .fstype = "fuse", .path = "/a" EVIL };
	struct fpt_init init = { .dev = 35 };

	(void)state;
	start(&(struct fpt_session_options){});
	take(&mount.h, FPT_MOUNT, 5);
	take(&init.h, FPT_INIT, 6);
	only_printable();
	assert_non_null(strstr(text, "/a\\x1b[31mred"));
	stop();
}

static void test_name_in_a_finding(void **state)
{
	struct fpt_readdirplus e = { .dirent_ino = 1, .name = EVIL };

	(void)state;
	start(&(struct fpt_session_options){});
	take(&e.h, FPT_READDIRPLUS, 5);
	only_printable();
	assert_non_null(strstr(text, "[ino-dirent-mismatch, server bug]"));
	stop();
}

/* The longest line, and what is left of the text when breaks are undone. */
static size_t longest_line(const char *at)
{
	size_t longest = 0;

	for (; *at; at += strcspn(at, "\n") + 1)
		if (strcspn(at, "\n") > longest)
			longest = strcspn(at, "\n");
	return longest;
}

/* Prints one finding under an event; a copy without breaks and indents is left. */
static void print_finding(const char *words, char *joined, size_t size)
{
	struct fpt_release event = { .h = { sizeof(event), FPT_RELEASE, 0, 0, 5, 1, 1 } };
	size_t used = 0;
	const char *at;

	start(&(struct fpt_session_options){});
	session.findings = 1;
	session.finding[0].check = FPT_CHECK_INO_DRIFT;
	snprintf(session.finding[0].text, sizeof(session.finding[0].text), "%s", words);
	fpt_out_text.event(&session.options.sinks.sink[0], &session, &event.h);
	fflush(session.options.sinks.sink[0].out);
	at = strchr(strchr(text, '\n') + 1, '\n') + 1; /* after header and event */
	for (; *at && used + 2 < size; at++) {
		if (*at == '\n' || (*at == ' ' && used && joined[used - 1] == ' '))
			continue;
		joined[used++] = *at;
	}
	joined[used] = '\0';
}

static void test_findings_are_wrapped(void **state)
{
	char words[600] = "", joined[2000], wanted[700];
	unsigned int i;

	(void)state;
	for (i = 1; i < 120; i++) {
		snprintf(words + strlen(words), sizeof(words) - strlen(words), "%sw%0*u",
			 *words ? " " : "", i % 7 + 1, i);
		if (strlen(words) > 550)
			break;
		print_finding(words, joined, sizeof(joined));
		assert_true(longest_line(text) <= 80);
		snprintf(wanted, sizeof(wanted), " %s [ino-drift, server warning]", words);
		assert_string_equal(joined, wanted);
		stop();
	}
}

/* Nothing is lost of a word that no line can hold. */
static void test_long_word(void **state)
{
	char words[300], joined[2000];

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	memcpy(words, "short ", 6);
	print_finding(words, joined, sizeof(joined));
	assert_non_null(strstr(joined, words + 6));
	stop();
}

/* Rules and remedies of all checks, as the summary tells them. */
static void test_summary_is_wrapped(void **state)
{
	struct fpt_summary *summary;
	char *verdict;
	int check;

	(void)state;
	start(&(struct fpt_session_options){ .counts = true });
	summary = (struct fpt_summary *)fpt_session__summary(&session);
	for (check = 0; check < FPT_CHECK_MAX; check++)
		summary->findings[check] = 1 + check;
	for (check = 0; check < 64; check++)
		summary->events[check] = 1;
	end();
	verdict = strstr(text, "verdict");
	assert_true(longest_line(strchr(verdict, '\n') + 1) <= 80);
	assert_null(strstr(verdict, "remedy:  "));
	for (check = 0; check < FPT_CHECK_MAX; check++)
		assert_non_null(strstr(verdict, fpt_checks[check].id));
	*verdict = '\0';
	assert_true(longest_line(text) <= 80);
	stop();
}

static void test_colour_only_where_asked(void **state)
{
	struct fpt_readdirplus e = { .dirent_ino = 1 };

	(void)state;
	start(&(struct fpt_session_options){});
	take(&e.h, FPT_READDIRPLUS, 5);
	assert_null(strchr(text, '\033'));
	stop();
	start_colour(&(struct fpt_session_options){}, true);
	take(&e.h, FPT_READDIRPLUS, 5);
	assert_non_null(strstr(text, "\033[31m[ino-dirent-mismatch, server bug]\033[0m"));
	stop();
}

static const char *line(unsigned int number)
{
	static char copy[200];
	const char *at = text;

	while (number--)
		at = strchr(at, '\n') + 1;
	snprintf(copy, sizeof(copy), "%.*s", (int)strcspn(at, "\n"), at);
	return copy;
}

static void times(enum fpt_time_form form, const char *first, const char *second, const char *third)
{
	struct fpt_release e = { .nodeid = 3, .name = "f" };

	start(&(struct fpt_session_options){ .time = form });
	session.run.realtime_offset_ns = 1700000000ULL * 1000000000;
	take(&e.h, FPT_RELEASE, 10000000000);
	take(&e.h, FPT_RELEASE, 11500000999);
	take(&e.h, FPT_RELEASE, 9000000000); /* time goes back between CPUs */
	assert_int_equal(strncmp(line(1), first, strlen(first)), 0);
	assert_int_equal(strncmp(line(2), second, strlen(second)), 0);
	assert_int_equal(strncmp(line(3), third, strlen(third)), 0);
	stop();
}

static void test_times(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	times(FPT_TIME_START, "   0.000000 release", "   1.500000 ", "   0.000000 ");
	times(FPT_TIME_DELTA, "   0.000000 release", "   1.500000 ", "   0.000000 ");
	times(FPT_TIME_CLOCK, "22:13:30 release", "22:13:31 ", "22:13:29 ");
	times(FPT_TIME_CLOCK_US, "22:13:30.000000 release", "22:13:31.500000 ", "22:13:29.");
	times(FPT_TIME_UNIX, "1700000010.000000 release", "1700000011.500000 ", "1700000009.");
}

static void test_open_lines(void **state)
{
	struct fpt_open e = {
		.nodeid = 3, .name = "file", .file_mode = FPT_IOM_UNCACHED, .backing_id = 1
	};

	(void)state;
	start(&(struct fpt_session_options){});
	take(&e.h, FPT_OPEN, 5);
	assert_string_equal(
		line(1), "   0.000000 open     file         nodeid 3    passthrough, backing id 1");
	e.ret = -5;
	take(&e.h, FPT_OPEN, 5);
	assert_string_equal(line(2), "   0.000000 open     file         nodeid 3    EIO");
	e.ret = -100000;
	take(&e.h, FPT_OPEN, 5);
	assert_string_equal(line(3), "   0.000000 open     file         nodeid 3    -100000");
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_raw_byte),
		cmocka_unit_test(test_mount_paths),
		cmocka_unit_test(test_name_in_a_finding),
		cmocka_unit_test(test_findings_are_wrapped),
		cmocka_unit_test(test_long_word),
		cmocka_unit_test(test_summary_is_wrapped),
		cmocka_unit_test(test_colour_only_where_asked),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_open_lines),
	};

	return cmocka_run_group_tests_name("out_text", tests, NULL, NULL);
}
