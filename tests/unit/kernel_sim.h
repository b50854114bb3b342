/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small kernel: tasks open, map, write and close files of a few inodes, run
 * in turns at random points, and leave the events that bpf/ would send.
 */
#ifndef KERNEL_SIM_H
#define KERNEL_SIM_H

#include <ucontext.h>

#include "event_stream.h"
#include "iomode_reference.h"

#define SIM_TASKS 5
#define SIM_INODES 3
#define SIM_STACK (64 << 10)
#define SIM_EVENTS 4000

struct sim_inode {
	struct fpt_id id;
	struct fpt_state state;
};

struct sim_event {
	union {
		struct fpt_header h;
		char bytes[FPT_EVENT_MAX];
	};
};

struct sim {
	uint64_t random, now;
	bool bad_server; /* it mixes modes and backing files */
	struct sim_inode inode[SIM_INODES];
	uint64_t next_file;
	unsigned int running, current;
	ucontext_t scheduler, task[SIM_TASKS];
	bool done[SIM_TASKS];
	struct sim_event event[SIM_EVENTS];
	unsigned int events;
};

static struct sim sim;
static char sim_stack[SIM_TASKS][SIM_STACK];

static unsigned int sim_pick(unsigned int below)
{
	sim.random ^= sim.random << 13;
	sim.random ^= sim.random >> 7;
	sim.random ^= sim.random << 17;
	return (unsigned int)((sim.random >> 11) % below);
}

/* Here another task may run. */
static void turn(void)
{
	swapcontext(&sim.task[sim.current], &sim.scheduler);
}

static bool sim_full(void)
{
	return sim.events + 100 > SIM_EVENTS;
}

static void emit(struct fpt_header *h, uint16_t kind, size_t size)
{
	assert_true(sim.events < SIM_EVENTS);
	sim.now += 1 + sim_pick(1500000);
	h->kind = kind;
	h->size = size;
	h->ts_ns = sim.now;
	h->tid = h->tgid = 100 + sim.current;
	memcpy(&sim.event[sim.events++], h, size);
	turn();
}

#define EMIT(KIND, e) emit(&(e).h, FPT_##KIND, sizeof(e))

struct sim_op {
	struct sim_inode *inode;
	struct fpt_mode_op op;
	const struct backing *backing;
	struct fpt_state before, after;
	uint64_t begin_ns;
	int ret;
};

static void sim_begin(struct sim_op *op, uint64_t file)
{
	struct fpt_op_begin e = {
		.file = file, .op = op->op.op, .file_mode = op->op.file_mode, .backing = op->op.fb
	};

	PUT(e, inode, op->inode->id);
	op->begin_ns = sim.now;
	EMIT(OP_BEGIN, e);
	op->before = op->inode->state;
	turn();
}

/* Takes effect as soon as it can. */
static void sim_effect(struct sim_op *op)
{
	struct fpt_state *state = &op->inode->state;
	bool unequal = op->backing && op->backing->ino != state->ino &&
		       op->inode->id.conn_flags & FPT_CONN_PASSTHROUGH_INO;

	for (;;) {
		struct fpt_mode_state s = { state->ctr, state->fb };
		struct ref_outcome out = reference(&s, &op->op, unequal);

		if (out.result != NO_RESULT) {
			op->ret = out.result;
			state->ctr = out.next.ctr;
			state->fb = out.next.fb;
			break;
		}
		state->bits |= FPT_BIT_CACHE_IO;
		turn();
	}
	if (op->op.op == FPT_OP_CACHED_OPEN && op->ret)
		state->bits &= ~FPT_BIT_CACHE_IO;
	else if (op->op.op == FPT_OP_CACHED_OPEN)
		state->bits |= FPT_BIT_CACHE_IO;
	else if (op->op.op == FPT_OP_IO_RELEASE && state->ctr == 0)
		state->bits &= ~FPT_BIT_CACHE_IO;
	turn();
	op->after = *state;
	turn();
}

#define OP_READINGS(e, o) \
	do { \
		PUT(e, inode, (o)->inode->id); \
		PUT(e, before_ctr, (o)->before); \
		PUT(e, after_ctr, (o)->after); \
		(e).begin_ns = (o)->begin_ns; \
	} while (0)

