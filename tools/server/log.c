// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the log. A line is one write(2), so lines of several threads never mix.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int log_fd = -1;

int fpt_log__open(const char *path)
{
	log_fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_TRUNC | O_CLOEXEC, 0644)
		      : dup(STDERR_FILENO);
	return log_fd < 0 ? -errno : 0;
}

void fpt_log__close(void)
{
	if (log_fd >= 0)
		close(log_fd);
	log_fd = -1;
}

bool fpt_log__on(void)
{
	return log_fd >= 0;
}

void fpt_log(const char *fmt, ...)
{
	char line[2048];
	struct timespec now;
	va_list ap;
	int n;

	if (log_fd < 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	n = snprintf(line, sizeof(line), "%lld.%06ld ", (long long)now.tv_sec, now.tv_nsec / 1000);
	va_start(ap, fmt);
	n += vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	va_end(ap);
	if ((size_t)n > sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	line[n++] = '\n';
	/* A full disk costs log lines, never the file system that is being served. */
	if (write(log_fd, line, (size_t)n) < 0)
		return;
}

const char *fpt_log__quote(char *to, size_t size, const char *name)
{
	size_t n = 0;

	for (; *name && n + 5 < size; name++) {
		unsigned char c = (unsigned char)*name;

		if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
			n += (size_t)snprintf(to + n, size - n, "\\x%02x", c);
		else
			to[n++] = (char)c;
	}
	to[n] = '\0';
	return to;
}

int fpt_log__fd(void)
{
	return log_fd;
}
