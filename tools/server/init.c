// SPDX-License-Identifier: GPL-2.0-only
/*
 * The INIT request. Features are judged by their bits, never by the protocol's minor number:
 * kernels exist whose minor says more, or less, than they can do.
 */
#include "init.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "fault.h"

/* Where the kernel publishes none: the number in the patch that proposed the feature. */
#define DEFAULT_INO_BIT 43
/* The kernel stacks file systems no deeper than this. */
#define MAX_STACK_DEPTH 2

/* Requested if offered. The rest of the protocol's features would change nothing here. */
static const uint64_t wanted = FUSE_ASYNC_READ | FUSE_ATOMIC_O_TRUNC | FUSE_BIG_WRITES |
			       FUSE_DONT_MASK | FUSE_AUTO_INVAL_DATA | FUSE_DO_READDIRPLUS |
			       FUSE_READDIRPLUS_AUTO | FUSE_ASYNC_DIO | FUSE_PARALLEL_DIROPS |
			       FUSE_POSIX_ACL | FUSE_MAX_PAGES | FUSE_SETXATTR_EXT | FUSE_INIT_EXT |
			       FUSE_DIRECT_IO_ALLOW_MMAP;

void fpt_init__find_bit(struct fpt_server *server)
{
	struct fpt_init *init = &server->init;
	char path[256];
	FILE *f;

	init->ino_bit = DEFAULT_INO_BIT;
	snprintf(path, sizeof(path), "/sys/module/%s/parameters/passthrough_ino_bit",
		 server->opts->fstype);
	f = fopen(path, "re");
	if (f) {
		int bit;

		if (fscanf(f, "%d", &bit) == 1 && bit >= 0 && bit < 64) {
			init->ino_bit = bit;
			init->ino_published = true;
		}
		fclose(f);
	}
	if (server->opts->ino_bit >= 0)
		init->ino_bit = server->opts->ino_bit;
}

static uint64_t choose_flags(const struct fpt_server *server)
{
	const struct fpt_init *init = &server->init;
	uint64_t ino = 1ULL << init->ino_bit;
	uint64_t flags = init->offered & wanted;

	if (server->opts->writeback)
		flags |= init->offered & FUSE_WRITEBACK_CACHE;
	else
		flags |= init->offered & FUSE_PASSTHROUGH;
	if (server->opts->ino == FPT_INO_ON)
		flags |= ino;
	else if (server->opts->ino == FPT_INO_AUTO && init->ino_published &&
		 flags & FUSE_PASSTHROUGH)
		flags |= init->offered & ino;
	return flags;
}

/* The kernel's own rules, so that a user learns of a mode that is silently off. */
static void settle(struct fpt_init *init, const struct fpt_init_out *out)
{
	init->requested = out->flags | (uint64_t)out->flags2 << 32;
	init->stack_depth = out->max_stack_depth;
	init->passthrough = init->offered & FUSE_PASSTHROUGH &&
			    init->requested & FUSE_PASSTHROUGH && init->requested & FUSE_INIT_EXT &&
			    !(init->requested & FUSE_WRITEBACK_CACHE) && init->stack_depth > 0 &&
			    init->stack_depth <= MAX_STACK_DEPTH;
	init->passthrough_ino =
		init->passthrough && init->ino_published && init->requested & 1ULL << init->ino_bit;
}

int fpt_op_init(struct fpt_req *r)
{
	const struct fuse_init_in *in = r->arg;
	struct fpt_init *init = &r->server->init;
	struct fpt_init_out *out = fpt_req__reply(r, sizeof(*out));
	uint64_t flags;

	out->major = FUSE_KERNEL_VERSION;
	out->minor = in->minor < FPT_PROTO_MINOR ? in->minor : FPT_PROTO_MINOR;
	/* A newer major is answered with ours, and the kernel asks again. */
	if (in->major > FUSE_KERNEL_VERSION)
		return 0;
	if (in->major < FUSE_KERNEL_VERSION || in->minor < 31)
		return -EPROTO;
	init->minor = in->minor;
	init->offered = in->flags;
	if (in->flags & FUSE_INIT_EXT)
		init->offered |= (uint64_t)in->flags2 << 32;
	flags = choose_flags(r->server);
	out->flags = (uint32_t)flags;
	out->flags2 = (uint32_t)(flags >> 32);
	out->max_readahead = in->max_readahead;
	out->max_background = 64;
	out->congestion_threshold = 48;
	out->max_write = FPT_MAX_WRITE;
	out->max_pages = FPT_MAX_WRITE / 4096;
	out->time_gran = 1;
	out->max_stack_depth = r->server->opts->stack_depth;
	fpt_fault__init(out, init->ino_bit);
	settle(init, out);
	r->server->init_done = true;
	fpt_req__note(r, " minor %u offered 0x%llx requested 0x%llx max_stack_depth %u", in->minor,
		      (unsigned long long)init->offered, (unsigned long long)init->requested,
		      init->stack_depth);
	return 0;
}

int fpt_op_destroy(struct fpt_req *r)
{
	(void)r;
	return 0;
}

int fpt_op_interrupt(struct fpt_req *r)
{
	(void)r;
	return FPT_NO_REPLY;
}

static const char *yes(uint64_t flag)
{
	return flag ? "yes" : "no";
}

static const char *offered_ino(const struct fpt_init *init)
{
	if (!(init->offered & 1ULL << init->ino_bit))
		return "no";
	return init->ino_published ? "yes" : "seen but not published";
}

static void report(const char *what, uint64_t passthrough, uint64_t ino, unsigned int depth,
		   uint64_t writeback)
{
	fpt_warn("%s: passthrough %s, passthrough_ino %s, max_stack_depth %u, writeback %s", what,
		 yes(passthrough), yes(ino), depth, yes(writeback));
}

void fpt_init__report(const struct fpt_server *server)
{
	const struct fpt_init *i = &server->init;

	fpt_warn("offered by %s, protocol 7.%u: passthrough %s, passthrough_ino %s (bit %d)",
		 server->opts->dev, i->minor, yes(i->offered & FUSE_PASSTHROUGH), offered_ino(i),
		 i->ino_bit);
	report("requested", i->requested & FUSE_PASSTHROUGH, i->requested & 1ULL << i->ino_bit,
	       i->stack_depth, i->requested & FUSE_WRITEBACK_CACHE);
	report("effective", i->passthrough, i->passthrough_ino, i->passthrough ? i->stack_depth : 0,
	       i->requested & FUSE_WRITEBACK_CACHE);
}
