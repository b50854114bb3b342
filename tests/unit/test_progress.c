// SPDX-License-Identifier: GPL-2.0-only
/* Progress: its words, and that only a terminal gets them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"

#define S UINT64_C(1000000000)

static void test_words(void **state)
{
	struct fpt_progress progress = { .total = 4000000000 };
	char out[160], small[8];

	(void)state;
	fpt_progress__words(out, sizeof(out), &progress, 1000000000, 12340000, 10 * S);
	assert_string_equal(out, "25 % of 4.0 GB, 12.3 million events, 30 s left");
	/* It grew since. */
	fpt_progress__words(out, sizeof(out), &progress, 5000000000, 12340000, 10 * S);
	assert_string_equal(out, "5.0 GB, 12.3 million events");
	progress.total = 0;
	fpt_progress__words(out, sizeof(out), &progress, 999, 0, S);
	assert_string_equal(out, "999 bytes, 0.0 million events");
	fpt_progress__words(out, sizeof(out), &progress, 0, 0, 0);
	assert_string_equal(out, "0 bytes, 0.0 million events");
	fpt_progress__words(small, sizeof(small), &progress, 1000, 0, S);
	assert_string_equal(small, "1.0 kB,");
}

static void test_terminal(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	struct fpt_progress progress;
	char got[512] = "";
	size_t used = 0;
	FILE *terminal;
	ssize_t n;

	(void)state;
	assert_true(master >= 0);
	assert_int_equal(grantpt(master) | unlockpt(master), 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	terminal = fdopen(slave, "w");
	fpt_progress__begin(&progress, terminal, 1000);
	fpt_progress__step(&progress, 500, 1000000);
	assert_false(progress.shown); /* not in the first second */
	progress.next_ns = 0;
	fpt_progress__step(&progress, 500, 1000000);
	assert_true(progress.shown);
	fpt_progress__step(&progress, 600, 1000000); /* not that often */
	fpt_progress__clear(&progress);
	fpt_progress__clear(&progress);
	/* It may come in parts. */
	while (!strstr(got, "\r\033[K")) {
		n = read(master, got + used, sizeof(got) - 1 - used);
		assert_true(n > 0);
		used += (size_t)n;
	}
	assert_non_null(strstr(got, "\r50 % of 1.0 kB, 1.0 million events, "));
	assert_null(strstr(got, "60 %"));
	assert_string_equal(got + strlen(got) - 4, "\r\033[K");
	fclose(terminal);
	close(master);
}

static void test_no_terminal(void **state)
{
	struct fpt_progress progress;
	FILE *file = tmpfile();

	(void)state;
	fpt_progress__begin(&progress, file, 1000);
	progress.next_ns = 0;
	fpt_progress__step(&progress, 500, 1000000);
	fpt_progress__clear(&progress);
	assert_int_equal(ftell(file), 0);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_no_terminal),
	};

	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
