// SPDX-License-Identifier: GPL-2.0-only
/*
 * A load for tests/bench: does one kind of operation N times and prints the
 * nanoseconds that one took.  Starts nothing and allocates nothing on the way.
 *
 * usage: bench_load open|lookup|readdir|read DIR N
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int open_read_close(int dir, long i)
{
	char bytes[64];
	int fd = openat(dir, "file", O_RDONLY);

	(void)i;
	if (fd < 0 || read(fd, bytes, sizeof(bytes)) < 0)
		return -1;
	return close(fd);
}

/* A name each time, so that the kernel asks the server. */
static int lookup(int dir, long i)
{
	char name[32];
	struct stat st;

	snprintf(name, sizeof(name), "many/%ld", i % 1000);
	return fstatat(dir, name, &st, 0);
}

static int read_directory(int dir, long i)
{
	int fd = openat(dir, "many", O_RDONLY | O_DIRECTORY);
	DIR *many = fd < 0 ? NULL : fdopendir(fd);
	int entries = 0;

	(void)i;
	if (!many)
		return -1;
	while (readdir(many))
		entries++;
	closedir(many);
	return entries == 1002 ? 0 : -1;
}

/* Of one open file in passthrough. */
static int read_page(int dir, long i)
{
	static int fd = -1;
	char page[4096];

	(void)i;
	if (fd < 0)
		fd = openat(dir, "page", O_RDONLY);
	return pread(fd, page, sizeof(page), 0) == sizeof(page) ? 0 : -1;
}

static const struct {
	const char *name;
	int (*run)(int dir, long i);
} loads[] = {
	{ "open", open_read_close },
	{ "lookup", lookup },
	{ "readdir", read_directory },
	{ "read", read_page },
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int main(int argc, char **argv)
{
	size_t load = 0;
	uint64_t begin;
	long i, n;
	int dir;

	if (argc != 4 || (n = atol(argv[3])) <= 0) {
		fputs("usage: bench_load open|lookup|readdir|read DIR N\n", stderr);
		return 2;
	}
	while (load < sizeof(loads) / sizeof(loads[0]) && strcmp(loads[load].name, argv[1]) != 0)
		load++;
	dir = open(argv[2], O_RDONLY | O_DIRECTORY);
	if (load == sizeof(loads) / sizeof(loads[0]) || dir < 0) {
		fprintf(stderr, "bench_load: no load %s, or no folder %s\n", argv[1], argv[2]);
		return 2;
	}
	begin = now_ns();
	for (i = 0; i < n; i++) {
		if (loads[load].run(dir, i)) {
			perror(argv[1]);
			return 1;
		}
	}
	printf("%llu\n", (unsigned long long)((now_ns() - begin) / (uint64_t)n));
	return 0;
}
