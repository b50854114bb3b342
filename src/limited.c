// SPDX-License-Identifier: GPL-2.0-only
#include "limited.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define STRING_(number) #number
#define STRING(number) STRING_(number)

/* Bytes of private memory in use; those of a tool that read a large log are many. */
static rlim_t used(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long long pages = 0;

	if (file && fscanf(file, "%*u %*u %*u %*u %*u %llu", &pages) != 1)
		pages = 0;
	if (file)
		fclose(file);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void limit(int what, rlim_t most)
{
	const struct rlimit wanted = { .rlim_cur = most, .rlim_max = most };

	setrlimit(what, &wanted);
}

static void begin_child(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	/* Whoever has no more memory says so on standard error, and dumps core. */
	if (null >= 0)
		dup2(null, STDERR_FILENO);
	signal(SIGXCPU, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, FPT_LIMITED_SECONDS);
	limit(RLIMIT_DATA, used() + ((rlim_t)FPT_LIMITED_MIB << 20));
}

int fpt_limited__start(struct fpt_limited *child, void (*work)(void *context, int to),
		       void *context)
{
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	child->pid = fork();
	if (child->pid == 0) {
		close(ends[0]);
		begin_child();
		work(context, ends[1]);
		_exit(0); /* what stdio still has is the parent's to write */
	}
	err = child->pid < 0 ? -errno : 0;
	close(ends[1]);
	child->from = ends[0];
	if (err)
		close(ends[0]);
	return err;
}

bool fpt_limited__read(const struct fpt_limited *child, void *bytes, size_t size)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = read(child->from, (char *)bytes + done, size - done);
		if (n == 0 || (n < 0 && errno != EINTR))
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

bool fpt_limited__write(int to, const void *bytes, size_t size)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = write(to, (const char *)bytes + done, size - done);
		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

const char *fpt_limited__finish(struct fpt_limited *child)
{
	int status = 0;
	pid_t pid;

	close(child->from);
	do
		pid = waitpid(child->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return NULL;
	/* Both limits of the processor's time are one: the kernel may send either signal. */
	if (pid > 0 && WIFSIGNALED(status) &&
	    (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
		return "no result within " STRING(FPT_LIMITED_SECONDS) " s of processor time";
	if (pid > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
		return "no result within " STRING(FPT_LIMITED_MIB) " MiB of memory";
	return "no result: the process crashed";
}
