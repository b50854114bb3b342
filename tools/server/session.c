// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads and signals. Each thread reads requests from a descriptor of its own and serves them
 * one by one; the main thread waits for the end.
 */
#include "session.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "creds.h"
#include "mount.h"

/* What a thread sends the main one when the connection has ended. */
#define SIG_ENDED SIGUSR1
/* How long the threads may take to see the end of the connection. */
#define JOIN_SECONDS 5

struct worker {
	struct fpt_server *server;
	pthread_t thread;
	int fd;
	void *in;
	void *out;
};

static struct worker *workers;
static unsigned int n_workers;
static pthread_t main_thread;
static atomic_bool device_failed;
static sigset_t signals;

void fpt_session__block_signals(void)
{
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIG_ENDED);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static int alloc_buffers(struct worker *w)
{
	w->in = aligned_alloc(4096, FPT_IN_SIZE);
	w->out = aligned_alloc(4096, FPT_OUT_SIZE);
	return w->in && w->out ? 0 : -ENOMEM;
}

static void free_buffers(struct worker *w)
{
	free(w->in);
	free(w->out);
	w->in = NULL;
	w->out = NULL;
}

/* Serves one request. Returns 0, or -errno when the connection has ended or failed. */
static int serve_one(struct worker *w)
{
	ssize_t n = read(w->fd, w->in, FPT_IN_SIZE);

	if (n >= 0)
		return fpt_dispatch(w->server, w->fd, w->in, (size_t)n, w->out);
	/* ENOENT: the request was taken back while it was being read. */
	if (errno == EINTR || errno == EAGAIN || errno == ENOENT)
		return 0;
	return -errno;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	int err = fpt_creds__thread();

	while (!err)
		err = serve_one(w);
	/* ENODEV: unmounted. ECONNABORTED: aborted through sysfs. */
	if (err != -ENODEV && err != -ECONNABORTED) {
		fpt_warn("%s: %s: the server gives up", w->server->opts->dev, strerror(-err));
		atomic_store(&device_failed, true);
	}
	pthread_kill(main_thread, SIG_ENDED);
	return NULL;
}

int fpt_session__init(struct fpt_server *server)
{
	struct worker w = { .server = server, .fd = server->dev_fd };
	int err = alloc_buffers(&w);

	while (!err && !server->init_done)
		err = serve_one(&w);
	free_buffers(&w);
	if (err) {
		fpt_warn("%s: INIT: %s: is this kernel's FUSE 7.31 or later?", server->opts->dev,
			 strerror(-err));
		return -1;
	}
	return 0;
}

int fpt_session__start(struct fpt_server *server)
{
	main_thread = pthread_self();
	workers = calloc(server->opts->threads, sizeof(*workers));
	if (!workers) {
		fpt_warn("out of memory");
		return -1;
	}
	for (unsigned int i = 0; i < server->opts->threads; i++) {
		struct worker *w = &workers[i];
		int err;

		w->server = server;
		w->fd = i ? fpt_mount__clone(server) : server->dev_fd;
		err = alloc_buffers(w) ? ENOMEM : pthread_create(&w->thread, NULL, work, w);
		if (err) {
			free_buffers(w);
			fpt_warn("cannot start thread %u: %s: try fewer --threads", i,
				 strerror(err));
			return -1;
		}
		n_workers++;
	}
	return 0;
}

/* False when a thread is stuck in a request. */
static bool join_workers(void)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += JOIN_SECONDS;
	for (unsigned int i = 0; i < n_workers; i++) {
		if (pthread_timedjoin_np(workers[i].thread, NULL, &until))
			return false;
		if (workers[i].fd != workers[i].server->dev_fd)
			close(workers[i].fd);
		free_buffers(&workers[i]);
	}
	free(workers);
	workers = NULL;
	return true;
}

int fpt_session__wait(void)
{
	int sig;

	sigwait(&signals, &sig);
	return atomic_load(&device_failed) ? 1 : 0;
}

bool fpt_session__stop(struct fpt_server *server)
{
	if (!fpt_unmount(server) || !join_workers())
		return false;
	fpt_node__destroy();
	return true;
}
