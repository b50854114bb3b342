// SPDX-License-Identifier: GPL-2.0-only
/* Filters: the forms of a time, and which events and findings pass. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit_options.h"
#include "filter.h"

#define S INT64_C(1000000000)
#define NOON 1795348800 /* 2026-11-22 12:00:00 UTC */

static struct fpt_mounts mounts;
static const struct fpt_filter_run run = { .first_ns = 100 * S,
					   .realtime_offset_ns = (NOON - 100) * S,
					   .mounts = &mounts };

static int setup(void **state)
{
	const struct fpt_mount mount = { .dev = 36, .fstype = "fuse", .path = "/mnt" };

	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return fpt_mounts__add(&mounts, &mount);
}

static int teardown(void **state)
{
	(void)state;
	fpt_mounts__free(&mounts);
	return 0;
}

static int64_t when(const char *text)
{
	struct fpt_when parsed;

	if (fpt_when__parse(&parsed, text))
		fail_msg("'%s' is refused", text);
	return fpt_when__ns(&parsed, &run);
}

static void test_times(void **state)
{
	static const char *const bad[] = { "",
					   "x",
					   "1.5x",
					   "-1",
					   "12:60",
					   "24:00",
					   "1:30",
					   "12:30:61x",
					   "12:30:99",
					   "2026-13-01",
					   "2026-11-22 12",
					   "2026-11-22x",
					   "99999999999999999999" };
	struct fpt_when parsed;
	size_t i;

	(void)state;
	assert_int_equal(when("0"), 100 * S);
	assert_int_equal(when("1.5"), 101 * S + S / 2);
	assert_int_equal(when("0.000000001"), 100 * S + 1);
	assert_int_equal(when("1795348801.25"), 101 * S + S / 4);
	assert_int_equal(when("12:00:02"), 102 * S);
	assert_int_equal(when("12:01"), 160 * S);
	assert_int_equal(when("11:59:59.5"), 99 * S + S / 2);
	assert_int_equal(when("2026-11-22 12:00:03"), 103 * S);
	assert_int_equal(when("2026-11-22T12:00:03.5"), 103 * S + S / 2);
	assert_int_equal(when("2026-11-22"), (100 - 12 * 3600) * S);
	/* The nearest of that time of day. */
	assert_int_equal(when("00:30"), (100 + 12 * 3600 + 1800) * S - 24 * 3600 * S);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!fpt_when__parse(&parsed, bad[i]))
			fail_msg("'%s' is taken", bad[i]);
}

/* A run that goes past midnight. */
static void test_midnight(void **state)
{
	const struct fpt_filter_run late = { .first_ns = 0,
					     .realtime_offset_ns = (NOON + 12 * 3600 - 60) * S };
	struct fpt_when parsed;

	(void)state;
	assert_int_equal(fpt_when__parse(&parsed, "00:01"), 0);
	assert_int_equal(fpt_when__ns(&parsed, &late), 120 * S);
	assert_int_equal(fpt_when__parse(&parsed, "23:58"), 0);
	assert_int_equal(fpt_when__ns(&parsed, &late), -60 * S);
}

static bool passes(const struct fpt_filter *filter, uint64_t ts_ns, uint32_t tgid, uint32_t dev,
		   uint64_t nodeid)
{
	const struct fpt_open open = { .h = { sizeof(open), FPT_OPEN, .ts_ns = ts_ns,
					      .tgid = tgid },
				       .dev = dev,
				       .nodeid = nodeid };
	const struct fpt_finding finding = { .event = &open.h, .dev = dev, .nodeid = nodeid };
	const bool event = fpt_filter__event(filter, &run, &open.h);

	assert_int_equal(fpt_filter__finding(filter, &run, &finding), event);
	return event;
}

