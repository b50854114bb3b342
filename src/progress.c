// SPDX-License-Identifier: GPL-2.0-only
#include "progress.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)
#define EVERY_NS (NS_PER_S / 5)

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

void fpt_progress__begin(struct fpt_progress *progress, FILE *out, uint64_t total)
{
	*progress = (struct fpt_progress){ .total = total, .begin_ns = now_ns() };
	progress->next_ns = progress->begin_ns + NS_PER_S;
	if (isatty(fileno(out)))
		progress->out = out;
}

static const char *size_words(char *out, size_t size, uint64_t bytes)
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB" };
	double value = (double)bytes;
	size_t unit = 0;

	for (; value >= 1000 && unit < 4; unit++)
		value /= 1000;
	snprintf(out, size, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
	return out;
}

const char *fpt_progress__words(char *out, size_t size, const struct fpt_progress *progress,
				uint64_t bytes, uint64_t events, uint64_t passed_ns)
{
	const double seconds = (double)passed_ns / (double)NS_PER_S;
	char words[32];
	int used;

	/* A log that is still being recorded is longer than it was. */
	if (!progress->total || bytes > progress->total)
		used = snprintf(out, size, "%s", size_words(words, sizeof(words), bytes));
	else
		used = snprintf(out, size, "%.0f %% of %s",
				100.0 * (double)bytes / (double)progress->total,
				size_words(words, sizeof(words), progress->total));
	if (used >= 0 && (size_t)used < size)
		used += snprintf(out + used, size - (size_t)used, ", %.1f million events",
				 (double)events / 1e6);
	if (used >= 0 && (size_t)used < size && bytes && bytes <= progress->total)
		snprintf(out + used, size - (size_t)used, ", %.0f s left",
			 seconds * (double)(progress->total - bytes) / (double)bytes);
	return out;
}

void fpt_progress__step(struct fpt_progress *progress, uint64_t bytes, uint64_t events)
{
	char words[160];
	uint64_t now;

	if (!progress->out)
		return;
	now = now_ns();
	if (now < progress->next_ns)
		return;
	progress->next_ns = now + EVERY_NS;
	progress->shown = true;
	fprintf(progress->out, "\r%s\033[K",
		fpt_progress__words(words, sizeof(words), progress, bytes, events,
				    now - progress->begin_ns));
	fflush(progress->out);
}

void fpt_progress__clear(struct fpt_progress *progress)
{
	if (!progress->shown)
		return;
	fputs("\r\033[K", progress->out);
	fflush(progress->out);
	progress->shown = false;
}
