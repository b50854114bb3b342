// SPDX-License-Identifier: GPL-2.0-only
/* The same piece twice: the better copy is read, whatever their order, and the other is named. */
#include "log_folder.h"

static char told[WHY];
static unsigned int tellings;

static void hear(const char *what)
{
	snprintf(told, sizeof(told), "%s", what);
	tellings++;
}

/* As a copy with one byte changed. */
static void copy_with(const char *from, const char *to, off_t at, char byte)
{
	char bytes[2 * PIECE];
	int in = open(in_folder(from), O_RDONLY), out;
	ssize_t size = read(in, bytes, sizeof(bytes));

	assert_in_range(size, 1, sizeof(bytes) - 1);
	close(in);
	if (at < size)
		bytes[at] = byte;
	out = open(in_folder(to), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(out, bytes, (size_t)size), size);
	close(out);
}

static void find_both(const char *first, const char *second, struct seen *seen)
{
	struct fpt_log_pieces pieces = { .tell = hear };
	char why[WHY];

	tellings = 0;
	assert_int_equal(fpt_log_pieces__find(&pieces, in_folder("log"), why, WHY), 0);
	assert_int_equal(fpt_log_pieces__find(&pieces, in_folder(first), why, WHY), 0);
	assert_int_equal(fpt_log_pieces__find(&pieces, in_folder(second), why, WHY), 0);
	assert_int_equal(pieces.runs, 1);
	see_all(seen, fpt_log_reader__open_run(&pieces, 0, why, WHY));
	fpt_log_pieces__free(&pieces);
}

static void test_better_copy(void **state)
{
	static const off_t at[] = { 3, 20, 400, 1500, 2000 };
	struct seen seen;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		write_pieces("log", 0, 0);
		copy_with("log.000001", "sound", PIECE, 0);
		copy_with("log.000001", "bad", at[i], '!');
		unlink(in_folder("log.000001"));
		find_both("sound", "bad", &seen);
		whole(&seen);
		assert_int_equal(tellings, 1);
		assert_non_null(strstr(told, "/bad: left out, as more is sound in "));
		find_both("bad", "sound", &seen);
		whole(&seen);
		assert_int_equal(tellings, 1);
		assert_non_null(strstr(told, "/bad: left out, as more is sound in "));
	}
	copy_with("sound", "bad", PIECE, 0);
	find_both("sound", "bad", &seen);
	whole(&seen);
	assert_non_null(strstr(told, "/sound: left out, as it is a copy of "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_better_copy, make_folder, remove_folder),
	};

	return cmocka_run_group_tests_name("log-copies", tests, NULL, NULL);
}