static int sim_start(struct sim_inode *inode, const struct backing *backing)
{
	struct sim_op op = { .inode = inode,
			     .backing = backing,
			     .op = { .op = FPT_OP_UNCACHED_START } };
	struct fpt_uncached_start e = {};

	if (backing)
		op.op.fb = backing->key;
	sim_begin(&op, 0);
	sim_effect(&op);
	OP_READINGS(e, &op);
	e.ret = op.ret;
	if (backing) {
		e.backing = backing->key;
		e.backing_ino = backing->ino;
		e.backing_dev = backing->dev;
	}
	EMIT(UNCACHED_START, e);
	return op.ret;
}

static void sim_end(struct sim_inode *inode)
{
	struct sim_op op = { .inode = inode, .op = { .op = FPT_OP_UNCACHED_END } };
	struct fpt_uncached_end e = {};

	sim_begin(&op, 0);
	sim_effect(&op);
	OP_READINGS(e, &op);
	EMIT(UNCACHED_END, e);
}

static int sim_cached(struct sim_inode *inode, uint64_t file, uint32_t *mode)
{
	struct sim_op op = { .inode = inode,
			     .op = { .op = FPT_OP_CACHED_OPEN, .file_mode = *mode } };
	struct fpt_cached_open e = { .file = file, .file_mode_before = *mode };

	sim_begin(&op, file);
	sim_effect(&op);
	OP_READINGS(e, &op);
	if (!op.ret)
		*mode = FPT_IOM_CACHED;
	e.file_mode = *mode;
	e.ret = op.ret;
	EMIT(CACHED_OPEN, e);
	return op.ret;
}

static void sim_release(struct sim_inode *inode, uint64_t file, uint32_t mode)
{
	struct sim_op op = { .inode = inode, .op = { .op = FPT_OP_IO_RELEASE, .file_mode = mode } };
	struct fpt_io_release e = { .file = file, .file_mode_before = mode };

	sim_begin(&op, file);
	if (mode == FPT_IOM_UNCACHED)
		sim_end(inode);
	if (mode == FPT_IOM_CACHED)
		sim_effect(&op);
	op.after = inode->state;
	turn();
	OP_READINGS(e, &op);
	EMIT(IO_RELEASE, e);
}

static int sim_passthrough(struct sim_inode *inode, uint64_t file, uint32_t flags,
			   const struct backing *backing, uint32_t *mode)
{
	struct fpt_passthrough_open e = { .begin_ns = sim.now,
					  .file = file,
					  .backing_id = backing->id,
					  .backing = backing->key,
					  .backing_ino = backing->ino,
					  .backing_dev = backing->dev };
	int ret;

	if (flags & KEEP_CACHE)
		return -EINVAL;
	PUT(e, inode, inode->id);
	EMIT(PASSTHROUGH_OPEN, e);
	ret = sim_start(inode, backing);
	if (!ret)
		*mode = FPT_IOM_UNCACHED;
	return ret;
}

/* fuse_file_io_open(): its result, and the mode it chose. */
static int sim_io_open(struct sim_inode *inode, uint64_t file, uint32_t flags,
		       const struct backing *backing, uint32_t *mode)
{
	struct sim_op op = { .inode = inode, .op = { .op = FPT_OP_IO_OPEN } };
	struct fpt_io_open e = { .file = file, .asked_open_flags = flags, .open_flags = flags };
	int inner;

	sim_begin(&op, file);
	if (inode->state.fb && !(flags & PASSTHROUGH))
		inner = -EINVAL;
	else if (flags & PASSTHROUGH)
		inner = sim_passthrough(inode, file, flags, backing, mode);
	else
		inner = flags & DIRECT_IO ? 0 : sim_cached(inode, file, mode);
	turn();
	op.after = inode->state;
	OP_READINGS(e, &op);
	e.file_mode = *mode;
	e.ret = inner ? -EIO : 0;
	if (*mode == FPT_IOM_UNCACHED) {
		e.passthrough_ino = backing->ino;
		e.passthrough_dev = backing->dev;
		e.backing_id = backing->id;
	}
	EMIT(IO_OPEN, e);
	return e.ret;
}

