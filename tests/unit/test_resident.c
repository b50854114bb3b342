// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an idle inode costs fusept-audit at the worst moment of a whole log: reader,
 * checker and reports together, from the largest resident size of the process.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define BYTES_PER_INODE 64
#define FEW 1000

static char build[PATH_MAX]; /* the build folder, of which this test is in a subfolder */

static int make_log(void **state)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	int fd;

	if (n < 0)
		return -1;
	path[n] = '\0';
	snprintf(build, sizeof(build), "%s", dirname(dirname(path)));
	snprintf(path, sizeof(path), "%.4000s/unit/resident.XXXXXX", build);
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	*state = strdup(path);
	return *state ? 0 : -1;
}

static int drop_log(void **state)
{
	unlink(*state);
	free(*state);
	return 0;
}

/* Runs a program of the build folder, quietly; its largest resident size in bytes. */
static long run(const char *name, const char *const argv[])
{
	struct rusage usage;
	char path[PATH_MAX];
	int status, null;
	pid_t pid;

	snprintf(path, sizeof(path), "%.4000s/%s", build, name);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		dup2(null, STDOUT_FILENO);
		execv(path, (char *const *)argv);
		fprintf(stderr, "cannot run %s: %s\n", path, strerror(errno));
		_exit(127);
	}
	assert_int_equal(wait4(pid, &status, 0, &usage), pid);
	assert_int_equal(status, 0);
	return usage.ru_maxrss * 1024;
}

/* Of a log in which each inode is looked up, and some are opened and closed. */
static long peak(const char *log, unsigned int events, unsigned int inodes)
{
	char count[16], live[16];

	snprintf(count, sizeof(count), "%u", events);
	snprintf(live, sizeof(live), "%u", inodes);
	run("bench_log", (const char *[]){ "bench_log", count, live, log, NULL });
	return run("fusept-audit", (const char *[]){ "fusept-audit", "-c", log, NULL });
}

/* A round number of them, and that with which their table has just grown. */
static void test_inodes(void **state)
{
	static const unsigned int inodes[] = { 1000000, (1 << 20) / 8 * 7 + 1 };
	long few = peak(*state, 4 * inodes[0], FEW), many;
	size_t i;

	for (i = 0; i < sizeof(inodes) / sizeof(*inodes); i++) {
		many = peak(*state, 4 * inodes[i], inodes[i]);
		print_message("%u: %.1f bytes an idle inode\n", inodes[i],
			      (double)(many - few) / (inodes[i] - FEW));
		assert_true(many - few <= (long)(inodes[i] - FEW) * BYTES_PER_INODE);
	}
}

/* However long it is, no more stays of a log than of a short one: some of its buffers. */
static void test_length(void **state)
{
	long brief = peak(*state, 100000, FEW), extensive = peak(*state, 4000000, FEW);

	print_message("%ld KB more\n", (extensive - brief) / 1024);
	assert_true(extensive - brief <= 1 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inodes),
		cmocka_unit_test(test_length),
	};

	return cmocka_run_group_tests_name("resident", tests, make_log, drop_log);
}
