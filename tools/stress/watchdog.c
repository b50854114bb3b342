// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks at the workers twice a second, and names those whose step takes too long, with the
 * kernel's stack where that can be read. Changes nothing: a task may be stuck for good.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stress.h"

/* How many times the limit passes before a stuck step is given up. */
#define GIVE_UP 3u

static void show(const struct fpt_worker *w, const char *what)
{
	char path[64], text[2048], *line, *rest = text;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/%s", w->tid, what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return;
	text[n] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (*line)
			fpt_warn("  %s: %s", what, line);
}

static void name_stuck(struct fpt_worker *w, uint64_t ns)
{
	char text[160];

	fpt_step__print(text, sizeof(text), w->index, &w->step);
	fpt_warn("stuck for %llu s: thread %u (tid %d) in step %s",
		 (unsigned long long)(ns / 1000000000), w->index, w->tid, text);
	show(w, "wchan");
	show(w, "stack");
	w->named = true;
}

/* True when a worker is beyond hope. */
static bool look(struct fpt_run *run)
{
	uint64_t limit = run->opts.limit * 1000000000ULL, now = fpt_now();
	bool hopeless = false;

	for (unsigned int i = 0; i < run->opts.threads; i++) {
		struct fpt_worker *w = &run->workers[i];
		uint64_t began = atomic_load(&w->began);

		if (!began || now < began || now - began < limit) {
			w->named = false;
			continue;
		}
		if (!w->named)
			name_stuck(w, now - began);
		hopeless |= now - began > GIVE_UP * limit;
	}
	return hopeless;
}

static void tell_progress(const struct fpt_run *run, uint64_t began)
{
	uint64_t done = 0, ms = (fpt_now() - began) / 1000000;

	for (unsigned int i = 0; i < run->opts.threads; i++)
		done += atomic_load(&run->workers[i].done);
	fpt_warn("%llu operations, %llu/s", (unsigned long long)done,
		 (unsigned long long)(ms ? done * 1000 / ms : 0));
}

bool fpt_watchdog(struct fpt_run *run)
{
	const struct timespec nap = { .tv_nsec = 50000000 };
	uint64_t began = fpt_now(), step = run->opts.progress * 1000000000ULL, due = began + step;

	for (unsigned int i = 0; atomic_load(&run->running); i++) {
		nanosleep(&nap, NULL);
		if (step && fpt_now() >= due) {
			tell_progress(run, began);
			due += step;
		}
		if (i % 10 == 9 && look(run)) {
			fpt_warn("giving up: the mount hangs");
			return false;
		}
	}
	return true;
}
