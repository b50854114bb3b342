// SPDX-License-Identifier: GPL-2.0-only
/* Starts the traced command and learns how it ended. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void child(struct fpt_command *command, int gate)
{
	char byte;

	if (read(gate, &byte, 1) != 1)
		_exit(0);
	execvp(command->argv[0], command->argv);
	fprintf(stderr, "fusept-trace: cannot run %s: %s\n", command->argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

int fpt_command__prepare(struct fpt_command *command, char **argv)
{
	int gate[2];

	memset(command, 0, sizeof(*command));
	command->argv = argv;
	if (pipe2(gate, O_CLOEXEC) < 0)
		return -errno;
	command->pid = fork();
	if (command->pid < 0) {
		int err = -errno;

		close(gate[0]);
		close(gate[1]);
		command->pid = 0;
		return err;
	}
	if (command->pid == 0) {
		close(gate[1]);
		child(command, gate[0]);
	}
	close(gate[0]);
	command->gate = gate[1];
	return 0;
}

void fpt_command__go(struct fpt_command *command)
{
	if (!command->pid)
		return;
	/* If the child is gone already, its status tells. */
	if (write(command->gate, "", 1) < 0)
		perror("fusept-trace: cannot start the command");
	close(command->gate);
}

void fpt_command__look(struct fpt_command *command)
{
	int status;

	if (!command->pid || command->done || waitpid(command->pid, &status, WNOHANG) <= 0)
		return;
	command->done = true;
	command->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void fpt_command__cancel(struct fpt_command *command)
{
	if (!command->pid)
		return;
	close(command->gate);
	waitpid(command->pid, NULL, 0);
	command->pid = 0;
}

void fpt_command__line(char *const argv[], char *out, size_t size)
{
	size_t used = 0;
	int i;

	for (i = 0; argv[i] && used < size; i++) {
		const char *quote =
			!*argv[i] || strpbrk(argv[i], " \t\n'\"$`\\*?[](){};&|<>#~") ? "'" : "";

		used += (size_t)snprintf(out + used, size - used, "%s%s%s%s", i ? " " : "", quote,
					 argv[i], quote);
	}
}

void fpt_command__words(const struct fpt_command *command, char *out, size_t size)
{
	if (!command->done)
		snprintf(out, size, "%s still runs (pid %d)", command->argv[0], (int)command->pid);
	else if (command->status > 128)
		snprintf(out, size, "%s ended by signal %d (%s)", command->argv[0],
			 command->status - 128, strsignal(command->status - 128));
	else
		snprintf(out, size, "%s ended with exit status %d", command->argv[0],
			 command->status);
}