static uint32_t sim_flags(unsigned int inode)
{
	static const uint32_t good[SIM_INODES] = { PASSTHROUGH, 0, DIRECT_IO };
	static const uint32_t any[] = { PASSTHROUGH, PASSTHROUGH | KEEP_CACHE, PASSTHROUGH, 0,
					DIRECT_IO };

	return sim.bad_server ? any[sim_pick(5)] : good[inode];
}

/* Reads, writes and maps for a while. */
static void sim_use(struct sim_inode *inode, uint64_t file, uint32_t flags, uint32_t *mode)
{
	unsigned int times = sim_pick(4);

	while (times--) {
		switch (sim_pick(3)) {
		case 0:
			if (flags & DIRECT_IO && !inode->state.fb)
				sim_cached(inode, file, mode);
			break;
		case 1:
			if (flags & DIRECT_IO && !(inode->state.bits & FPT_BIT_CACHE_IO) &&
			    !sim_start(inode, NULL))
				sim_end(inode);
			break;
		default:
			turn();
		}
	}
}

static void sim_open_and_close(void)
{
	static const struct backing *const others[] = { &second_backing, &same_again };
	unsigned int number = sim_pick(SIM_INODES);
	struct sim_inode *inode = &sim.inode[number];
	uint32_t flags = sim_flags(number), mode = FPT_IOM_NONE;
	const struct backing *backing = &first_backing;
	uint64_t file = ++sim.next_file;
	struct fpt_open e = { .begin_ns = sim.now, .opcode = 14, .comm = "task" };

	if (sim.bad_server && sim_pick(4) == 0)
		backing = others[sim_pick(2)];
	e.ret = sim_io_open(inode, file, flags, backing, &mode);
	PUT(e, inode, inode->id);
	snprintf(e.name, sizeof(e.name), "%llu", (unsigned long long)file);
	if (!e.ret) {
		e.file = file;
		e.open_flags = flags;
		e.file_mode = mode;
	}
	EMIT(OPEN, e);
	if (e.ret)
		return;
	sim_use(inode, file, flags, &mode);
	sim_release(inode, file, mode);
}

static void sim_task(void)
{
	while (!sim_full())
		sim_open_and_close();
	sim.done[sim.current] = true;
	for (;;)
		turn();
}

static void sim_make_inode(unsigned int number)
{
	struct sim_inode *inode = &sim.inode[number];
	struct fpt_attr e = { .attr_ino = 103 };

	inode->id = (struct fpt_id){ .inode = 0x1000 + number,
				     .conn = 0x2000,
				     .nodeid = 3 + number,
				     .generation = 1,
				     .dev = 35,
				     .conn_flags = CONN_INO,
				     .mode = 0100644 };
	inode->state.bits = FPT_BIT_READ;
	PUT(e, inode, inode->id);
	PUT(e, before_ctr, inode->state);
	e.h = (struct fpt_header){ sizeof(e), FPT_ATTR, 0, 0, sim.now += 1000, 1, 1 };
	memcpy(&sim.event[sim.events++], &e, sizeof(e));
	inode->state.ino = 103;
	inode->state.attr_version = 1;
}

static void sim_start_tasks(void)
{
	unsigned int i;

	for (i = 0; i < SIM_TASKS; i++) {
		getcontext(&sim.task[i]);
		sim.task[i].uc_stack.ss_sp = sim_stack[i];
		sim.task[i].uc_stack.ss_size = SIM_STACK;
		makecontext(&sim.task[i], sim_task, 0);
	}
}

/* Fills sim.event; at the end some tasks may be left in the middle. */
static void sim_run(uint64_t seed, bool bad_server)
{
	unsigned int i, idle = 0;

	memset(&sim, 0, sizeof(sim));
	sim.random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	sim.now = 5 * SECOND;
	sim.bad_server = bad_server;
	for (i = 0; i < SIM_INODES; i++)
		sim_make_inode(i);
	sim_start_tasks();
	while (idle < 2000) {
		unsigned int before = sim.events;

		sim.current = sim_pick(SIM_TASKS);
		if (!sim.done[sim.current])
			swapcontext(&sim.scheduler, &sim.task[sim.current]);
		idle = sim.events == before ? idle + 1 : 0;
	}
}

#endif
