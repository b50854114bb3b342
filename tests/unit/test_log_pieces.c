// SPDX-License-Identifier: GPL-2.0-only
/*
 * A log in pieces: cut by size, the oldest removed by a limit, found under any
 * name and in any order, read from a stream; and what a missing piece costs.
 */
#include "log_folder.h"

#include <sys/wait.h>
#include <zstd.h>

static void test_cut_by_size(void **state)
{
	char names[100][NAME];
	struct seen seen;
	struct stat st;
	int n, i, zstd;

	(void)state;
	for (zstd = 0; zstd < 2; zstd++) {
		write_pieces("log", 0, zstd);
		n = list(names, 100);
		assert_in_range(n, 4, 20);
		for (i = 0; i < n; i++) {
			char name[64];

			snprintf(name, sizeof(name), "log.%06d", i);
			assert_string_equal(names[i], name);
			assert_int_equal(stat(in_folder(name), &st), 0);
			assert_in_range(st.st_size, i < n - 1 ? 1500 : 100, PIECE);
			assert_int_equal(st.st_mode & 07777, 0600);
		}
		see(&seen, in_folder("log"));
		whole(&seen);
		see(&seen, folder);
		whole(&seen);
	}
	see(&seen, in_folder("log.000000"));
	assert_int_equal(seen.state, FPT_LOG_TRUNCATED);
	assert_int_equal(seen.damages, 0);
	assert_non_null(strstr(seen.first, "truncated: it goes on in piece 1, which is not here"));
}

/* However much there is to write at once, a piece keeps to its size. */
static void test_cut_within_a_second(void **state)
{
	const struct fpt_log_options options = { .meta = "{}", .rotate = PIECE, .flush_ms = 60000 };
	char names[100][NAME];
	struct seen seen;
	struct stat st;
	int n;

	(void)state;
	write_so("log", &options);
	n = list(names, 100);
	assert_in_range(n, 4, 20);
	while (n--) {
		assert_int_equal(stat(in_folder(names[n]), &st), 0);
		assert_in_range(st.st_size, 100, PIECE);
	}
	see(&seen, in_folder("log"));
	whole(&seen);
}

/* How far it is: at the end all bytes of all pieces. */
static void test_how_far(void **state)
{
	struct fpt_log_pieces pieces = { 0 };
	struct fpt_log_reader *reader;
	struct fpt_batch batch;
	char why[WHY];

	(void)state;
	write_pieces("log", 0, 0);
	assert_int_equal(fpt_log_pieces__find(&pieces, in_folder("log"), why, sizeof(why)), 0);
	reader = fpt_log_reader__open_run(&pieces, 0, why, sizeof(why));
	assert_true(reader && fpt_log_reader__done(reader) <= PIECE);
	while (fpt_log_reader__next(reader, &batch, why, WHY) == FPT_LOG_OK) {
	}
	assert_int_equal(fpt_log_reader__done(reader), fpt_log_pieces__size(&pieces, 0));
	fpt_log_reader__close(reader);
	fpt_log_pieces__free(&pieces);
}

static void compress(const char *name)
{
	char bytes[2 * PIECE], packed[4 * PIECE], to[80];
	int fd = open(in_folder(name), O_RDONLY);
	ssize_t n = read(fd, bytes, sizeof(bytes));
	size_t size = ZSTD_compress(packed, sizeof(packed), bytes, (size_t)n, 3);

	close(fd);
	snprintf(to, sizeof(to), "%.70s.zst", name);
	fd = open(in_folder(to), O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, packed, size), (ssize_t)size);
	close(fd);
	unlink(in_folder(name));
}

