/* SPDX-License-Identifier: GPL-2.0-only */
/* "-- CMD": a child that waits at its start until tracing has begun. */
#ifndef FPT_COMMAND_H
#define FPT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct fpt_command {
	char **argv;
	pid_t pid; /* 0: none */
	int gate; /* writing a byte lets it go */
	bool done;
	int status; /* 0 to 255, 128 + N for signal N; valid when done */
};

/* Forks it, held back.  0 or -errno. */
int fpt_command__prepare(struct fpt_command *command, char **argv);
/* Lets it run. */
void fpt_command__go(struct fpt_command *command);
/* Looks whether it has ended; does not wait. */
void fpt_command__look(struct fpt_command *command);
/* Never let go: it ends without having run. */
void fpt_command__cancel(struct fpt_command *command);
/* All its words, for people: those that a shell would act on stand in quotes. */
void fpt_command__line(char *const argv[], char *out, size_t size);
/* "cat ended with exit status 1" for the summary */
void fpt_command__words(const struct fpt_command *command, char *out, size_t size);

#endif
