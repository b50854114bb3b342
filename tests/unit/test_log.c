// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log as it should be, where it cannot be written, and what is no log.
 * Damage is in test_log_damage.c.
 */
#include "log_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

static void whole(const struct image *image, const struct outcome *got)
{
	struct outcome expected;

	expect_without(image, BLOCKS, &expected);
	same_blocks(got, &expected);
	assert_int_equal(got->open_err, 0);
	assert_int_equal(got->state, FPT_LOG_END);
	assert_int_equal(got->damages, 0);
	assert_int_equal(got->lost, 6);
	assert_int_equal(got->produced, 10);
	assert_int_equal(got->totals.lost, 6);
	assert_int_equal(got->totals.produced, 10);
	assert_int_equal(got->totals.missed, 7);
	assert_int_equal(got->totals.count + got->totals.bytes, 0);
}

static void test_round_trip(void **state)
{
	struct image image;
	struct outcome got;

	(void)state;
	make_image(&image);
	read_bytes(image.bytes, image.block[BLOCKS], &got);
	whole(&image, &got);
}

static void test_meta_and_events(void **state)
{
	const struct fpt_header *event = NULL;
	struct fpt_log_reader *reader;
	struct fpt_batch batch;
	struct sample sample;
	struct image image;
	char path[64], why[WHY];
	int fd;

	(void)state;
	make_image(&image);
	make_sample(&sample);
	fd = memory_file(path, image.bytes, image.block[BLOCKS]);
	reader = fpt_log_reader__open(path, why, sizeof(why));
	assert_non_null(reader);
	assert_string_equal(fpt_log_reader__meta(reader), META);
	assert_int_equal(fpt_log_reader__next(reader, &batch, why, sizeof(why)), FPT_LOG_OK);
	event = fpt_batch__next(&batch, event);
	assert_memory_equal(event, &sample.open, sizeof(sample.open));
	event = fpt_batch__next(&batch, event);
	assert_memory_equal(event, &sample.mount, sizeof(sample.mount));
	event = fpt_batch__next(&batch, event); /* unknown here, and skipped by its size */
	assert_memory_equal(event, &sample.unknown, sizeof(sample.unknown));
	assert_null(fpt_kind(event->kind));
	assert_null(fpt_batch__next(&batch, event));
	fpt_log_reader__close(reader);
	fpt_log_reader__close(NULL);
	close(fd);
}

/* Where things are on disk; what is in a block is test_log_code.c's to say. */
static void test_layout(void **state)
{
	static const unsigned char head[] = {
		'F', 'U', 'S', 'E', 'P', 'T', 'L', 'G', 3, 0, 0, 0, sizeof(META) - 1, 0, 0, 0
	};
	struct fpt_log_block block;
	struct image image;

	(void)state;
	make_image(&image);
	assert_memory_equal(image.bytes, head, sizeof(head));
	assert_memory_equal(image.bytes + 24, "\0\0\0\0", 4); /* the first piece */
	assert_memory_equal(image.bytes + 32, META, sizeof(META) - 1);
	assert_int_equal(image.block[0], 32 + sizeof(META) - 1);
	assert_memory_equal(image.bytes + image.block[0], "FPTB\0\0\0\0", 8);
	assert_memory_equal(image.bytes + image.block[1], "FPTB\1\0\0\0", 8);
	assert_memory_equal(image.bytes + image.block[4], "FPTE\4\0\0\0", 8);
	memcpy(&block, image.bytes + image.block[3], sizeof(block));
	assert_int_equal(block.stored, image.block[4] - image.block[3] - 80);
	assert_int_equal(block.size, block.stored);
	assert_int_equal(block.count, 1);
	assert_int_equal(block.records, 0);
	assert_int_equal(block.first, 3);
	assert_int_equal(block.lost, 6);
	assert_int_equal(block.begin_ns, 14);
	assert_int_equal(block.end_ns, 14);
	assert_int_equal(block.piece, 0);
	assert_memory_equal(&block.run, image.bytes + 16, sizeof(block.run));
}

