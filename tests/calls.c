// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the system calls that standard input lists, a line each, in the current folder: a scenario
 * that started a program for each would spend its time on starting programs. Prints each line with
 * its result, "ok" or the errno's name. Where a line says "= RESULT" and something else came, it is
 * on standard error too, and the exit status is 1. An argument says how many times all are made.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <dirent.h>

#define PAGE 4096
#define WORDS 8
#define MAX_IO (1 << 20)

struct mapping {
	char *at;
	size_t size;
};

static int fds[26]; /* by letter, + 1; 0: closed */
static struct mapping mappings[26];
static char buffer[MAX_IO] __attribute__((aligned(PAGE)));
static sigjmp_buf before_touch;

static int slot(const char *word)
{
	if (!islower(word[0]) || word[1]) {
		fprintf(stderr, "calls: '%s' is no letter\n", word);
		exit(2);
	}
	return word[0] - 'a';
}

static int fd_of(const char *word)
{
	return fds[slot(word)] - 1;
}

static long number(const char *word)
{
	return word ? strtol(word, NULL, 0) : 0;
}

/* "rw,trunc,direct": a word of each bit. */
static int open_flags(const char *words)
{
	static const struct {
		const char *name;
		int flag;
	} known[] = {
		{ "r", O_RDONLY },	{ "w", O_WRONLY },	{ "rw", O_RDWR },
		{ "creat", O_CREAT },	{ "excl", O_EXCL },	{ "trunc", O_TRUNC },
		{ "append", O_APPEND }, { "direct", O_DIRECT }, { "tmpfile", O_TMPFILE },
	};
	char copy[64], *rest = copy, *word;
	int flags = O_CLOEXEC;
	size_t i;

	snprintf(copy, sizeof(copy), "%s", words ?: "r");
	while ((word = strsep(&rest, ","))) {
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (!strcmp(word, known[i].name))
				break;
		if (i == sizeof(known) / sizeof(known[0])) {
			fprintf(stderr, "calls: no flag '%s'\n", word);
			exit(2);
		}
		flags |= known[i].flag;
	}
	return flags;
}

/* All calls: arguments are the words after the name, NULL beyond the last; -1 with errno. */

static long do_open(char **a)
{
	int *fd = &fds[slot(a[0])];

	if (*fd)
		close(*fd - 1);
	*fd = open(a[1], open_flags(a[2]), 0644) + 1;
	return *fd - 1;
}

static long do_close(char **a)
{
	int fd = fd_of(a[0]);

	fds[slot(a[0])] = 0;
	return close(fd);
}

static long do_read(char **a)
{
	return pread(fd_of(a[0]), buffer, number(a[1]), number(a[2]));
}

static long do_write(char **a)
{
	memset(buffer, *a[0], number(a[1]));
	return pwrite(fd_of(a[0]), buffer, number(a[1]), number(a[2]));
}

static void on_sigbus(int sig)
{
	(void)sig;
	siglongjmp(before_touch, 1);
}

/* aio D SIZE [AT]: two writes of that size, side by side */
static long do_aio(char **a)
{
	struct iocb iocb[2], *list[2] = { &iocb[0], &iocb[1] };
	struct io_event done[2] = {};
	aio_context_t context = 0;
	long n;

	for (int i = 0; i < 2; i++)
		iocb[i] = (struct iocb){
			.aio_lio_opcode = IOCB_CMD_PWRITE,
			.aio_fildes = (uint32_t)fd_of(a[0]),
			.aio_buf = (uintptr_t)buffer,
			.aio_nbytes = (uint64_t)number(a[1]),
			.aio_offset = number(a[2]) + i * number(a[1]),
		};
	if (syscall(SYS_io_setup, 2, &context))
		return -1;
	n = syscall(SYS_io_submit, context, 2, list);
	if (n > 0)
		n = syscall(SYS_io_getevents, context, n, n, done, NULL);
	syscall(SYS_io_destroy, context);
	if (n > 0 && done[0].res < 0) {
		errno = (int)-done[0].res;
		return -1;
	}
	return n;
}

static int touch(const struct mapping *map, bool writes)
{
	volatile char seen;

	if (sigsetjmp(before_touch, 1)) {
		errno = EFAULT;
		return -1;
	}
	for (size_t at = 0; at < map->size; at += PAGE) {
		seen = ((volatile char *)map->at)[at];
		if (writes)
			((volatile char *)map->at)[at] = seen;
	}
	return 0;
}

/* map D shared|private [r|rw] [PAGES]: and touches each page; EFAULT where there is none */
static long do_map(char **a)
{
	bool writes = a[2] && !strcmp(a[2], "rw");
	struct mapping map = { .size = (a[2] && a[3] ? number(a[3]) : 1) * PAGE };

	map.at = mmap(NULL, map.size, writes ? PROT_READ | PROT_WRITE : PROT_READ,
		      !strcmp(a[1], "shared") ? MAP_SHARED : MAP_PRIVATE, fd_of(a[0]), 0);
	if (map.at == MAP_FAILED)
		return -1;
	/* The one before stays mapped until the end. */
	mappings[slot(a[0])] = map;
	return touch(&map, writes);
}

static long do_unmap(char **a)
{
	struct mapping *map = &mappings[slot(a[0])];

	return munmap(map->at, map->size);
}

static long do_msync(char **a)
{
	struct mapping *map = &mappings[slot(a[0])];

	return msync(map->at, map->size, MS_SYNC);
}

