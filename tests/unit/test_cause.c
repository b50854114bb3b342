// SPDX-License-Identifier: GPL-2.0-only
/*
 * The causes of failed opens: which witness is named, and that nobody is blamed
 * for what was not seen.  check_expected.h has the plain cases.
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

static void connect_from_start(void)
{
	struct fpt_init init = healthy_init(&s);

	FEED(&s, INIT, init);
}

static void test_finding_is_the_users_open(void **state)
{
	(void)state;
	born(&s);
	open_plain(&s, 1, PASSTHROUGH | KEEP_CACHE, -EIO);
	assert_int_equal(s.findings, 1);
	assert_int_equal(s.heard[0].kind, FPT_OPEN);
	assert_int_equal(s.heard[0].nodeid, 3);
	assert_string_equal(s.heard[0].name, "file1");
}

/* Where fuse_open cannot be hooked, the inner event has to do. */
static void test_without_open_events(void **state)
{
	(void)state;
	stream_free(&s);
	stream_options(&s, ALL_EVENTS & ~(1ULL << FPT_OPEN), false);
	born(&s);
	io_open_begins(&s, 1);
	io_open_ends(&s, 1, PASSTHROUGH | KEEP_CACHE, 0, -EIO);
	assert_int_equal(s.heard[0].kind, FPT_IO_OPEN);
	found(FPT_CHECK_OPEN_FLAGS_REFUSED,
	      "FOPEN_PASSTHROUGH does not go with KEEP_CACHE (inner EINVAL)");
}

static void test_id_never_registered(void **state)
{
	(void)state;
	born(&s);
	open_lookup_fails(&s, 1, 7, -ENOENT);
	found(FPT_CHECK_BACKING_ID_UNKNOWN,
	      "passthrough_open said ENOENT: backing id 7 was not registered since tracing began");
	connect_from_start();
	open_lookup_fails(&s, 2, 7, -ENOENT);
	found(FPT_CHECK_BACKING_ID_UNKNOWN,
	      "passthrough_open said ENOENT: backing id 7 was not registered");
}

static void test_id_still_registered(void **state)
{
	(void)state;
	connect_from_start();
	born(&s);
	backing_opens(&s, &first_backing, 1);
	open_lookup_fails(&s, 1, 1, -ENOENT);
	found(FPT_CHECK_BACKING_OPEN_FAILED,
	      "passthrough_open said ENOENT: the file of backing id 1 (ino 103) could not be opened");
}

static void test_id_registered_again(void **state)
{
	(void)state;
	connect_from_start();
	born(&s);
	backing_opens(&s, &first_backing, 1);
	backing_closes(&s, &first_backing);
	backing_opens(&s, &second_backing, 1);
	open_lookup_fails(&s, 1, 1, -ENOENT);
	found(FPT_CHECK_BACKING_OPEN_FAILED,
	      "passthrough_open said ENOENT: the file of backing id 1 (ino 104) could not be opened");
}

static void test_busy_by_an_unseen_file(void **state)
{
	(void)state;
	s.state.ctr = -1;
	s.state.fb = first_backing.key;
	open_passthrough_fails(&s, 2, &second_backing, -EBUSY);
	found(FPT_CHECK_BACKING_SECOND_FILE,
	      "uncached_io_start said EBUSY: backing id 2 (ino 104, dev 0:28) is not a backing file whose registration was not seen, which is attached by a file whose open was not seen");
}

/* The holder's own open has not returned yet: it has no name. */
static void test_holder_being_opened(void **state)
{
	(void)state;
	born(&s);
	s.tid = 11;
	io_open_begins(&s, 1);
	cached_open(&s, 1, FPT_IOM_NONE, 0);
	s.tid = 10;
	open_passthrough_fails(&s, 2, &first_backing, -ETXTBSY);
	found(FPT_CHECK_MODE_PASSTHROUGH_UNDER_CACHED,
	      "uncached_io_start said ETXTBSY: the inode is in cached mode, held by a file being opened (handle 1)");
}

static void test_holder_that_left_is_not_named(void **state)
{
	(void)state;
	born(&s);
	open_cached(&s, 1);
	open_cached(&s, 2);
	io_release(&s, 2, FPT_IOM_CACHED);
	open_passthrough_fails(&s, 3, &first_backing, -ETXTBSY);
	found(FPT_CHECK_MODE_PASSTHROUGH_UNDER_CACHED,
	      "uncached_io_start said ETXTBSY: the inode is in cached mode, held by \"file1\" opened by cat (pid 10)");
}