static void read_pipe(const struct image *image, size_t at_once, bool as_stdin, struct outcome *got)
{
	int end[2], saved = dup(STDIN_FILENO);
	size_t i, size = image->block[BLOCKS];
	char path[64];
	pid_t pid;

	assert_int_equal(pipe(end), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		for (i = 0; i < size; i += at_once)
			if (write(end[1], image->bytes + i,
				  size - i < at_once ? size - i : at_once) < 0)
				_exit(1);
		_exit(0);
	}
	close(end[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", end[0]);
	if (as_stdin)
		assert_int_equal(dup2(end[0], STDIN_FILENO), STDIN_FILENO);
	read_path(as_stdin ? "-" : path, got);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	close(end[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_pipes(void **state)
{
	struct image image;
	struct outcome got;

	(void)state;
	make_image(&image);
	read_pipe(&image, sizeof(image.bytes), false, &got);
	whole(&image, &got);
	read_pipe(&image, 1, true, &got);
	whole(&image, &got);
	image.block[BLOCKS] = image.block[3];
	read_pipe(&image, 7, true, &got);
	assert_int_equal(got.state, FPT_LOG_TRUNCATED);
	assert_memory_equal(got.first, "standard input: ", 16);
}

static void ignore(int number)
{
	(void)number;
}

/* Interrupts the parent where it is likely to wait by now. */
static void interrupt_parent(void)
{
	usleep(1000);
	kill(getppid(), SIGALRM);
	usleep(1000);
}

static void test_interrupted_read(void **state)
{
	const struct sigaction action = { .sa_handler = ignore }; /* no SA_RESTART */
	struct image image;
	struct outcome got;
	char path[64];
	int end[2], i;
	pid_t pid;

	(void)state;
	make_image(&image);
	assert_int_equal(pipe(end), 0);
	sigaction(SIGALRM, &action, NULL);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		for (i = 0; i <= BLOCKS; i++) {
			size_t from = i ? image.block[i - 1] : 0;

			interrupt_parent();
			if (write(end[1], image.bytes + from, image.block[i] - from) < 0)
				_exit(1);
		}
		_exit(0);
	}
	close(end[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", end[0]);
	read_path(path, &got);
	whole(&image, &got);
	close(end[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	signal(SIGALRM, SIG_DFL);
}

/* Reads what a pipe gets, interrupting its writer while it is full. */
static void read_slowly(int from, int to)
{
	char some[65536];
	ssize_t n;

	do {
		interrupt_parent(); /* some was written: the call returns how much */
		interrupt_parent(); /* nothing was: the call fails */
		n = read(from, some, sizeof(some));
	} while (n > 0 && write(to, some, (size_t)n) == n);
	_exit(n ? 1 : 0);
}

static void test_interrupted_write(void **state)
{
	const struct sigaction action = { .sa_handler = ignore };
	static char events[40 * 4096]; /* more than a pipe holds */
	struct fpt_batch batch = { .events = events, .bytes = sizeof(events), .count = 40 };
	struct fpt_log_writer *writer;
	struct outcome got;
	char path[64], copy[64];
	int end[2], status, i, fd = memory_file(copy, "", 0);
	pid_t pid;

	(void)state;
	/* Bytes of which nothing can be saved. */
	for (i = 0; i < (int)sizeof(events); i++)
		events[i] = (char)(rand() >> 8);
	for (i = 0; i < 40; i++)
		memcpy(events + 4096L * i, &(struct fpt_header){ .size = 4096, .kind = 777 },
		       sizeof(struct fpt_header));
	assert_int_equal(pipe(end), 0);
	sigaction(SIGALRM, &action, NULL);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(end[1]);
		read_slowly(end[0], fd);
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", end[1]);
	writer = open_writer(path, "{}");
	close(end[0]);
	close(end[1]);
	assert_non_null(writer);
	for (i = 0; i < 4; i++)
		assert_int_equal(fpt_log_writer__append(writer, &batch), 0);
	assert_int_equal(fpt_log_writer__append(writer, &(struct fpt_batch){ .end = true }), 0);
	assert_int_equal(fpt_log_writer__close(writer), 0);
	while (waitpid(pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	signal(SIGALRM, SIG_DFL);
	assert_int_equal(status, 0);
	read_path(copy, &got);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(got.events, 4 * 40);
	close(fd);
}

static void refused(const void *bytes, size_t size, int err, const char *says)
{
	struct outcome got;

	read_bytes(bytes, size, &got);
	assert_int_equal(got.open_err, err);
	if (!strstr(got.first, says))
		fail_msg("\"%s\" does not say \"%s\"", got.first, says);
}

static void test_no_log(void **state)
{
	struct image image;
	struct outcome got;
	int i;

	(void)state;
	make_image(&image);
	refused("", 0, EINVAL, "empty");
	refused("x", 1, EINVAL, "not a fusept log");
	refused("FUSEPTLX", 8, EINVAL, "not a fusept log");
	refused("{\"type\":\"header\"}\n{\"type\":\"event\"}\n", 35, EINVAL, "not a fusept log");
	refused("FUSEPTLG", 8, ENODATA, "truncated at offset 8");
	image.bytes[8] = 2;
	refused(image.bytes, image.block[0], EPROTO, "version 2");
	refused(image.bytes, 32, EPROTO, "version 2");
	/* Its blocks would not be those of this version. */
	for (i = 0; i < BLOCKS; i++)
		image.bytes[image.block[i]] ^= 1;
	refused(image.bytes, image.block[BLOCKS], EPROTO, "version 2");
	read_path("/nonexistent/x.log", &got);
	assert_int_equal(got.open_err, ENOENT);
	assert_string_equal(got.first,
			    "/nonexistent/x.log: cannot open: No such file or directory");
	read_path("/proc/self/ns", &got);
	assert_int_equal(got.open_err, EINVAL);
	assert_string_equal(got.first,
			    "/proc/self/ns: no log is in this folder, and no JSON Lines of fusept");
	read_path("/nonexistent/\033[31m", &got);
	assert_memory_equal(got.first, "/nonexistent/\\x1b[31m: ", 23);
}

/* Messages stay inside the buffer they are given. */
static void test_short_why(void **state)
{
	char why[64];
	size_t size;

	(void)state;
	for (size = 0; size < 60; size++) {
		memset(why, '#', sizeof(why) - 1);
		why[sizeof(why) - 1] = '\0';
		assert_null(fpt_log_reader__open("/nonexistent/x.log", why, size));
		assert_int_equal(strspn(why + size, "#"), sizeof(why) - 1 - size);
		if (size)
			assert_non_null(memchr(why, '\0', size));
	}
}

static void test_bad_batches(void **state)
{
	struct fpt_log_writer *writer;
	struct outcome got;
	struct sample sample;
	char path[64], *meta;
	int fd = memory_file(path, "", 0);
	struct fpt_batch batch, end = { .end = true };

	(void)state;
	assert_null(open_writer(path, "{\n}"));
	assert_int_equal(errno, EINVAL);
	meta = malloc(FPT_LOG_META_MAX + 2);
	assert_non_null(meta);
	memset(meta, ' ', FPT_LOG_META_MAX + 1);
	meta[FPT_LOG_META_MAX + 1] = '\0';
	assert_null(open_writer(path, meta));
	assert_int_equal(errno, EINVAL);
	meta[FPT_LOG_META_MAX] = '\0';
	writer = open_writer(path, meta);
	assert_non_null(writer);
	assert_int_equal(fpt_log_writer__close(writer), 0);
	free(meta);
	make_sample(&sample);
	batch = (struct fpt_batch){ .events = &sample, .bytes = sizeof(sample.open), .count = 1 };
	writer = open_writer(path, "{}");
	assert_non_null(writer);
	batch.count = 2;
	assert_int_equal(fpt_log_writer__append(writer, &batch), -EINVAL);
	batch.count = 1;
	batch.bytes -= 8;
	assert_int_equal(fpt_log_writer__append(writer, &batch), -EINVAL);
	batch.bytes += 8;
	sample.open.h.size -= 8;
	assert_int_equal(fpt_log_writer__append(writer, &batch), -EINVAL);
	sample.open.h.size += 8;
	batch.end = true;
	assert_int_equal(fpt_log_writer__append(writer, &batch), -EINVAL);
	batch.end = false;
	assert_int_equal(fpt_log_writer__append(writer, &end), 0);
	assert_int_equal(fpt_log_writer__append(writer, &end), -EINVAL);
	assert_int_equal(fpt_log_writer__close(writer), 0);
	read_path(path, &got);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(got.blocks + got.damages, 0);
	close(fd);
}

/* A batch as large as a block may be, and one event more: that is in the next block. */
static void test_largest_block(void **state)
{
	const uint32_t count = FPT_LOG_BLOCK_MAX / 4096;
	struct fpt_batch batch = { .bytes = FPT_LOG_BLOCK_MAX + 4096, .count = count + 1 };
	char *events = calloc(count + 1, 4096), path[64], why[WHY];
	struct fpt_log_writer *writer;
	struct fpt_log_reader *reader;
	uint32_t i, events_read = 0, ends = 0;
	uint64_t lost = 0;
	int fd = memory_file(path, "", 0);

	(void)state;
	assert_non_null(events);
	for (i = 0; i <= count; i++)
		memcpy(events + 4096UL * i,
		       &(struct fpt_header){ .size = 4096, .kind = 777, .ts_ns = i },
		       sizeof(struct fpt_header));
	batch.events = events;
	batch.lost = 3;
	writer = open_writer(path, "{}");
	assert_non_null(writer);
	assert_int_equal(fpt_log_writer__append(writer, &batch), 0);
	assert_int_equal(fpt_log_writer__append(writer, &(struct fpt_batch){ .end = true }), 0);
	assert_int_equal(fpt_log_writer__close(writer), 0);
	reader = fpt_log_reader__open(path, why, sizeof(why));
	assert_non_null(reader);
	while (fpt_log_reader__next(reader, &batch, why, sizeof(why)) == FPT_LOG_OK) {
		/* What was lost is told once, with the time until which all is in doubt. */
		assert_int_equal(batch.until_ns, events_read ? 0 : count);
		assert_memory_equal(batch.events, events + 4096UL * events_read, batch.bytes);
		events_read += batch.count;
		lost += batch.lost;
		ends += !batch.more;
	}
	assert_true(batch.end);
	assert_int_equal(events_read, count + 1);
	assert_int_equal(lost, 3);
	assert_int_equal(ends, 1);
	fpt_log_reader__close(reader);
	free(events);
	close(fd);
}

static void test_cannot_write(void **state)
{
	struct fpt_log_options numbered = { .meta = "{}", .rotate = 1 << 20 };
	int end[2], saved = dup(STDOUT_FILENO), full = open("/dev/full", O_WRONLY);
	struct fpt_log_writer *writer;
	struct fpt_batch batch = { .end = true };

	(void)state;
	assert_null(open_writer("/nonexistent/x.log", "{}"));
	assert_int_equal(errno, ENOENT);
	assert_null(open_writer("/proc/self/status/x", "{}"));
	assert_int_equal(errno, ENOTDIR);
	assert_null(fpt_log_writer__open("-", &numbered));
	assert_int_equal(errno, EINVAL);

	/* Standard output: no room, then no reader. */
	fflush(stdout);
	assert_int_equal(pipe(end), 0);
	dup2(full, STDOUT_FILENO);
	writer = open_writer("-", "{}");
	assert_non_null(writer);
	assert_int_equal(fpt_log_writer__append(writer, &batch), -ENOSPC);
	dup2(saved, STDOUT_FILENO);
	assert_int_equal(fpt_log_writer__close(writer), -ENOSPC);
	assert_true(fcntl(STDOUT_FILENO, F_GETFD) >= 0); /* it is not the log's to close */

	dup2(end[1], STDOUT_FILENO);
	writer = open_writer("-", "{}");
	close(end[0]);
	signal(SIGPIPE, SIG_IGN);
	assert_non_null(writer);
	assert_int_equal(fpt_log_writer__append(writer, &batch), -EPIPE);
	assert_int_equal(fpt_log_writer__close(writer), -EPIPE);
	dup2(saved, STDOUT_FILENO);
	signal(SIGPIPE, SIG_DFL);
	close(end[1]);
	close(full);
	close(saved);
}

/* A log that nothing was appended to is one. */
static void test_no_batches(void **state)
{
	struct fpt_log_writer *writer;
	struct outcome got;
	char path[64];
	int fd = memory_file(path, "", 0);

	(void)state;
	writer = open_writer(path, "{}");
	assert_non_null(writer);
	assert_int_equal(fpt_log_writer__close(writer), 0);
	read_path(path, &got);
	assert_int_equal(got.open_err, 0);
	assert_int_equal(got.state, FPT_LOG_TRUNCATED);
	assert_int_equal(got.blocks + got.damages, 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),	 cmocka_unit_test(test_meta_and_events),
		cmocka_unit_test(test_layout),		 cmocka_unit_test(test_pipes),
		cmocka_unit_test(test_interrupted_read), cmocka_unit_test(test_interrupted_write),
		cmocka_unit_test(test_no_log),		 cmocka_unit_test(test_short_why),
		cmocka_unit_test(test_bad_batches),	 cmocka_unit_test(test_largest_block),
		cmocka_unit_test(test_cannot_write),	 cmocka_unit_test(test_no_batches),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
