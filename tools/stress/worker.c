// SPDX-License-Identifier: GPL-2.0-only
/*
 * A worker: makes or fetches its steps, runs them, and counts results. Steps come from the
 * thread's own generator alone, so a seed gives each thread the same ones again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stress.h"

#define ROW(name, weight, help, ...) { #name, weight, help, fpt_op_##name, { __VA_ARGS__, 0 } },
const struct fpt_stress_row fpt_stress_rows[FPT_STRESS_OP_MAX] = { FPT_STRESS_OPS(ROW) };
#undef ROW

/* splitmix64 */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

int fpt_worker__init(struct fpt_worker *w, struct fpt_run *run, unsigned int index)
{
	const struct fpt_stress_opts *opts = &run->opts;

	w->run = run;
	w->index = index;
	w->random = opts->seed;
	w->random = draw(&w->random) ^ index;
	w->steps = opts->ops / opts->threads + (index < opts->ops % opts->threads);
	w->pipe[0] = w->pipe[1] = -1;
	w->buffer = aligned_alloc(FPT_PAGE, FPT_BUFFER);
	if (!w->buffer)
		return -ENOMEM;
	memset(w->buffer, 'a' + (int)(index % 26), FPT_BUFFER);
	if (pipe2(w->pipe, O_CLOEXEC | O_NONBLOCK) || syscall(SYS_io_setup, 2, &w->aio))
		return -errno;
	return 0;
}

void fpt_worker__destroy(struct fpt_worker *w)
{
	if (w->aio)
		syscall(SYS_io_destroy, w->aio);
	for (unsigned int i = 0; i < 2 && w->run; i++)
		if (w->pipe[i] >= 0)
			close(w->pipe[i]);
	free(w->buffer);
}

static enum fpt_stress_op pick_op(const struct fpt_run *run, uint32_t random)
{
	unsigned int at = random % run->total_weight, op = 0;

	while (at >= run->weight[op])
		at -= run->weight[op++];
	return op;
}

/* Mostly the thread's own descriptors, now and then anybody's. */
static unsigned int pick_slot(const struct fpt_worker *w, unsigned int random)
{
	if (random & 7)
		return w->index * FPT_SLOTS + (random >> 3) % FPT_SLOTS;
	return (random >> 3) % w->run->n_slots;
}

static void make_step(struct fpt_worker *w, uint64_t number, struct fpt_step *step)
{
	uint64_t a = draw(&w->random), b = draw(&w->random), c = draw(&w->random);

	*step = (struct fpt_step){
		.number = number,
		.op = pick_op(w->run, (uint32_t)a),
		.name = (a >> 32 & 0xffff) % w->run->n_names,
		.other = (a >> 48) % w->run->n_names,
		.slot = pick_slot(w, b & 0xffff),
		.slot2 = pick_slot(w, b >> 16 & 0xffff),
		.bits = b >> 32,
		.offset = (uint32_t)c % FPT_BUFFER,
		.size = (c >> 32) % (FPT_BUFFER / 4) + 1,
	};
	/* Small ones stay within the file, where direct writes may be parallel. */
	if (c >> 61 & 1) {
		step->offset %= 2 * FPT_PAGE;
		step->size = step->size % FPT_PAGE + 1;
	}
	/* Direct I/O on the backing file may need whole blocks. */
	if (c >> 62) {
		step->offset &= ~(FPT_PAGE - 1);
		step->size = (step->size + FPT_PAGE - 1) & ~(FPT_PAGE - 1);
	}
}

int fpt_step__print(char *out, size_t size, unsigned int thread, const struct fpt_step *s)
{
	return snprintf(out, size, "%u %llu %s name %u %u slot %u %u at %u+%u bits %x", thread,
			(unsigned long long)s->number, fpt_stress_rows[s->op].name, s->name,
			s->other, s->slot, s->slot2, s->offset, s->size, s->bits);
}

static bool legal(const struct fpt_run *run, enum fpt_stress_op op, int err)
{
	const int *at = fpt_stress_rows[op].legal;

	if (run->opts.expected[err])
		return true;
	while (*at && *at != err)
		at++;
	return *at;
}

static const char *errno_name(int err)
{
	return strerrorname_np(err) ?: "unknown";
}

static void count(struct fpt_worker *w, const struct fpt_step *step, int64_t ret)
{
	struct fpt_counts *counts = &w->counts[step->op];
	int err = ret >= 0 ? 0 : -ret < FPT_ERRNO_MAX ? (int)-ret : FPT_ERRNO_MAX - 1;
	char text[160];

	counts->errors[err]++;
	if (!err || legal(w->run, step->op, err))
		return;
	/* The first of each thread, operation and error is told, the others are counted. */
	atomic_fetch_add(&w->run->unexpected, 1);
	if (counts->errors[err] > 1)
		return;
	fpt_step__print(text, sizeof(text), w->index, step);
	fpt_warn("unexpected %s (%s) of step %s", errno_name(err), strerror(err), text);
}

static void run_step(struct fpt_worker *w, const struct fpt_step *step)
{
	char text[160];
	int64_t ret;

	w->step = *step;
	atomic_store(&w->began, fpt_now());
	ret = fpt_stress_rows[step->op].fn(w, step);
	atomic_store(&w->began, 0);
	atomic_fetch_add_explicit(&w->done, 1, memory_order_relaxed);
	count(w, step, ret);
	if (!w->run->opts.verbose)
		return;
	fpt_step__print(text, sizeof(text), w->index, step);
	if (ret < 0)
		printf("%s = %s\n", text, errno_name((int)-ret));
	else
		printf("%s = %lld\n", text, (long long)ret);
}

void *fpt_worker__main(void *arg)
{
	struct fpt_worker *w = arg;
	struct fpt_step step;

	w->tid = gettid();
	if (w->run->opts.replay) {
		while (fpt_replay__next(w->index, &step))
			run_step(w, &step);
	} else {
		for (uint64_t i = 0; i < w->steps; i++) {
			make_step(w, i, &step);
			fpt_record__step(w->index, &step);
			run_step(w, &step);
		}
	}
	/* Closing may hang like any other operation: it is watched as one. */
	run_step(w, &(struct fpt_step){ .op = FPT_STRESS_letgo, .number = w->steps });
	atomic_fetch_sub(&w->run->running, 1);
	return NULL;
}
