// SPDX-License-Identifier: GPL-2.0-only
/*
 * fusept-stress: from the command line to the counts. Opens everything that is no file of the
 * mount before the first worker starts, and starts and joins the workers.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stress.h"

#define MAKE_TRIES 100u

uint64_t fpt_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static int make_file(struct fpt_run *run, unsigned int number)
{
	static const unsigned char zeros[FPT_BUFFER];
	char name[16];
	int fd = -1;

	fpt_name(number, name);
	/* The expected errors come and go, and this file must be there. */
	for (unsigned int i = 0; fd < 0 && (!i || run->opts.expected[errno]) && i < MAKE_TRIES; i++)
		fd = openat(run->dir_fd, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, zeros, sizeof(zeros)) != sizeof(zeros)) {
		fpt_warn("cannot make %s/%s: %s", run->opts.dir, name, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

static int set_weights(struct fpt_run *run)
{
	bool all = true;

	for (unsigned int op = 0; op < FPT_STRESS_OP_MAX; op++)
		all &= !run->opts.only[op];
	for (unsigned int op = 0; op < FPT_STRESS_OP_MAX; op++) {
		if ((all || run->opts.only[op]) && !run->opts.skip[op])
			run->weight[op] = fpt_stress_rows[op].weight;
		run->total_weight += run->weight[op];
	}
	if (run->total_weight)
		return 0;
	fpt_warn("--only and --skip leave no operation");
	return -1;
}

static int prepare(struct fpt_run *run)
{
	const struct fpt_stress_opts *opts = &run->opts;
	int err;

	run->n_names = 2 * opts->files;
	run->n_slots = FPT_SLOTS * opts->threads;
	if (set_weights(run))
		return -1;
	run->slots = calloc(run->n_slots, sizeof(*run->slots));
	run->workers = calloc(opts->threads, sizeof(*run->workers));
	if (!run->slots || !run->workers) {
		fpt_warn("out of memory");
		return -1;
	}
	for (unsigned int i = 0; i < run->n_slots; i++)
		atomic_init(&run->slots[i], -1);
	run->dir_fd = open(opts->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->dir_fd < 0) {
		fpt_warn("%s: %s", opts->dir, strerror(errno));
		return -1;
	}
	run->drop_fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
	for (unsigned int i = 0; i < opts->files; i++)
		if (make_file(run, i))
			return -1;
	err = fpt_maps__init();
	for (unsigned int i = 0; !err && i < opts->threads; i++)
		err = fpt_worker__init(&run->workers[i], run, i);
	if (err)
		fpt_warn("cannot prepare %u threads: %s: see fs.aio-max-nr and ulimit -n",
			 opts->threads, strerror(-err));
	return err;
}

static int start(struct fpt_run *run)
{
	for (unsigned int i = 0; i < run->opts.threads; i++) {
		struct fpt_worker *w = &run->workers[i];
		int err;

		atomic_fetch_add(&run->running, 1);
		err = pthread_create(&w->thread, NULL, fpt_worker__main, w);
		if (err) {
			fpt_warn("cannot start thread %u: %s: try fewer --threads", i,
				 strerror(err));
			return -1;
		}
	}
	return 0;
}

static uint64_t sum(const struct fpt_run *run, unsigned int op, int err)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < run->opts.threads; i++)
		n += run->workers[i].counts[op].errors[err];
	return n;
}

static void print_counts(const struct fpt_run *run, uint64_t ns)
{
	uint64_t total = 0, unexpected = atomic_load(&run->unexpected);
	double seconds = (double)ns / 1e9;

	printf("%-10s %10s   errors\n", "operation", "done well");
	for (unsigned int op = 0; op < FPT_STRESS_OP_MAX; op++) {
		uint64_t ok = sum(run, op, 0), n;

		total += ok;
		printf("%-10s %10llu  ", fpt_stress_rows[op].name, (unsigned long long)ok);
		for (int err = 1; err < FPT_ERRNO_MAX; err++) {
			n = sum(run, op, err);
			total += n;
			if (n)
				printf(" %s %llu", strerrorname_np(err) ?: "other",
				       (unsigned long long)n);
		}
		printf("\n");
	}
	printf("%llu operations in %.1f s (%.0f/s), %llu unexpected error%s\n",
	       (unsigned long long)total, seconds, (double)total / (seconds > 0 ? seconds : 1),
	       (unsigned long long)unexpected, unexpected == 1 ? "" : "s");
}

static void clean(struct fpt_run *run)
{
	for (unsigned int i = 0; run->workers && i < run->opts.threads; i++)
		fpt_worker__destroy(&run->workers[i]);
	for (unsigned int i = 0; run->slots && i < run->n_slots; i++)
		if (atomic_load(&run->slots[i]) >= 0)
			close(atomic_load(&run->slots[i]));
	free(run->workers);
	free(run->slots);
	fpt_record__close();
	fpt_replay__free();
}

/* Everything, in a process of its own. done_fd gets a byte when that cannot end by itself. */
static int stress(const struct fpt_stress_opts *opts, int done_fd)
{
	struct fpt_run run = { .opts = *opts, .dir_fd = -1, .drop_fd = -1 };
	int code = FPT_EXIT_USAGE;
	uint64_t began;

	if (opts->replay && fpt_replay__load(opts->replay, &run.opts))
		goto out;
	if (opts->record && fpt_record__open(opts->record, &run.opts))
		goto out;
	if (prepare(&run))
		goto out;
	began = fpt_now();
	code = FPT_EXIT_FAILED;
	/* Threads that run, or hang, must find everything as it is. */
	if (start(&run) || !fpt_watchdog(&run)) {
		fpt_record__close();
		fflush(stdout);
		if (write(done_fd, "", 1) != 1)
			fpt_warn("the parent process is gone");
		_exit(code);
	}
	for (unsigned int i = 0; i < run.opts.threads; i++)
		pthread_join(run.workers[i].thread, NULL);
	print_counts(&run, fpt_now() - began);
	code = atomic_load(&run.unexpected) ? FPT_EXIT_FAILED : 0;
out:
	clean(&run);
	return code;
}

/* A process with a task stuck in the kernel does not end, so another one waits for it, or not. */
static int supervise(const struct fpt_stress_opts *opts)
{
	int fds[2], status, code = FPT_EXIT_FAILED;
	unsigned char byte;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC)) {
		fpt_warn("pipe: %s", strerror(errno));
		return FPT_EXIT_USAGE;
	}
	pid = fork();
	if (pid < 0) {
		fpt_warn("fork: %s", strerror(errno));
		return FPT_EXIT_USAGE;
	}
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(fds[0]);
		code = stress(opts, fds[1]);
		fflush(stdout);
		_exit(code);
	}
	close(fds[1]);
	if (read(fds[0], &byte, 1) == 1) {
		fpt_warn("process %d is left in the kernel", pid);
		return code;
	}
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		code = WEXITSTATUS(status);
	else
		fpt_warn("process %d was killed", pid);
	return code;
}

int main(int argc, char **argv)
{
	struct fpt_stress_opts opts;
	bool done;

	if (fpt_stress_opts__parse(&opts, argc, argv, &done))
		return FPT_EXIT_USAGE;
	return done ? 0 : supervise(&opts);
}
