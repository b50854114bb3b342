// SPDX-License-Identifier: GPL-2.0-only
/* What the user of an open is told, against what fuse_file_io_open made of it. */
#include "event_stream.h"

static void begin(struct stream *s)
{
	stream_options(s, ALL_EVENTS, false);
	connection(s);
	born(s);
}

/* A cached open that must fail, as the inode is in passthrough; the open says @told. */
static void refused(struct stream *s, int told)
{
	begin(s);
	open_passthrough(s, 1, &first_backing);
	io_open_begins(s, 2);
	io_open_ends(s, 2, 0, 0, -EIO);
	user_open(s, 2, 0, told);
}

/* The only finding against the kernel. */
static void kernel_did(struct stream *s, enum fpt_check_id check, const char *text)
{
	unsigned int i, found = 0;

	for (i = 0; i < s->findings; i++) {
		if (s->heard[i].check != check)
			continue;
		assert_string_equal(s->heard[i].text, text);
		found++;
	}
	assert_int_equal(found, 1);
	stream_free(s);
}

static void test_error_handed_on(void **state)
{
	struct stream s;

	(void)state;
	refused(&s, -EIO);
	assert_int_equal(s.findings, 1);
	assert_int_equal(s.heard[0].check, FPT_CHECK_MODE_CACHED_UNDER_PASSTHROUGH);
	stream_free(&s);
}

static void test_error_forgotten(void **state)
{
	struct stream s;

	(void)state;
	refused(&s, 0);
	kernel_did(&s, FPT_CHECK_OPEN_ERROR_LOST,
		   "the open ended with 0 though fuse_file_io_open said EIO");
}

static void test_error_replaced(void **state)
{
	struct stream s;

	(void)state;
	refused(&s, -EPERM);
	kernel_did(&s, FPT_CHECK_OPEN_ERROR_LOST,
		   "the open ended with EPERM though fuse_file_io_open said EIO");
}

static void test_mode_changed(void **state)
{
	struct stream s;

	(void)state;
	begin(&s);
	io_open_begins(&s, 1);
	cached_open(&s, 1, FPT_IOM_NONE, 0);
	io_open_ends(&s, 1, 0, 0, 0);
	user_open(&s, 1, DIRECT_IO, 0);
	kernel_did(&s, FPT_CHECK_FILE_MODE_JUMP,
		   "fuse_file_io_open made the file cached, and it was none at the open's end");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_handed_on),
		cmocka_unit_test(test_error_forgotten),
		cmocka_unit_test(test_error_replaced),
		cmocka_unit_test(test_mode_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
