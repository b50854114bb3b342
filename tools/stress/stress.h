/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of fusept-stress share: options, the step (one operation with everything that is
 * random about it), the worker that runs steps, and the run all workers are part of.
 */
#ifndef FPT_STRESS_H
#define FPT_STRESS_H

#include <linux/aio_abi.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ops.def"

#define FPT_NAME "fusept-stress"

#define FPT_EXIT_FAILED 1
#define FPT_EXIT_USAGE 2

#define FPT_PAGE 4096u
#define FPT_BUFFER 65536u /* the longest read or write; a pipe holds as much */
#define FPT_FILE_MAX (4 * FPT_BUFFER)
#define FPT_SLOTS 2u /* descriptors a thread owns, and as many mappings */
#define FPT_THREADS_MAX 256u
#define FPT_ERRNO_MAX 134

#define FPT_OP_NUMBER(name, weight, help, ...) FPT_STRESS_##name,
enum fpt_stress_op { FPT_STRESS_OPS(FPT_OP_NUMBER) FPT_STRESS_OP_MAX };
#undef FPT_OP_NUMBER

struct fpt_stress_opts {
	const char *dir;
	uint64_t ops;
	uint64_t seed;
	unsigned int threads;
	unsigned int files;
	unsigned int limit; /* seconds an operation may take */
	unsigned int progress; /* seconds between two lines about it; 0: none */
	const char *record;
	const char *replay;
	bool only[FPT_STRESS_OP_MAX]; /* none set: all */
	bool skip[FPT_STRESS_OP_MAX];
	bool expected[FPT_ERRNO_MAX]; /* legal whatever the operation */
	bool verbose;
};

/* One operation. It depends on seed, thread and number alone, never on what others do. */
struct fpt_step {
	uint64_t number; /* counted from 0 in each thread */
	enum fpt_stress_op op;
	unsigned int name, other; /* numbers of names */
	unsigned int slot, slot2; /* numbers of descriptors, of all threads' */
	unsigned int offset, size; /* bytes */
	unsigned int bits; /* whatever else is to be decided */
};

struct fpt_map {
	unsigned char *at; /* NULL: none */
	size_t size;
	int prot;
};

struct fpt_counts {
	uint64_t errors[FPT_ERRNO_MAX]; /* [0]: done well */
};

struct fpt_run;

struct fpt_worker {
	struct fpt_run *run;
	pthread_t thread;
	unsigned int index;
	int tid;
	uint64_t random; /* state of the generator */
	uint64_t steps; /* to run */
	int pipe[2];
	aio_context_t aio;
	unsigned char *buffer;
	struct fpt_map maps[FPT_SLOTS];
	struct fpt_counts counts[FPT_STRESS_OP_MAX];
	/* for the watchdog */
	atomic_uint_fast64_t done;
	struct fpt_step step;
	atomic_uint_fast64_t began; /* ns; 0: between two steps */
	bool named; /* as stuck */
};

struct fpt_run {
	struct fpt_stress_opts opts;
	struct fpt_worker *workers;
	unsigned int n_names, n_slots;
	atomic_int *slots; /* descriptors; -1: none. Any thread may close any. */
	int dir_fd;
	int drop_fd; /* drop_caches; -1: not root */
	unsigned int total_weight, weight[FPT_STRESS_OP_MAX];
	atomic_uint running;
	atomic_uint_fast64_t unexpected;
};

/* An operation returns what its system call returned, or -errno. */
typedef int64_t fpt_stress_fn(struct fpt_worker *w, const struct fpt_step *step);

struct fpt_stress_row {
	const char *name;
	unsigned int weight;
	const char *help;
	fpt_stress_fn *fn;
	int legal[8]; /* errnos that others' operations may cause; 0 ends */
};
extern const struct fpt_stress_row fpt_stress_rows[FPT_STRESS_OP_MAX];

#define FPT_OP_DECLARE(name, weight, help, ...) fpt_stress_fn fpt_op_##name;
FPT_STRESS_OPS(FPT_OP_DECLARE)
#undef FPT_OP_DECLARE

/* "f3" */
const char *fpt_name(unsigned int number, char out[16]);
/* Catches SIGBUS in touched mappings. Returns 0 or -errno. */
int fpt_maps__init(void);
/* Closes the worker's descriptors and removes its mappings. */
void fpt_letgo(struct fpt_worker *w);

__attribute__((format(printf, 1, 2))) void fpt_warn(const char *fmt, ...);
uint64_t fpt_now(void);

/* opts.c. Returns 0, or -1 after a message; *done: nothing is left to do. */
int fpt_stress_opts__parse(struct fpt_stress_opts *opts, int argc, char **argv, bool *done);

/* worker.c */
int fpt_worker__init(struct fpt_worker *w, struct fpt_run *run, unsigned int index);
void fpt_worker__destroy(struct fpt_worker *w);
void *fpt_worker__main(void *arg);
/* Into out, as it stands in a record. */
int fpt_step__print(char *out, size_t size, unsigned int thread, const struct fpt_step *step);

/* record.c. open and load return 0, or -1 after a message. */
int fpt_record__open(const char *path, const struct fpt_stress_opts *opts);
void fpt_record__step(unsigned int thread, const struct fpt_step *step);
void fpt_record__close(void);
int fpt_replay__load(const char *path, struct fpt_stress_opts *opts);
/* The thread's next step, once those recorded before it have begun; false: none is left. */
bool fpt_replay__next(unsigned int thread, struct fpt_step *step);
void fpt_replay__free(void);

/* watchdog.c: returns when all workers have ended; false: some never will. */
bool fpt_watchdog(struct fpt_run *run);

#endif
