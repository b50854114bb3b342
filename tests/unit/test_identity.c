// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which file is behind an inode: when two inodes have one, or one inode two, and
 * which part of the identity differs then.
 */
#include "event_stream.h"

static struct stream s;

static int setup(void **state)
{
	(void)state;
	stream_options(&s, ALL_EVENTS, false);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	stream_free(&s);
	return 0;
}

static void found(enum fpt_check_id check, const char *text)
{
	assert_int_equal(s.findings, 1);
	assert_string_equal(fpt_checks[s.heard[0].check].id, fpt_checks[check].id);
	assert_string_equal(s.heard[0].text, text);
	s.findings = 0;
}

static void another_inode(void)
{
	s.id.inode += 0x100;
	s.id.nodeid++;
	memset(&s.state, 0, sizeof(s.state));
	s.state.bits = FPT_BIT_READ;
	s.state.ino = 103;
	born(&s);
}

static struct backing like_first(uint32_t dev, uint32_t generation)
{
	return (struct backing){ 9, 0x90, 103, dev, generation };
}

static void test_same_number_on_two_devices(void **state)
{
	struct backing other = like_first(29, 0);

	(void)state;
	born(&s);
	open_passthrough(&s, 1, &first_backing);
	another_inode();
	open_passthrough(&s, 2, &other);
	found(FPT_CHECK_INO_SHARED_BACKING,
	      "backing ino 103 (dev 0:29, generation 0, magic 0x1021994) has the number of another "
	      "file, attached to nodeid 3 and differing in device: ino 103 (dev 0:28, generation 0, "
	      "magic 0x1021994)");
}

static void test_same_number_of_a_dead_file(void **state)
{
	struct backing other = like_first(28, 5);

	(void)state;
	born(&s);
	open_passthrough(&s, 1, &first_backing);
	another_inode();
	open_passthrough(&s, 2, &other);
	found(FPT_CHECK_INO_SHARED_BACKING,
	      "backing ino 103 (dev 0:28, generation 5, magic 0x1021994) has the number of another "
	      "file, attached to nodeid 3 and differing in generation: ino 103 (dev 0:28, "
	      "generation 0, magic 0x1021994)");
}

/* One after the other is legal, and so is all of it without passthrough_ino. */
static void test_sharing_that_is_legal(void **state)
{
	struct backing other = like_first(29, 0);

	(void)state;
	born(&s);
	open_passthrough(&s, 1, &first_backing);
	io_release(&s, 1, FPT_IOM_UNCACHED);
	another_inode();
	open_passthrough(&s, 2, &other);
	assert_int_equal(s.findings, 0);
	s.id.conn_flags = FPT_CONN_PASSTHROUGH;
	another_inode();
	open_passthrough(&s, 3, &first_backing);
	assert_int_equal(s.findings, 0);
}

/* The old file lives on while it is open, but its nodeid is the new one's. */
static void test_reused_nodeid(void **state)
{
	struct backing other = like_first(28, 5);

	(void)state;
	born(&s);
	open_passthrough(&s, 1, &first_backing);
	another_inode();
	s.id.nodeid = 3;
	s.id.generation++;
	open_passthrough(&s, 2, &other);
	assert_int_equal(s.findings, 0);
}

static void change_to(const struct backing *other)
{
	born(&s);
	open_passthrough(&s, 1, &first_backing);
	io_release(&s, 1, FPT_IOM_UNCACHED);
	s.state.ino = other->ino;
	open_passthrough(&s, 2, other);
}

static void test_recreated_with_the_number(void **state)
{
	struct backing other = like_first(28, 7);

	(void)state;
	change_to(&other);
	found(FPT_CHECK_INO_BACKING_CHANGED,
	      "attached now: ino 103 (dev 0:28, generation 7, magic 0x1021994); before: ino 103 "
	      "(dev 0:28, generation 0, magic 0x1021994), differing in generation");
}

static void test_another_file_altogether(void **state)
{
	struct backing other = { 9, 0x90, 555, 29, 7 };

	(void)state;
	change_to(&other);
	found(FPT_CHECK_INO_BACKING_CHANGED,
	      "attached now: ino 555 (dev 0:29, generation 7, magic 0x1021994); before: ino 103 "
	      "(dev 0:28, generation 0, magic 0x1021994), differing in device, ino and generation");
}

static void test_another_file_of_the_file_system(void **state)
{
	struct backing other = { 9, 0x90, 555, 28, 0 };

	(void)state;
	change_to(&other);
	found(FPT_CHECK_INO_BACKING_CHANGED,
	      "attached now: ino 555 (dev 0:28, generation 0, magic 0x1021994); before: ino 103 "
	      "(dev 0:28, generation 0, magic 0x1021994), differing in ino");
}

static void test_the_same_file_again(void **state)
{
	struct backing again = like_first(28, 0);

	(void)state;
	change_to(&again);
	assert_int_equal(s.findings, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_same_number_on_two_devices),	    TEST(test_same_number_of_a_dead_file),
		TEST(test_sharing_that_is_legal),	    TEST(test_reused_nodeid),
		TEST(test_recreated_with_the_number),	    TEST(test_another_file_altogether),
		TEST(test_another_file_of_the_file_system), TEST(test_the_same_file_again),
	};

	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
