// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps in the order in which they began, a line each, and the way back. A replay keeps that order
 * as far as it can: it cannot repeat what the scheduler did inside the steps. Lines may be deleted
 * to make a reproducer smaller.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stress.h"

#define MAGIC "fusept-stress 1"
/* Longer than this a step does not wait for those before it: they may wait for it. */
#define WAIT_NS 200000000ULL

static FILE *record;
static pthread_mutex_t record_lock = PTHREAD_MUTEX_INITIALIZER;

struct entry {
	unsigned int thread;
	struct fpt_step step;
};

static struct entry *entries;
static size_t n_entries;
static size_t next_of[FPT_THREADS_MAX];
static atomic_size_t turn;

int fpt_record__open(const char *path, const struct fpt_stress_opts *opts)
{
	record = fopen(path, "we");
	if (!record) {
		fpt_warn("--record %s: %s", path, strerror(errno));
		return -1;
	}
	/* A kernel that crashes leaves what came before. */
	setvbuf(record, NULL, _IOLBF, 0);
	fprintf(record, MAGIC " threads %u files %u\n", opts->threads, opts->files);
	return 0;
}

void fpt_record__step(unsigned int thread, const struct fpt_step *step)
{
	char text[160];

	if (!record)
		return;
	fpt_step__print(text, sizeof(text), thread, step);
	pthread_mutex_lock(&record_lock);
	fprintf(record, "%s\n", text);
	pthread_mutex_unlock(&record_lock);
}

void fpt_record__close(void)
{
	if (record && fclose(record))
		fpt_warn("--record: %s: the file is incomplete", strerror(errno));
	record = NULL;
}

static bool parse_line(const char *line, const struct fpt_stress_opts *opts, struct entry *e)
{
	struct fpt_step *s = &e->step;
	unsigned long long number;
	char op[32];

	if (sscanf(line, "%u %llu %31s name %u %u slot %u %u at %u+%u bits %x", &e->thread, &number,
		   op, &s->name, &s->other, &s->slot, &s->slot2, &s->offset, &s->size,
		   &s->bits) != 10)
		return false;
	s->number = number;
	for (s->op = 0; s->op < FPT_STRESS_OP_MAX; s->op++)
		if (!strcmp(op, fpt_stress_rows[s->op].name))
			break;
	return s->op < FPT_STRESS_OP_MAX && e->thread < opts->threads &&
	       s->slot < opts->threads * FPT_SLOTS && s->slot2 < opts->threads * FPT_SLOTS &&
	       s->size && s->size <= FPT_BUFFER / 2 && s->offset <= FPT_BUFFER;
}

static int add_line(const char *path, unsigned int number, const char *line,
		    const struct fpt_stress_opts *opts)
{
	struct entry entry;

	if (!parse_line(line, opts, &entry)) {
		fpt_warn("--replay %s: line %u is not a step", path, number);
		return -1;
	}
	if (!(n_entries & (n_entries - 1))) {
		struct entry *grown =
			realloc(entries, (n_entries ? n_entries * 2 : 1) * sizeof(entry));

		if (!grown) {
			fpt_warn("--replay %s: out of memory", path);
			return -1;
		}
		entries = grown;
	}
	entries[n_entries++] = entry;
	return 0;
}

int fpt_replay__load(const char *path, struct fpt_stress_opts *opts)
{
	FILE *f = fopen(path, "re");
	unsigned int number = 1;
	char line[256];
	int err = -1;

	if (!f) {
		fpt_warn("--replay %s: %s", path, strerror(errno));
		return -1;
	}
	if (!fgets(line, sizeof(line), f) ||
	    sscanf(line, MAGIC " threads %u files %u", &opts->threads, &opts->files) != 2 ||
	    !opts->threads || opts->threads > FPT_THREADS_MAX || !opts->files) {
		fpt_warn("--replay %s: not a record of " FPT_NAME, path);
		goto out;
	}
	while (fgets(line, sizeof(line), f))
		if (add_line(path, ++number, line, opts))
			goto out;
	err = 0;
out:
	fclose(f);
	return err;
}

static void wait_for_turn(size_t mine)
{
	const struct timespec nap = { .tv_nsec = 20000 };
	uint64_t until = fpt_now() + WAIT_NS;

	while (atomic_load(&turn) < mine && fpt_now() < until)
		nanosleep(&nap, NULL);
}

bool fpt_replay__next(unsigned int thread, struct fpt_step *step)
{
	size_t *at = &next_of[thread], old;

	while (*at < n_entries && entries[*at].thread != thread)
		++*at;
	if (*at == n_entries)
		return false;
	wait_for_turn(*at);
	*step = entries[*at].step;
	++*at;
	/* Never back, for a step that waited too long may be overtaken. */
	old = atomic_load(&turn);
	while (old < *at && !atomic_compare_exchange_weak(&turn, &old, *at))
		;
	return true;
}

void fpt_replay__free(void)
{
	free(entries);
	entries = NULL;
}
