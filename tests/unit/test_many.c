// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many inodes: what an idle one costs, and that where there is no room to remember
 * more the verdict says so instead of guessing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "event_stream.h"

#define BYTES_PER_INODE 64

static struct stream s;

static void limited_to(uint32_t inodes)
{
	struct fpt_checker_options options = {
		.events = ALL_EVENTS, .max_inodes = inodes, .report = keep_heard, .context = &s
	};

	stream_options(&s, ALL_EVENTS, false);
	fpt_checker__free(s.checker);
	s.checker = fpt_checker__new(&options);
	assert_non_null(s.checker);
	connection(&s);
}

static void select_inode(uint64_t n)
{
	s.id.inode = 0x5a5a00000000ULL + n * 1024;
	s.id.nodeid = n + 2;
	s.state = (struct fpt_state){ .bits = FPT_BIT_READ };
	s.nlookup = 0;
}

static enum fpt_verdict verdict_at_end(void)
{
	struct fpt_batch batch = { .end = true };

	fpt_checker__batch(s.checker, &batch);
	return fpt_summary__verdict(fpt_checker__summary(s.checker));
}

/* From here on, peak() is of what follows. */
static void forget_peak(void)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

	assert_int_equal(write(fd, "5", 1), 1);
	close(fd);
}

/* The most bytes that this process ever had in memory. */
static long peak(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[200];
	long kb = 0;

	assert_non_null(file);
	while (!kb && fgets(line, sizeof(line), file))
		sscanf(line, "VmHWM: %ld kB", &kb);
	fclose(file);
	return kb * 1024;
}

/* Each is opened in passthrough and closed, so that all that stays is known of it. */
static void use_inode(uint64_t n)
{
	struct backing b = { 7, 0x70, 1000 + n, 28, 0 };

	select_inode(n);
	s.state.ino = s.state.attr_version = 0;
	attr(&s, b.ino, NULL);
	backing_opens(&s, &b, b.id);
	open_passthrough(&s, 1, &b);
	user_release(&s, 1);
	io_release(&s, 1, FPT_IOM_UNCACHED);
	backing_closing(&s, &b);
	backing_gone(&s, &b);
	backing_closes(&s, &b);
}

/* Just after the table has grown it is at its largest for so many; while it grows, too. */
static void test_memory(void **state)
{
	const uint64_t inodes = (1 << 20) / 8 * 7 + 1;
	long before;
	uint64_t n;

	(void)state;
	limited_to(0);
	forget_peak();
	before = peak();
	for (n = 0; n < inodes; n++)
		use_inode(n);
	print_message("%.1f bytes an idle inode\n", (double)(peak() - before) / inodes);
	assert_true(peak() - before <= (long)inodes * BYTES_PER_INODE);
	assert_int_equal(s.findings, 0);
	assert_int_equal(verdict_at_end(), FPT_VERDICT_PASS);
	stream_free(&s);
}

static void test_no_room_is_inconclusive(void **state)
{
	uint64_t n;

	(void)state;
	limited_to(20);
	for (n = 0; n < 19; n++)
		use_inode(n);
	assert_int_equal(fpt_checker__summary(s.checker)->not_judged, 0);
	use_inode(n);
	assert_true(fpt_checker__summary(s.checker)->not_judged > 0);
	/* Places become free, and what was missed must not pass for impossible or wrong. */
	for (n = 0; n < 19; n++) {
		select_inode(n);
		evict(&s);
	}
	for (n = 19; n < 30; n++) {
		select_inode(n);
		s.state.ino = first_backing.ino;
		open_passthrough(&s, 2, &first_backing);
		user_release(&s, 2);
		io_release(&s, 2, FPT_IOM_UNCACHED);
		evict(&s);
	}
	assert_int_equal(s.findings, 0);
	assert_int_equal(fpt_checker__summary(s.checker)->impossible, 0);
	assert_int_equal(verdict_at_end(), FPT_VERDICT_INCONCLUSIVE);
	stream_free(&s);
}

/* More file systems than are told apart: the last ones are not compared. */
static void test_too_many_file_systems(void **state)
{
	struct backing b = { 7, 0x70, 103, 0, 0 };
	uint32_t n;

	(void)state;
	limited_to(0);
	s.id.conn_flags = FPT_CONN_PASSTHROUGH;
	for (n = 0; n < 5000; n++) {
		b.id = 7 + n;
		b.key = 0x7000 + n * 64;
		b.dev = 100 + n;
		backing_opens(&s, &b, b.id);
		select_inode(n);
		attr(&s, 103, NULL);
		open_passthrough(&s, 1, &b);
		user_release(&s, 1);
		io_release(&s, 1, FPT_IOM_UNCACHED);
		assert_int_equal(fpt_checker__summary(s.checker)->not_judged > 0, n >= 4095);
	}
	assert_int_equal(s.findings, 0);
	assert_int_equal(verdict_at_end(), FPT_VERDICT_INCONCLUSIVE);
	stream_free(&s);
}

/* So often that the number of losses comes round: what was known before is not known again. */
static void test_many_gaps(void **state)
{
	int i;

	(void)state;
	limited_to(0);
	for (i = 0; i < 1 << 16; i++)
		fpt_checker__gap(s.checker);
	s.now += 10 * SECOND;
	s.nlookup = 5;
	evict(&s);
	assert_int_equal(s.findings, 0);
	stream_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_no_room_is_inconclusive),
		cmocka_unit_test(test_too_many_file_systems),
		cmocka_unit_test(test_many_gaps),
	};

	return cmocka_run_group_tests_name("many", tests, NULL, NULL);
}
