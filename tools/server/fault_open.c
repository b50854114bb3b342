// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults around open files: one function per fault and hook, each named after the fault's id.
 * Those about the answer to an open run with the node's lock held.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "backing.h"
#include "fault.h"

/* Passthrough with an id that the fault brings along. */
static void set_id(struct fpt_open *o, int32_t id)
{
	o->fopen |= FOPEN_PASSTHROUGH;
	o->own_backing = true;
	o->backing_id = id;
}

void fpt_f18_choose(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	if (o->earlier)
		o->fopen = 0;
}

void fpt_f19_choose(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	o->fopen = o->earlier ? FOPEN_PASSTHROUGH : 0;
}

static void use_own_id(struct fpt_open *o, int32_t id)
{
	if (id < 0) {
		o->error = id;
		return;
	}
	o->file->own_id = id;
	o->fopen |= FOPEN_PASSTHROUGH;
	o->backing_id = id;
}

void fpt_f20_choose(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	o->own_backing = o->earlier && o->fopen & FOPEN_PASSTHROUGH;
}

void fpt_f20_answer(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	if (o->earlier && o->fopen & FOPEN_PASSTHROUGH)
		use_own_id(o, fpt_backing__register_other(o->server));
}

void fpt_f21_answer(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	if (o->earlier && o->fopen & FOPEN_PASSTHROUGH)
		use_own_id(o, fpt_backing__register_node(o->server, o->node, 0));
}

void fpt_f22_choose(struct fpt_fault *f, struct fpt_open *o)
{
	set_id(o, (int32_t)f->number);
}

void fpt_f23_choose(struct fpt_fault *f, struct fpt_open *o)
{
	int32_t id = (int32_t)f->number;

	if (!*f->value) {
		id = fpt_backing__register_node(o->server, o->node, 0);
		if (id < 0) {
			o->error = id;
			return;
		}
		fpt_backing__unregister(o->server, id);
	}
	set_id(o, id);
}

void fpt_f24_answer(struct fpt_fault *f, struct fpt_open *o)
{
	struct fpt_node *node = o->node;

	if (!o->earlier || !node->backing_id)
		return;
	if (!node->backing_stale)
		fpt_backing__unregister(o->server, node->backing_id);
	node->backing_stale = true;
	if (!strcmp(f->value, "reregister"))
		use_own_id(o, fpt_backing__register_node(o->server, node, 0));
}

void fpt_f25_answer(struct fpt_fault *f, struct fpt_open *o)
{
	static const struct {
		const char *value;
		uint32_t flag;
	} known[] = {
		{ "keep-cache", FOPEN_KEEP_CACHE },
		{ "stream", FOPEN_STREAM },
		{ "nonseekable", FOPEN_NONSEEKABLE },
		{ "cache-dir", FOPEN_CACHE_DIR },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].value, f->value))
			o->fopen |= known[i].flag;
}

void fpt_f26_choose(struct fpt_fault *f, struct fpt_open *o)
{
	set_id(o, (int32_t)f->number);
}

void fpt_f30_choose(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	if (o->earlier)
		o->fopen = FOPEN_DIRECT_IO;
}

void fpt_f31_choose(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	o->fopen = o->earlier ? FOPEN_PASSTHROUGH : FOPEN_DIRECT_IO;
}

void fpt_f32_choose(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	o->fopen = FOPEN_PASSTHROUGH | FOPEN_DIRECT_IO | FOPEN_PARALLEL_DIRECT_WRITES;
}

void fpt_f33_answer(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	o->fopen &= ~(uint32_t)FOPEN_PASSTHROUGH;
}

void fpt_f34_choose(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	if (o->earlier)
		o->error = -ENOSYS;
}

void fpt_f35_choose(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	if (o->flags & O_TRUNC && !o->create)
		set_id(o, 0);
}

void fpt_f36_choose(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f;
	if (o->create)
		set_id(o, 0);
}

static void sleep_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

void fpt_f37_answer(struct fpt_fault *f, struct fpt_open *o)
{
	(void)o;
	sleep_ms(f->number);
}

/* For this thread alone. */
static bool set_admin(bool on)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];

	if (syscall(SYS_capget, &header, caps))
		return false;
	if (on)
		caps[0].effective |= 1u << CAP_SYS_ADMIN;
	else
		caps[0].effective &= ~(1u << CAP_SYS_ADMIN);
	return !syscall(SYS_capset, &header, caps);
}

void fpt_f38_choose(struct fpt_fault *f, struct fpt_open *o)
{
	int fd = -1, pipe_fds[2] = { -1, -1 };

	if (!strcmp(f->value, "directory"))
		fd = openat(o->server->backing_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	else if (!strcmp(f->value, "fifo") && !pipe2(pipe_fds, O_CLOEXEC))
		fd = pipe_fds[0];
	else if (!strcmp(f->value, "padding"))
		fpt_backing__register_node(o->server, o->node, 1);
	else if (!strcmp(f->value, "no-admin") && set_admin(false)) {
		fpt_backing__register_node(o->server, o->node, 0);
		set_admin(true);
	}
	if (fd >= 0 || !strcmp(f->value, "closed-fd"))
		fpt_backing__register(o->server, fd);
	if (fd >= 0)
		close(fd);
	if (pipe_fds[1] >= 0)
		close(pipe_fds[1]);
}

void fpt_f42_choose(struct fpt_fault *f, struct fpt_open *o)
{
	(void)f, (void)o;
	kill(getpid(), SIGKILL);
}

void fpt_f43_write(struct fpt_fault *f, int fd)
{
	(void)fd;
	sleep_ms(f->number);
}

void fpt_f44_write(struct fpt_fault *f, int fd)
{
	(void)f;
	if (!flock(fd, LOCK_SH))
		flock(fd, LOCK_UN);
}