static void test_events(void **state)
{
	struct fpt_filter filter = { .mount = "/mnt" };
	const struct fpt_backing_open backing = { .h = { sizeof(backing), FPT_BACKING_OPEN },
						  .dev = 36 };

	(void)state;
	assert_true(passes(&filter, 1, 1, 36, 1));
	assert_true(fpt_filter__event(&filter, &run, &backing.h));
	assert_false(passes(&filter, 1, 1, 37, 1));
	filter.mount = "/mnt/";
	assert_true(passes(&filter, 1, 1, 36, 1));
	filter.mount = "/mn";
	assert_false(passes(&filter, 1, 1, 36, 1));
	filter.mount = "0:37";
	assert_true(passes(&filter, 1, 1, 37, 1));
	assert_false(passes(&filter, 1, 1, 36, 1));

	filter = (struct fpt_filter){ .one_nodeid = true, .nodeid = 5 };
	assert_true(passes(&filter, 1, 1, 36, 5));
	assert_false(passes(&filter, 1, 1, 36, 6));
	assert_false(fpt_filter__event(&filter, &run, &backing.h));

	filter = (struct fpt_filter){ .pid = 7 };
	assert_true(passes(&filter, 1, 7, 36, 5));
	assert_false(passes(&filter, 1, 8, 36, 5));

	filter = (struct fpt_filter){ .since = { FPT_WHEN_START, S },
				      .until = { FPT_WHEN_START, 2 * S } };
	assert_false(passes(&filter, 101 * S - 1, 1, 1, 1));
	assert_true(passes(&filter, 101 * S, 1, 1, 1));
	assert_true(passes(&filter, 102 * S, 1, 1, 1));
	assert_false(passes(&filter, 102 * S + 1, 1, 1, 1));
}

static void test_checks(void **state)
{
	const struct fpt_header event = { .size = sizeof(event), .kind = 777 };
	struct fpt_finding finding = { .event = &event };
	struct fpt_filter filter = { 0 };
	int check, passed = 0;

	(void)state;
	assert_int_equal(fpt_filter__add_check(&filter, "no-such-check"), -ENOENT);
	assert_int_equal(fpt_filter__add_check(&filter, "ino-drift"), 0);
	for (check = 0; check < FPT_CHECK_MAX; check++) {
		finding.check = (enum fpt_check_id)check;
		passed += fpt_filter__finding(&filter, &run, &finding);
	}
	assert_int_equal(passed, 1);
	assert_int_equal(fpt_filter__add_check(&filter, "i26"), 0);
	finding.check = FPT_CHECK_INO_BACKING_MISMATCH;
	assert_true(fpt_filter__finding(&filter, &run, &finding));
}

static struct fpt_audit_options options;

static int parse(const char *words)
{
	static char copy[300], name[] = "fusept-audit";
	char *argv[20], *word;
	int argc = 1, err;

	fpt_assertions__free(&options.session.assertions);
	argv[0] = name;
	snprintf(copy, sizeof(copy), "%s", words);
	for (word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	err = fpt_audit_options__parse(&options, argc, argv);
	return err;
}

static void test_options(void **state)
{
	static const char *const bad[] = {
		"",
		"x --since y",
		"x -p 0",
		"x -p cat",
		"x --nodeid -1",
		"x --check nonsense",
		"x --nodeid",
		"x --unknown",
		"--diff x",
		"--diff x y z",
		"-f json --diff x y",
		"--timeline x log",
		"--timeline 5 -f tap x",
		"--timeline 5 -o junit:f x",
		"--diff --timeline 5 x y",
	};
	size_t i;

	(void)state;
	assert_int_equal(parse("x y"), 0);
	assert_int_equal(options.logs, 2);
	assert_string_equal(options.log[1], "y");
	assert_null(options.session.filter);
	assert_int_equal(parse("--since 1 --until 12:00 -m /mnt --nodeid 0x10 -p 5 --check I26 x"),
			 0);
	assert_ptr_equal(options.session.filter, &options.filter);
	assert_int_equal(options.filter.since.form, FPT_WHEN_START);
	assert_int_equal(options.filter.until.form, FPT_WHEN_CLOCK);
	assert_string_equal(options.filter.mount, "/mnt");
	assert_true(options.filter.one_nodeid && options.filter.nodeid == 16);
	assert_int_equal(options.filter.pid, 5);
	assert_true(options.filter.check[FPT_CHECK_INO_BACKING_MISMATCH]);
	assert_int_equal(parse("--timeline 7 x"), 0);
	assert_true(options.timeline && options.timeline_ino == 7);
	assert_int_equal(parse("--diff x y"), 0);
	assert_true(options.diff);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(bad[i]) != -EINVAL)
			fail_msg("'%s' is taken", bad[i]);
	assert_int_equal(parse("-V"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),	cmocka_unit_test(test_midnight),
		cmocka_unit_test(test_events),	cmocka_unit_test(test_checks),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests_name("filter", tests, setup, teardown);
}