/* Their headers say what they are, not their names. */
static void test_any_name(void **state)
{
	char names[100][NAME], to[64], why[WHY];
	struct fpt_log_pieces pieces = { 0 };
	struct seen seen;
	int n, i, fd;

	(void)state;
	write_pieces("log", 0, 0);
	n = list(names, 100);
	for (i = 0; i < n; i += 2)
		compress(names[i]);
	see(&seen, in_folder("log"));
	whole(&seen);
	n = list(names, 100);
	for (i = 0; i < n; i++) {
		snprintf(to, sizeof(to), "%c", 'z' - i);
		assert_int_equal(rename(in_folder(names[i]), in_folder(to)), 0);
	}
	fd = open(in_folder("notes"), O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "no log", 6), 6);
	close(fd);
	see(&seen, folder);
	whole(&seen);
	/* One by one, some of them twice. */
	for (i = 0; i < n; i++) {
		snprintf(to, sizeof(to), "%c", 'z' - (i + n / 2) % n);
		assert_int_equal(fpt_log_pieces__find(&pieces, in_folder(to), why, WHY), 0);
		assert_int_equal(fpt_log_pieces__find(&pieces, in_folder("z"), why, WHY), 0);
	}
	assert_int_equal(pieces.runs, 1);
	assert_int_equal(pieces.count, n);
	see_all(&seen, fpt_log_reader__open_run(&pieces, 0, why, WHY));
	whole(&seen);
	fpt_log_pieces__free(&pieces);
}

static void test_limit(void **state)
{
	char names[100][NAME];
	struct seen seen;
	struct stat st;
	off_t size = 0;
	int n, i;

	(void)state;
	write_pieces("log", 4 * PIECE, 0);
	n = list(names, 100);
	for (i = 0; i < n; i++) {
		assert_int_equal(stat(in_folder(names[i]), &st), 0);
		size += st.st_size;
	}
	assert_in_range(size, 2 * PIECE, 4 * PIECE);
	assert_string_not_equal(names[0], "log.000000");
	see(&seen, in_folder("log"));
	some_gone(&seen, 1);
	assert_true(seen.event[EVENTS - 1] && !seen.event[0]);
	assert_non_null(strstr(seen.first, "is the first one here"));
	/* The oldest piece that is left tells what the run was. */
	assert_int_equal(seen.records, 2);
	assert_string_equal(seen.mount, "/new");
}

static void test_piece_missing(void **state)
{
	char names[100][NAME];
	struct seen seen;
	int n, i;

	(void)state;
	write_pieces("log", 0, 0);
	n = list(names, 100);
	for (i = 0; i < n - 1; i++) {
		assert_int_equal(rename(in_folder(names[i]), in_folder("kept")), 0);
		see(&seen, in_folder("log"));
		some_gone(&seen, 1);
		assert_int_equal(rename(in_folder("kept"), in_folder(names[i])), 0);
	}
	unlink(in_folder(names[n - 1]));
	see(&seen, in_folder("log"));
	assert_int_equal(seen.state, FPT_LOG_TRUNCATED);
	assert_int_equal(seen.damages, 0);
}

static void header_damaged(const char *name, const char *says)
{
	static const off_t at[] = { 0, 9, 13, 17, 25, 29, 33 };
	struct seen seen;
	unsigned int i;
	int fd;

	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		write_pieces("log", 0, 0);
		fd = open(in_folder(name), O_WRONLY);
		assert_int_equal(pwrite(fd, "x", 1, at[i]), 1);
		close(fd);
		see(&seen, in_folder("log"));
		assert_int_equal(seen.events, EVENTS);
		assert_int_equal(seen.damages, 1);
		assert_int_equal(seen.end.lost, 0);
		assert_int_equal(seen.state, FPT_LOG_END);
		assert_non_null(strstr(seen.first, says));
	}
}