static long do_splice(char **a)
{
	loff_t from = number(a[2]);
	int ends[2];
	long n;

	if (pipe(ends))
		return -1;
	n = splice(fd_of(a[0]), &from, ends[1], NULL, number(a[1]), 0);
	close(ends[0]);
	close(ends[1]);
	return n;
}

static long do_sendfile(char **a)
{
	off_t from = 0;

	return sendfile(fd_of(a[1]), fd_of(a[0]), &from, number(a[2]));
}

/* stat NAME [cached|asked|more] */
static long do_stat(char **a)
{
	int flags = AT_SYMLINK_NOFOLLOW;
	unsigned int mask = STATX_BASIC_STATS;
	struct statx st;

	if (a[1] && !strcmp(a[1], "cached"))
		flags |= AT_STATX_DONT_SYNC;
	if (a[1] && !strcmp(a[1], "asked"))
		flags |= AT_STATX_FORCE_SYNC;
	/* The time of birth is what only the STATX request brings. */
	if (a[1] && !strcmp(a[1], "more"))
		mask |= STATX_BTIME;
	return statx(AT_FDCWD, a[0], flags, mask, &st);
}

static long do_fstat(char **a)
{
	struct stat st;

	return fstat(fd_of(a[0]), &st);
}

static long do_list(char **a)
{
	int fd = open(a[0] ?: ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), n;

	if (fd < 0)
		return -1;
	while ((n = (int)getdents64(fd, buffer, 4096)) > 0)
		;
	close(fd);
	return n;
}

static long do_truncate(char **a)
{
	return truncate(a[0], number(a[1]));
}

static long do_ftruncate(char **a)
{
	return ftruncate(fd_of(a[0]), number(a[1]));
}

static long do_fsync(char **a)
{
	return fsync(fd_of(a[0]));
}

static long do_link(char **a)
{
	return link(a[0], a[1]);
}

static long do_rename(char **a)
{
	return rename(a[0], a[1]);
}

static long do_unlink(char **a)
{
	return unlink(a[0]);
}

static long do_mkdir(char **a)
{
	return mkdir(a[0], 0755);
}

static long do_chmod(char **a)
{
	return chmod(a[0], (mode_t)number(a[1]));
}

static long do_sleep(char **a)
{
	return usleep((useconds_t)number(a[0]) * 1000);
}

/* Inodes and names that nobody uses leave memory; programs and their pages stay. */
static long do_forget(char **a)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
	long n = fd < 0 ? -1 : write(fd, "2", 1);

	(void)a;
	close(fd);
	return n;
}

static const struct {
	const char *name;
	int words; /* at least */
	long (*fn)(char **a);
} calls[] = {
	{ "open", 2, do_open },
	{ "close", 1, do_close },
	{ "read", 2, do_read },
	{ "write", 2, do_write },
	{ "aio", 2, do_aio },
	{ "map", 2, do_map },
	{ "unmap", 1, do_unmap },
	{ "msync", 1, do_msync },
	{ "splice", 2, do_splice },
	{ "sendfile", 3, do_sendfile },
	{ "stat", 1, do_stat },
	{ "fstat", 1, do_fstat },
	{ "list", 0, do_list },
	{ "truncate", 2, do_truncate },
	{ "ftruncate", 2, do_ftruncate },
	{ "fsync", 1, do_fsync },
	{ "link", 2, do_link },
	{ "rename", 2, do_rename },
	{ "unlink", 1, do_unlink },
	{ "mkdir", 1, do_mkdir },
	{ "chmod", 2, do_chmod },
	{ "sleep", 1, do_sleep },
	{ "forget", 0, do_forget },
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* Returns 1 when the result is not the expected one. */
static int run_line(const char *text)
{
	char copy[256], *rest = copy, *word, *words[WORDS + 1] = {};
	const char *expected = NULL, *result;
	int n = 0;
	size_t i;
	long ret;

	text += strspn(text, " \t");
	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, " \t\n")) && n < WORDS)
		if (*word)
			words[n++] = word;
	for (i = 1; (int)i + 1 < n; i++)
		if (!strcmp(words[i], "=")) {
			expected = words[i + 1];
			words[i] = NULL;
			n = (int)i;
		}
	if (!n || *words[0] == '#')
		return 0;
	for (i = 0; i < CALLS && strcmp(calls[i].name, words[0]); i++)
		;
	if (i == CALLS || n <= calls[i].words) {
		fprintf(stderr, "calls: not a call: %s", text);
		exit(2);
	}
	ret = calls[i].fn(words + 1);
	result = ret < 0 ? strerrorname_np(errno) : "ok";
	printf("%.*s: %s\n", (int)strcspn(text, "\n"), text, result);
	if (!expected || !strcmp(expected, result))
		return 0;
	fprintf(stderr, "%.*s: %s\n", (int)strcspn(text, "\n"), text, result);
	return 1;
}

int main(int argc, char **argv)
{
	long repeats = argc > 1 ? number(argv[1]) : 1;
	int wrong = 0, lines = 0;
	static char line[1024][128];

	signal(SIGBUS, on_sigbus);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (lines < 1024 && fgets(line[lines], sizeof(line[0]), stdin))
		lines++;
	for (long turn = 0; turn < repeats; turn++)
		for (int i = 0; i < lines; i++)
			wrong |= run_line(line[i]);
	return wrong;
}
