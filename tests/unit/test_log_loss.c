// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a log loses, and that it is counted: a recorder that is killed, a caller
 * that does not come back, a disk that is full for a while, a pipe that nobody
 * reads, and processors whose sequence numbers tell more than their counts.
 */
#include "log_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static char path[64];

static int make_file(void **state)
{
	int fd;

	(void)state;
	strcpy(path, "/tmp/fusept-test-XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static off_t size_of_file(void)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* One event, that happens now. */
static int append_one(struct fpt_log_writer *writer, uint64_t seq)
{
	const struct fpt_evict event = { .h = { sizeof(event), FPT_EVICT, 0, seq, now_ns(), 1, 2 },
					 .nodeid = seq * seq };
	const struct fpt_batch batch = {
		.events = &event, .bytes = sizeof(event), .count = 1, .produced = seq + 1
	};

	return fpt_log_writer__append(writer, &batch);
}

static int append_end(struct fpt_log_writer *writer, uint64_t produced)
{
	const struct fpt_batch end = { .end = true, .produced = produced };

	return fpt_log_writer__append(writer, &end);
}

/* The time of the last event, and how many there are; they are the first ones. */
static uint64_t last_event(uint64_t *count)
{
	char why[WHY];
	struct fpt_log_reader *reader = fpt_log_reader__open(path, why, sizeof(why));
	const struct fpt_header *event;
	struct fpt_batch batch;
	uint64_t last = 0;
	enum fpt_log_state state;

	assert_non_null(reader);
	*count = 0;
	while ((state = fpt_log_reader__next(reader, &batch, why, sizeof(why))) == FPT_LOG_OK) {
		for (event = fpt_batch__next(&batch, NULL); event;
		     event = fpt_batch__next(&batch, event)) {
			assert_int_equal(event->seq, (*count)++);
			last = event->ts_ns;
		}
	}
	assert_int_equal(state, FPT_LOG_TRUNCATED);
	fpt_log_reader__close(reader);
	return last;
}

/* Appends until it is killed, and tells when it did so last. */
static void record_until_killed(volatile uint64_t *appended_ns)
{
	const struct fpt_log_options options = { .meta = "{}", .flush_ms = 300 };
	struct fpt_log_writer *writer = fpt_log_writer__open(path, &options);
	uint64_t seq, now;

	for (seq = 0; writer; seq++) {
		now = now_ns();
		if (append_one(writer, seq))
			break;
		*appended_ns = now;
		usleep(500);
	}
	_exit(1);
}

static void test_killed(void **state)
{
	volatile uint64_t *appended_ns = mmap(NULL, sizeof(*appended_ns), PROT_READ | PROT_WRITE,
					      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t count;
	int round, status, waits;
	pid_t pid;

	(void)state;
	assert_ptr_not_equal(appended_ns, MAP_FAILED);
	for (round = 0; round < 5; round++) {
		*appended_ns = 0;
		assert_int_equal(truncate(path, 0), 0);
		fflush(NULL);
		pid = fork();
		if (pid == 0)
			record_until_killed(appended_ns);
		for (waits = 0; !size_of_file() && waits < 3000; waits++)
			usleep(10000);
		usleep(37000 * (useconds_t)round);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_true(last_event(&count) + 1000000000 > *appended_ns);
		assert_true(count > 0);
	}
	munmap((void *)appended_ns, sizeof(*appended_ns));
}

/* The caller does something else: what it appended is written all the same. */
static void test_caller_away(void **state)
{
	const struct fpt_log_options options = { .meta = "{}", .flush_ms = 50 };
	struct fpt_log_writer *writer = fpt_log_writer__open(path, &options);
	uint64_t count = 0, begin = now_ns();

	(void)state;
	assert_non_null(writer);
	assert_int_equal(append_one(writer, 0), 0);
	assert_int_equal(append_one(writer, 1), 0);
	while (count < 2 && now_ns() - begin < 5000000000) {
		struct stat st;

		usleep(5000);
		assert_int_equal(stat(path, &st), 0);
		if (st.st_size)
			last_event(&count);
	}
	assert_int_equal(count, 2);
	assert_true(now_ns() - begin >= 50000000);
	assert_int_equal(append_one(writer, 2), 0);
	assert_int_equal(fpt_log_writer__close(writer), 0);
	last_event(&count);
	assert_int_equal(count, 3);
}

/* Until the limit is lifted, a file may have so many bytes. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* No room for some blocks: the log goes on after them, and says how much is missing. */
static void test_disk_full_for_a_while(void **state)
{
	const struct fpt_log_options options = { .meta = "{}" };
	struct fpt_log_writer *writer = fpt_log_writer__open(path, &options);
	struct outcome got;
	off_t whole;
	uint64_t seq;

	(void)state;
	assert_non_null(writer);
	for (seq = 0; seq < 5; seq++)
		assert_int_equal(append_one(writer, seq), 0);
	whole = size_of_file();
	limit_files((rlim_t)whole + 100);
	for (; seq < 12; seq++)
		assert_int_equal(append_one(writer, seq), -EFBIG);
	/* The torn block is no more. */
	assert_int_equal(size_of_file(), whole);
	assert_int_equal(fpt_log_writer__left_out(writer), 7);
	limit_files(RLIM_INFINITY);
	for (; seq < 15; seq++)
		assert_int_equal(append_one(writer, seq), 0);
	assert_int_equal(append_end(writer, seq), 0);
	assert_int_equal(fpt_log_writer__close(writer), -EFBIG);
	read_path(path, &got);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(got.damages, 1);
	assert_non_null(strstr(got.first, "7 events before it are gone"));
	assert_int_equal(got.events, 8);
	assert_int_equal(got.lost, 7);
	assert_int_equal(got.totals.lost, 7);
	assert_int_equal(got.totals.produced, 15);
	assert_int_equal(size_of_file() > 0 && got.open_err == 0, 1);
}

/* Not even the file header finds room at first. */
static void test_disk_full_at_first(void **state)
{
	const struct fpt_log_options options = { .meta = "{}" };
	struct fpt_log_writer *writer = fpt_log_writer__open(path, &options);
	struct outcome got;

	(void)state;
	assert_non_null(writer);
	limit_files(10);
	assert_int_equal(append_one(writer, 0), -EFBIG);
	assert_int_equal(size_of_file(), 0);
	limit_files(RLIM_INFINITY);
	assert_int_equal(append_one(writer, 1), 0);
	assert_int_equal(append_end(writer, 2), 0);
	assert_int_equal(fpt_log_writer__close(writer), -EFBIG);
	read_path(path, &got);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.events, 1);
	assert_int_equal(got.totals.lost, 1);
}

/* The disk stays full: the log ends at its last whole block. */
static void test_disk_full_at_the_end(void **state)
{
	const struct fpt_log_options options = { .meta = "{}" };
	struct fpt_log_writer *writer = fpt_log_writer__open(path, &options);
	struct outcome got;

	(void)state;
	assert_non_null(writer);
	assert_int_equal(append_one(writer, 0), 0);
	limit_files((rlim_t)size_of_file() + 1);
	assert_int_equal(append_one(writer, 1), -EFBIG);
	assert_int_equal(append_end(writer, 2), -EFBIG);
	assert_int_equal(fpt_log_writer__close(writer), -EFBIG);
	limit_files(RLIM_INFINITY);
	read_path(path, &got);
	assert_int_equal(got.state, FPT_LOG_TRUNCATED);
	assert_int_equal(got.damages, 0);
	assert_int_equal(got.events, 1);
}

/* What fails in the thread is told by the next call, and at the end. */
static void test_thread_fails(void **state)
{
	const struct fpt_log_options options = { .meta = "{}", .flush_ms = 1 };
	struct fpt_log_writer *writer = fpt_log_writer__open("/dev/full", &options);
	int err = 0, i;

	(void)state;
	assert_non_null(writer);
	for (i = 0; i < 1000 && !err; i++) {
		err = append_one(writer, (uint64_t)i);
		usleep(2000);
	}
	assert_int_equal(err, -ENOSPC);
	assert_true(fpt_log_writer__left_out(writer) > 0);
	assert_int_equal(fpt_log_writer__close(writer), -ENOSPC);
}

static void test_nobody_reads(void **state)
{
	const struct fpt_log_options options = { .meta = "{}" };
	struct fpt_log_writer *writer;
	char name[64];
	int end[2];

	(void)state;
	assert_int_equal(pipe(end), 0);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", end[1]);
	writer = fpt_log_writer__open(name, &options);
	assert_non_null(writer);
	close(end[1]);
	assert_int_equal(append_one(writer, 0), 0);
	close(end[0]);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(append_one(writer, 1), -EPIPE);
	assert_int_equal(append_one(writer, 2), -EPIPE);
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(fpt_log_writer__left_out(writer), 2);
	assert_int_equal(fpt_log_writer__close(writer), -EPIPE);
}

/* Events that no count knows of, but the sequence numbers. */
static void test_lost_count(void **state)
{
	const struct fpt_log_options options = { .meta = "{}" };
	struct fpt_log_writer *writer = fpt_log_writer__open(path, &options);
	const struct fpt_cpu_loss loss = { .cpu = 0, .lost = 2 };
	struct fpt_batch end = { .end = true, .lost = 2, .produced = 9, .cpu = &loss, .cpus = 1 };
	struct outcome got;

	(void)state;
	assert_non_null(writer);
	assert_int_equal(append_one(writer, 0), 0);
	assert_int_equal(append_one(writer, 6), 0);
	assert_int_equal(fpt_log_writer__append(writer, &end), 0);
	assert_int_equal(fpt_log_writer__close(writer), 0);
	read_path(path, &got);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(got.totals.lost, 5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_file, remove_file)
	const struct CMUnitTest tests[] = {
		TEST(test_killed),
		TEST(test_caller_away),
		TEST(test_disk_full_for_a_while),
		TEST(test_disk_full_at_first),
		TEST(test_disk_full_at_the_end),
		TEST(test_thread_fails),
		TEST(test_nobody_reads),
		TEST(test_lost_count),
	};

	return cmocka_run_group_tests_name("log-loss", tests, NULL, NULL);
}