/* One that is cut costs what it held, and no other piece; a damaged file header, nothing. */
static void test_piece_damaged(void **state)
{
	char names[100][NAME];
	struct seen seen;
	struct stat st;
	off_t size;
	int i;

	(void)state;
	write_pieces("log", 0, 0);
	assert_true(list(names, 100) > 3);
	assert_int_equal(stat(in_folder(names[2]), &st), 0);
	for (size = st.st_size - 1; size > 0; size -= 97) {
		assert_int_equal(truncate(in_folder(names[2]), size), 0);
		see(&seen, in_folder("log"));
		if (size > 400 && size < st.st_size - 300)
			some_gone(&seen, 1);
		assert_int_equal(seen.end.lost, EVENTS - seen.events);
		assert_int_equal(seen.state, FPT_LOG_END);
	}
	for (i = 0; i < 2; i++)
		header_damaged(names[i], i ? "log.000001: damaged at offset 0: its file header"
					   : "log.000000: damaged at offset 0: its file header");
}

/* Pieces one after the other in a pipe, whole or with the end of one missing. */
static void stream(struct seen *seen, char names[][NAME], int n, int cut)
{
	char bytes[2 * PIECE], path[64];
	int end[2], i, fd;
	ssize_t size;
	pid_t pid;

	assert_int_equal(pipe(end), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		for (i = 0; i < n; i++) {
			fd = open(in_folder(names[i]), O_RDONLY);
			size = read(fd, bytes, sizeof(bytes)) - (i == cut ? 500 : 0);
			if (write(end[1], bytes, (size_t)size) != size)
				_exit(1);
			close(fd);
		}
		_exit(0);
	}
	close(end[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", end[0]);
	see(seen, path);
	close(end[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_stream(void **state)
{
	char names[100][NAME];
	struct seen seen;
	int n, i;

	(void)state;
	write_pieces("log", 0, 0);
	n = list(names, 100);
	stream(&seen, names, n, -1);
	whole(&seen);
	for (i = 0; i < n - 1; i++) {
		stream(&seen, names, n, i);
		some_gone(&seen, 1);
	}
	stream(&seen, names + 1, n - 1, -1);
	some_gone(&seen, 1);
}

static void test_two_runs(void **state)
{
	struct fpt_log_pieces pieces = { 0 };
	struct seen seen;
	char why[WHY];
	size_t run;

	(void)state;
	write_pieces("one", 0, 0);
	write_pieces("two", 0, 0);
	assert_null(fpt_log_reader__open(folder, why, WHY));
	assert_int_equal(errno, EMLINK);
	assert_non_null(strstr(why, "more than one run"));
	assert_int_equal(fpt_log_pieces__find(&pieces, folder, why, WHY), 0);
	assert_int_equal(pieces.runs, 2);
	for (run = 0; run < 2; run++) {
		see_all(&seen, fpt_log_reader__open_run(&pieces, run, why, WHY));
		whole(&seen);
	}
	fpt_log_pieces__free(&pieces);
}

/* A new log takes away the pieces of an older one of its name, and nothing else. */
static void test_older_log(void **state)
{
	char names[100][NAME];
	struct seen seen;
	int fd, n;

	(void)state;
	write_pieces("log", 0, 0);
	n = list(names, 100);
	assert_int_equal(rename(in_folder(names[1]), in_folder("log.000077")), 0);
	fd = open(in_folder("log.000099"), O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "mine", 4), 4);
	close(fd);
	write_pieces("log2", 0, 0);
	write_pieces("log", 0, 0);
	see(&seen, in_folder("log"));
	whole(&seen);
	see(&seen, in_folder("log2"));
	whole(&seen);
	assert_int_equal(list(names, 100), 2 * n + 1);
	assert_int_equal(access(in_folder("log.000099"), F_OK), 0);
	assert_int_not_equal(access(in_folder("log.000077"), F_OK), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		TEST(test_cut_by_size),	  TEST(test_any_name),	    TEST(test_limit),
		TEST(test_piece_missing), TEST(test_piece_damaged), TEST(test_stream),
		TEST(test_two_runs),	  TEST(test_older_log),	    TEST(test_cut_within_a_second),
		TEST(test_how_far),
	};

	return cmocka_run_group_tests_name("log-pieces", tests, NULL, NULL);
}
