// SPDX-License-Identifier: GPL-2.0-only
/*
 * fusept-server: a passthrough file system straight on the FUSE device. From the command line
 * to the exit code; the work is done in session.c and below.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "creds.h"
#include "fault.h"
#include "init.h"
#include "log.h"
#include "mount.h"
#include "session.h"

/* Each node holds a descriptor. */
#define WANTED_FILES 1048576

static void raise_limit(void)
{
	struct rlimit limit = { WANTED_FILES, WANTED_FILES }, now;

	if (!setrlimit(RLIMIT_NOFILE, &limit) || getrlimit(RLIMIT_NOFILE, &now))
		return;
	now.rlim_cur = now.rlim_max;
	setrlimit(RLIMIT_NOFILE, &now);
}

/* In the child: *ready_fd, where to tell that the mount is usable. In the parent: the exit code. */
static int go_background(int *ready_fd)
{
	int fds[2], status, code = FPT_EXIT_USAGE;
	unsigned char byte;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC)) {
		fpt_warn("--background: pipe: %s", strerror(errno));
		return FPT_EXIT_USAGE;
	}
	pid = fork();
	if (pid < 0) {
		fpt_warn("--background: fork: %s", strerror(errno));
		return FPT_EXIT_USAGE;
	}
	if (!pid) {
		close(fds[0]);
		setsid();
		*ready_fd = fds[1];
		return -1;
	}
	close(fds[1]);
	if (read(fds[0], &byte, 1) == 1)
		code = 0;
	else if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		code = WEXITSTATUS(status);
	return code;
}

static int write_pid(const char *path)
{
	FILE *f = path ? fopen(path, "we") : NULL;

	if (!path)
		return 0;
	if (!f || fprintf(f, "%d\n", getpid()) < 0 || fflush(f)) {
		fpt_warn("pid file %s: %s", path, strerror(errno));
		if (f)
			fclose(f);
		return -1;
	}
	fclose(f);
	return 0;
}

/* Lets go of the caller's descriptors, or a script reading them would wait for the server. */
static void say_ready(int ready_fd)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (ready_fd < 0 || null_fd < 0)
		return;
	dup2(null_fd, STDIN_FILENO);
	dup2(null_fd, STDOUT_FILENO);
	dup2(fpt_log__fd() >= 0 ? fpt_log__fd() : null_fd, STDERR_FILENO);
	close(null_fd);
	if (write(ready_fd, "", 1) != 1)
		fpt_warn("--background: the parent process is gone");
	close(ready_fd);
}

static int check_environment(const struct fpt_opts *opts)
{
	int err;

	if (geteuid()) {
		fpt_warn("must run as root: it mounts, and registers backing files");
		return -1;
	}
	if (access("/proc/self/fd", X_OK)) {
		fpt_warn("/proc/self/fd: %s: mount /proc", strerror(errno));
		return -1;
	}
	err = fpt_creds__init();
	if (err) {
		fpt_warn("securebits: %s: the server must keep its capabilities", strerror(-err));
		return -1;
	}
	err = opts->log || opts->verbose > 0 ? fpt_log__open(opts->log) : 0;
	if (err) {
		fpt_warn("log %s: %s", opts->log ? opts->log : "on standard error", strerror(-err));
		return -1;
	}
	fpt_fault__log();
	raise_limit();
	return 0;
}

static int serve(struct fpt_server *server, int ready_fd)
{
	const struct fpt_opts *opts = server->opts;
	int code = FPT_EXIT_USAGE;

	fpt_session__block_signals();
	if (fpt_mount(server))
		return code;
	if (fpt_node__init(server->backing_fd) || fpt_session__init(server))
		goto out;
	if (opts->verbose >= 0)
		fpt_init__report(server);
	if (write_pid(opts->pidfile))
		goto out;
	if (!fpt_session__start(server)) {
		say_ready(ready_fd);
		code = fpt_session__wait();
	}
	if (opts->pidfile)
		unlink(opts->pidfile);
out:
	if (!fpt_session__stop(server))
		_exit(code);
	return code;
}

int main(int argc, char **argv)
{
	struct fpt_opts opts;
	struct fpt_server server = { .opts = &opts, .dev_fd = -1, .backing_fd = -1 };
	int code = FPT_EXIT_USAGE, ready_fd = -1;
	bool done;

	if (fpt_opts__parse(&opts, argc, argv, &done))
		goto out;
	if (done) {
		code = 0;
		goto out;
	}
	if (check_environment(&opts))
		goto out;
	if (opts.background) {
		code = go_background(&ready_fd);
		if (ready_fd < 0)
			goto out;
	}
	server.valid_sec = (uint64_t)opts.timeout;
	server.valid_nsec = (uint32_t)((opts.timeout - (double)server.valid_sec) * 1e9);
	fpt_init__find_bit(&server);
	code = serve(&server, ready_fd);
	free(server.mountpoint);
	fpt_log__close();
out:
	fpt_opts__free(&opts);
	return code;
}
