// SPDX-License-Identifier: GPL-2.0-only
/*
 * How an open is answered: the mode, the backing id, and what the faults make of them. The
 * kernel keeps one mode per inode, so the first open of a node decides for those beside it.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backing.h"
#include "fault.h"
#include "file.h"
#include "mode.h"

static void say_fallback(const struct fpt_server *server, const struct fpt_node *node, int err)
{
	static atomic_flag said = ATOMIC_FLAG_INIT;

	if (atomic_flag_test_and_set(&said) || server->opts->verbose < 0)
		return;
	if (!(server->init.requested & FUSE_PASSTHROUGH))
		fpt_warn("passthrough was not requested: files are opened without it (said once)");
	else
		fpt_warn("BACKING_OPEN of ino %llu: %s: opened without passthrough (said once)",
			 (unsigned long long)node->ino, strerror(-err));
}

/* Attaches the node's backing id, or takes passthrough out of the mode. */
static void attach(struct fpt_open *o)
{
	int err = fpt_backing__get(o->server, o->node);

	if (err) {
		say_fallback(o->server, o->node, err);
		o->fopen &= ~(uint32_t)FOPEN_PASSTHROUGH;
		if (!o->earlier)
			o->node->fopen = o->fopen;
		return;
	}
	o->file->holds_backing = true;
	o->backing_id = o->node->backing_id;
}

/* Gives back what the file holds of backing ids. node->lock is held. */
static void detach(struct fpt_server *server, struct fpt_file *file)
{
	if (file->holds_backing)
		fpt_backing__put(server, file->node);
	if (file->own_id > 0)
		fpt_backing__unregister(server, file->own_id);
	file->holds_backing = false;
	file->own_id = 0;
}

/* The FOPEN_ flags of one more open: the first decides what goes with it. node->lock is held. */
static uint32_t choose(const struct fpt_opts *opts, struct fpt_node *node)
{
	const struct fpt_mode *mode = fpt_opts__mode(opts, node->name);
	bool passthrough = node->fopen & FOPEN_PASSTHROUGH;
	uint64_t random;
	uint32_t flags;

	if (mode) {
		if (!node->opens)
			node->fopen = mode->fopen;
		return node->fopen;
	}
	random = fpt_random(opts->mode_seed, node->nodeid, node->draws++);
	/* Mostly as the first: one cached file rules parallel writes out for all. */
	if (node->opens && random >> 61)
		return node->fopen;
	if (!node->opens)
		passthrough = random >> 63;
	flags = fpt_mode__pick(opts->mode_set, random, passthrough);
	if (!node->opens)
		node->fopen = flags;
	return flags;
}

int fpt_file__answer(struct fpt_req *r, struct fpt_file *file, uint32_t flags, bool create,
		     struct fpt_open_out *out)
{
	struct fpt_node *node = file->node;
	struct fpt_open o = {
		.server = r->server,
		.node = node,
		.file = file,
		.flags = flags,
		.create = create,
	};

	pthread_mutex_lock(&node->lock);
	o.fopen = choose(r->server->opts, node);
	o.earlier = node->opens;
	fpt_fault__choose(&o);
	if (!o.error && !o.own_backing && o.fopen & FOPEN_PASSTHROUGH)
		attach(&o);
	if (!o.error)
		fpt_fault__answer(&o);
	if (o.error)
		detach(r->server, file);
	else
		node->opens++;
	pthread_mutex_unlock(&node->lock);
	if (o.error)
		return o.error;
	*out = (struct fpt_open_out){
		.fh = (uintptr_t)file,
		.open_flags = o.fopen,
		.backing_id = o.backing_id,
	};
	fpt_req__note(r, " fh %llx open_flags 0x%x backing_id %d", (unsigned long long)out->fh,
		      o.fopen, o.backing_id);
	return 0;
}

void fpt_file__close(struct fpt_server *server, struct fpt_file *file)
{
	pthread_mutex_lock(&file->node->lock);
	detach(server, file);
	close(file->fd);
	if (!--file->node->opens)
		fpt_fault__closed(file->node);
	pthread_mutex_unlock(&file->node->lock);
	fpt_node__put(file->node);
	free(file);
}
