/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line, parsed once and read-only afterwards, and the table of open modes.
 */
#ifndef FPT_SERVER_OPTS_H
#define FPT_SERVER_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FPT_NAME "fusept-server"

/* The exit code for bad usage or an unsuitable environment. */
#define FPT_EXIT_USAGE 2

enum fpt_ino_request { FPT_INO_AUTO, FPT_INO_ON, FPT_INO_OFF };

struct fpt_mode {
	const char *name;
	uint32_t fopen; /* FOPEN_ flags of an open reply */
	const char *help;
};

struct fpt_mode_rule {
	const char *glob;
	const struct fpt_mode *mode;
};

struct fpt_opts {
	const char *dev;
	const char *fstype; /* basename of dev */
	const char *backing;
	const char *mountpoint;
	const char *pidfile;
	const char *log;
	const struct fpt_mode *mode; /* NULL: random */
	uint64_t mode_seed;
	unsigned int mode_set; /* of which a random mode is one */
	uint64_t delay_seed;
	unsigned int delay_us; /* the longest delay of a reply */
	struct fpt_mode_rule *rules;
	size_t n_rules;
	enum fpt_ino_request ino;
	int ino_bit; /* -1: ask the kernel */
	unsigned int stack_depth;
	unsigned int threads;
	double timeout; /* seconds an entry or attributes stay valid */
	bool writeback;
	bool background;
	int verbose;
};

/* Returns 0, or -1 after a message; *done is set when there is nothing left to do (-h). */
int fpt_opts__parse(struct fpt_opts *opts, int argc, char **argv, bool *done);
void fpt_opts__free(struct fpt_opts *opts);

/* The mode for a file of this name; NULL: random. */
const struct fpt_mode *fpt_opts__mode(const struct fpt_opts *opts, const char *name);

/* Of n names (by get), the one nearest to word; NULL when none resembles it. */
const char *fpt_opts__nearest(const char *word, const char *(*get)(size_t i));

/* One line on standard error, with the program's name in front. */
__attribute__((format(printf, 1, 2))) void fpt_warn(const char *fmt, ...);

#endif