/* Which of the two numbers was met is not known: the unequal one. */
static void test_number_changed_meanwhile(void **state)
{
	(void)state;
	born(&s);
	io_open_begins(&s, 1);
	lookup_backing(&s, &first_backing, 1, 0);
	op_begins(&s, FPT_OP_UNCACHED_START, 0, 0, &first_backing);
	s.state.ino = 999;
	s.state.attr_version++;
	start_ends(&s, &first_backing, -EIO);
	io_open_ends(&s, 1, PASSTHROUGH, 1, -EIO);
	user_open(&s, 1, PASSTHROUGH, -EIO);
	found(FPT_CHECK_INO_BACKING_MISMATCH,
	      "uncached_io_start said EIO: backing ino 103 (dev 0:28) != fuse ino 999");
}

/* A kernel that refuses equal numbers, or asks for them unbidden, is to blame alone. */
static void test_kernel_wrong_about_numbers(void **state)
{
	(void)state;
	s.mid_life = true;
	open_passthrough_fails(&s, 1, &first_backing, -EIO);
	found(FPT_CHECK_INO_ERRNO_WRONG,
	      "uncached_io_start said EIO though the numbers are equal: backing ino 103 (dev 0:28), fuse ino 103");
	s.id.conn_flags = FPT_CONN_PASSTHROUGH;
	open_passthrough_fails(&s, 2, &second_backing, -EIO);
	found(FPT_CHECK_INO_ERRNO_WRONG,
	      "uncached_io_start said EIO though passthrough_ino is not in force: backing ino 104 (dev 0:28), fuse ino 103");
}

static void test_wrong_errno_is_told_once(void **state)
{
	(void)state;
	born(&s);
	open_passthrough_fails(&s, 1, &first_backing, -ENOMEM);
	found(FPT_CHECK_MODE_ERRNO_UNKNOWN,
	      "uncached_start said ENOMEM, which no order of events explains: it met iocachectr 0, no backing file");
}

/* The server's own answer was an error: fuse_file_io_open was never called. */
static void test_servers_error_is_not_explained(void **state)
{
	(void)state;
	born(&s);
	user_open(&s, 1, 0, -EACCES);
	assert_int_equal(s.findings, 0);
	open_plain(&s, 2, PASSTHROUGH | KEEP_CACHE, -EIO);
	assert_int_equal(s.findings, 1);
	user_open(&s, 3, 0, -EIO);
	assert_int_equal(s.findings, 1);
	assert_int_equal(fpt_checker__summary(s.checker)->opens_failed, 3);
}

static void test_plain_open_after_loss(void **state)
{
	(void)state;
	born(&s);
	batch_lost(&s, 1);
	open_plain(&s, 1, 0, -EIO); /* its cached_open may have been lost */
	assert_int_equal(s.findings, 0);
	s.now += 2 * SECOND;
	open_plain(&s, 2, 0, -EIO);
	found(FPT_CHECK_MODE_CACHED_UNDER_PASSTHROUGH,
	      "opened cached while in passthrough (inner EINVAL), held by a file whose open was not seen");
}

/* What is found out while an open is in progress explains it too. */
static void test_state_found_meanwhile(void **state)
{
	(void)state;
	born(&s);
	s.tid = 11;
	io_open_begins(&s, 1);
	s.tid = 10;
	s.state.ctr = -1; /* unseen: the kernel's mistake, of which the drift tells */
	s.state.fb = first_backing.key;
	uncached_start(&s, NULL, 0);
	assert_int_equal(s.findings, 1);
	assert_int_equal(s.heard[0].check, FPT_CHECK_MODE_DRIFT);
	s.findings = 0;
	s.tid = 11;
	io_open_ends(&s, 1, 0, 0, -EIO);
	user_open(&s, 1, 0, -EIO);
	found(FPT_CHECK_MODE_CACHED_UNDER_PASSTHROUGH,
	      "opened cached while in passthrough (inner EINVAL), held by a file whose open was not seen");
}

static void falsify_names(struct fpt_header *h)
{
	struct fpt_open *open = (struct fpt_open *)h;

	if (h->kind != FPT_OPEN)
		return;
	memset(open->name, 'n', sizeof(open->name)); /* without an end */
	memcpy(open->name, "\033[2J\n\xe2\x80\xae\xff\"", 10);
	memset(open->comm, '\r', sizeof(open->comm));
}

static void test_names_are_made_printable(void **state)
{
	const char *at;

	(void)state;
	born(&s);
	s.falsify = falsify_names;
	open_passthrough(&s, 1, &first_backing);
	open_plain(&s, 2, 0, -EIO);
	assert_int_equal(s.findings, 1);
	for (at = s.heard[0].text; *at; at++)
		assert_in_range((unsigned char)*at, 0x20, 0x7e);
	assert_non_null(strstr(s.heard[0].text, "\\x1b[2J\\x0a\\xe2\\x80\\xae\\xff"));
	assert_non_null(strstr(s.heard[0].text, "\\x0d\\x0d"));
}

#define O_TRUNC_ 01000
#define ATOMIC_O_TRUNC (1ULL << 3)

/* The server truncates when it gets an OPEN with O_TRUNC, so before the kernel refuses it. */
static void test_truncated_though_refused(void **state)
{
	struct fpt_init init = healthy_init(&s);

	(void)state;
	init.requested |= ATOMIC_O_TRUNC;
	FEED(&s, INIT, init);
	born(&s);
	s.f_flags = O_TRUNC_;
	open_lookup_fails(&s, 1, 0, -EINVAL);
	found(FPT_CHECK_BACKING_ID_INVALID,
	      "passthrough_open said EINVAL: backing id 0 is not above 0; O_TRUNC was the server's "
	      "to do before it answered: possible data loss");
	s.f_flags = 1;
	open_lookup_fails(&s, 1, 0, -EINVAL);
	found(FPT_CHECK_BACKING_ID_INVALID,
	      "passthrough_open said EINVAL: backing id 0 is not above 0");
	/* A new file has nothing to lose. */
	s.f_flags = O_TRUNC_;
	s.opcode = 35;
	open_lookup_fails(&s, 1, 0, -EINVAL);
	found(FPT_CHECK_BACKING_ID_INVALID,
	      "passthrough_open said EINVAL: backing id 0 is not above 0");
}

/* Without atomic_o_trunc the kernel truncates, after a successful open. */
static void test_truncated_by_the_kernel(void **state)
{
	(void)state;
	born(&s);
	s.f_flags = O_TRUNC_;
	open_plain(&s, 1, PASSTHROUGH | KEEP_CACHE, -EIO);
	found(FPT_CHECK_OPEN_FLAGS_REFUSED,
	      "FOPEN_PASSTHROUGH does not go with KEEP_CACHE (inner EINVAL); O_TRUNC was the "
	      "server's to do before it answered: possible data loss");
	connect_from_start();
	open_plain(&s, 2, PASSTHROUGH | KEEP_CACHE, -EIO);
	found(FPT_CHECK_OPEN_FLAGS_REFUSED,
	      "FOPEN_PASSTHROUGH does not go with KEEP_CACHE (inner EINVAL)");
}

/* Numbers that no kernel sends, but a log can hold. */
static void test_errnos_without_a_name(void **state)
{
	static const int odd[] = { 5, 4096, -4096, INT32_MIN, INT32_MAX };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		open_passthrough_fails(&s, 1, &first_backing, odd[i]);
		open_lookup_fails(&s, 2, 1, odd[i]);
		backing_opens(&s, &first_backing, odd[i] < 0 ? odd[i] : -odd[i]);
		while (s.findings)
			assert_null(strstr(s.heard[--s.findings].text, "(null)"));
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_finding_is_the_users_open), TEST(test_without_open_events),
		TEST(test_id_never_registered),	      TEST(test_id_still_registered),
		TEST(test_id_registered_again),	      TEST(test_busy_by_an_unseen_file),
		TEST(test_holder_being_opened),	      TEST(test_holder_that_left_is_not_named),
		TEST(test_number_changed_meanwhile),  TEST(test_kernel_wrong_about_numbers),
		TEST(test_wrong_errno_is_told_once),  TEST(test_servers_error_is_not_explained),
		TEST(test_plain_open_after_loss),     TEST(test_state_found_meanwhile),
		TEST(test_names_are_made_printable),  TEST(test_truncated_though_refused),
		TEST(test_truncated_by_the_kernel),   TEST(test_errnos_without_a_name),
	};

	return cmocka_run_group_tests_name("cause", tests, NULL, NULL);
}
