// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the log of a run that never was, for measuring fusept-audit: a healthy
 * server, so many live inodes, so many events in all.
 *
 * usage: bench_log EVENTS INODES LOG [registered]
 *
 * First each inode is looked up, then random ones are opened, and closed when some
 * others were: eight in ten in passthrough, one cached, one for direct writes.  The
 * server registers a backing file at the open and closes its id after the last
 * release, as servers do; with "registered" it does so at the lookup and never
 * closes it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

#define BATCH_BYTES (256 << 10)
#define OPEN_FILES 64 /* at a time, each of another inode */
#define CONN 0x5a5a00002000ULL
#define DEV 35
#define PASSTHROUGH (1U << 7)
#define DIRECT_IO (1U << 0)
#define PARALLEL (1U << 6)
#define CONN_FLAGS (FPT_CONN_PASSTHROUGH | FPT_CONN_PASSTHROUGH_INO | FPT_CONN_KNOWS_INO)

static struct {
	struct fpt_log_writer *log;
	_Alignas(8) char bytes[BATCH_BYTES];
	size_t used;
	uint32_t count;
	uint64_t events, now, seq, random, next_file;
	uint64_t inode; /* the current one, from 0 */
	struct fpt_id id;
	struct fpt_state before, state;
	uint32_t tid;
	bool registered; /* each backing file, from the lookup on */
	struct file {
		uint64_t inode, handle; /* handle 0: none */
		int32_t backing_id;
	} file[OPEN_FILES], *current; /* current: whose events are written */
	int32_t last_id; /* of a backing file */
} gen = { .now = 1000000000ULL, .random = 88172645463325252ULL };

static uint64_t pick(uint64_t below)
{
	gen.random ^= gen.random << 13;
	gen.random ^= gen.random >> 7;
	gen.random ^= gen.random << 17;
	return (gen.random >> 11) % below;
}

static void flush(bool end)
{
	struct fpt_batch batch = { .events = gen.bytes,
				   .bytes = end ? 0 : gen.used,
				   .count = end ? 0 : gen.count,
				   .produced = gen.seq,
				   .end = end };
	int err = fpt_log_writer__append(gen.log, &batch);

	if (err) {
		fprintf(stderr, "bench_log: LOG cannot be written: %s\n", strerror(-err));
		exit(EXIT_FAILURE);
	}
	gen.used = gen.count = 0;
}

static void put(struct fpt_header *h, uint16_t kind, size_t size)
{
	if (gen.used + size > BATCH_BYTES)
		flush(false);
	gen.now += 200 + pick(400);
	h->kind = kind;
	h->size = size;
	h->seq = kind < FPT_RECORD_FIRST ? gen.seq++ : 0;
	h->ts_ns = gen.now;
	h->tid = gen.tid;
	h->tgid = gen.tid & ~3U;
	memcpy(gen.bytes + gen.used, h, size);
	gen.used += size;
	gen.count++;
	gen.events++;
}

#define PUT(KIND, e) put(&(e).h, FPT_##KIND, sizeof(e))
#define FACT(e, first, value) memcpy(&(e).first, &(value), sizeof(value))

static void select_inode(uint64_t n)
{
	gen.inode = n;
	gen.id = (struct fpt_id){ .inode = 0x5a5a00000000ULL + n * 1024,
				  .conn = CONN,
				  .nodeid = n + 2,
				  .generation = 1,
				  .dev = DEV,
				  .conn_flags = CONN_FLAGS,
				  .mode = 0100644 };
	gen.state = (struct fpt_state){ .bits = FPT_BIT_READ, .ino = n + 2, .attr_version = 7 };
}

/* The kernel uses the memory of one that was freed for the next. */
static uint64_t backing_key(void)
{
	uint64_t n = gen.registered ? gen.inode : (uint64_t)(gen.current - gen.file);

	return 0x5a6a00000000ULL + n * 64;
}

static struct fpt_backing backing(void)
{
	return (struct fpt_backing){ .backing = backing_key(),
				     .backing_ino = gen.inode + 2,
				     .backing_dev = 28,
				     .backing_generation = 1,
				     .backing_magic = 0xef53 };
}

static int32_t backing_id(void)
{
	return gen.registered ? (int32_t)gen.inode + 1 : gen.current->backing_id;
}

static void register_backing(int32_t id)
{
	struct fpt_backing_open e = { .conn = CONN,
				      .dev = DEV,
				      .conn_flags = CONN_FLAGS,
				      .ret = id,
				      .max_stack_depth = 1,
				      .comm = "server" };
	struct fpt_backing b = backing();

	b.backing = 0;
	FACT(e, backing, b);
	PUT(BACKING_OPEN, e);
}

static void close_backing(int32_t id)
{
	struct fpt_backing_closing closing = { .conn = CONN, .dev = DEV, .backing_id = id };
	struct fpt_backing_gone gone = { 0 };
	struct fpt_backing_close closed = {
		.conn = CONN, .dev = DEV, .backing_id = id, .conn_flags = CONN_FLAGS
	};
	struct fpt_backing b = backing();

	PUT(BACKING_CLOSING, closing);
	FACT(gone, backing, b);
	PUT(BACKING_GONE, gone);
	PUT(BACKING_CLOSE, closed);
}

static uint64_t begin(enum fpt_op op, uint64_t file, uint32_t file_mode, uint64_t fb)
{
	struct fpt_op_begin e = { .file = file, .op = op, .file_mode = file_mode, .backing = fb };

	FACT(e, inode, gen.id);
	PUT(OP_BEGIN, e);
	gen.before = gen.state;
	return gen.now;
}

#define READINGS(e, begin) \
	do { \
		FACT(e, inode, gen.id); \
		FACT(e, before_ctr, gen.before); \
		FACT(e, after_ctr, gen.state); \
		(e).begin_ns = begin; \
	} while (0)

static void start(const struct fpt_backing *b)
{
	uint64_t begun = begin(FPT_OP_UNCACHED_START, 0, 0, b ? b->backing : 0);
	struct fpt_uncached_start e = {};

	gen.state.ctr--;
	if (b) {
		gen.state.fb = b->backing;
		FACT(e, backing, *b);
	}
	READINGS(e, begun);
	PUT(UNCACHED_START, e);
}

static void end(void)
{
	uint64_t begun = begin(FPT_OP_UNCACHED_END, 0, 0, 0);
	struct fpt_uncached_end e = {};

	if (++gen.state.ctr == 0)
		gen.state.fb = 0;
	READINGS(e, begun);
	PUT(UNCACHED_END, e);
}

static void cached_open(uint64_t file)
{
	uint64_t begun = begin(FPT_OP_CACHED_OPEN, file, FPT_IOM_NONE, 0);
	struct fpt_cached_open e = { .file = file, .file_mode = FPT_IOM_CACHED };

	gen.state.ctr++;
	gen.state.bits |= FPT_BIT_CACHE_IO;
	READINGS(e, begun);
	PUT(CACHED_OPEN, e);
}

static void lookup_backing(uint64_t file, const struct fpt_backing *b)
{
	struct fpt_passthrough_open e = {
		.begin_ns = gen.now, .file = file, .backing_id = backing_id(), .backing_count = 2
	};

	FACT(e, inode, gen.id);
	FACT(e, backing, *b);
	PUT(PASSTHROUGH_OPEN, e);
}

static void open_file(uint64_t file, uint32_t flags, enum fpt_iomode mode)
{
	uint64_t begun = begin(FPT_OP_IO_OPEN, file, FPT_IOM_NONE, 0);
	struct fpt_backing b = backing();
	struct fpt_io_open e = {
		.file = file, .open_flags = flags, .asked_open_flags = flags, .file_mode = mode
	};
	struct fpt_open user = { .begin_ns = begun,
				 .ino = gen.state.ino,
				 .file = file,
				 .opcode = 14,
				 .file_mode = mode,
				 .open_flags = flags,
				 .comm = "worker",
				 .name = "some-file" };
	struct fpt_state before = gen.state;

	if (mode == FPT_IOM_UNCACHED) {
		lookup_backing(file, &b);
		start(&b);
		e.passthrough_ino = b.backing_ino;
		e.passthrough_dev = b.backing_dev;
		e.backing_id = user.backing_id = backing_id();
	} else if (mode == FPT_IOM_CACHED) {
		cached_open(file);
	}
	gen.before = before;
	READINGS(e, begun);
	PUT(IO_OPEN, e);
	FACT(user, inode, gen.id);
	PUT(OPEN, user);
}

static void close_file(uint64_t file, enum fpt_iomode mode)
{
	struct fpt_release user = {
		.ino = gen.state.ino, .file = file, .comm = "worker", .name = "some-file"
	};
	struct fpt_io_release e = { .file = file, .file_mode_before = mode };
	struct fpt_state before = gen.state;
	uint64_t begun;

	FACT(user, inode, gen.id);
	PUT(RELEASE, user);
	begun = begin(FPT_OP_IO_RELEASE, file, mode, 0);
	if (mode == FPT_IOM_UNCACHED)
		end();
	if (mode == FPT_IOM_CACHED && --gen.state.ctr == 0)
		gen.state.bits &= ~FPT_BIT_CACHE_IO;
	gen.before = before;
	READINGS(e, begun);
	PUT(IO_RELEASE, e);
}

/* What a file of this inode is opened for: the same each time, so that all may. */
static unsigned int purpose(void)
{
	return gen.inode % 10;
}

static void open_current(void)
{
	gen.current->handle = ++gen.next_file;
	if (purpose() < 8) {
		gen.current->backing_id = ++gen.last_id;
		if (!gen.registered)
			register_backing(backing_id());
		open_file(gen.current->handle, PASSTHROUGH, FPT_IOM_UNCACHED);
	} else if (purpose() == 8) {
		open_file(gen.current->handle, 0, FPT_IOM_CACHED);
	} else {
		open_file(gen.current->handle, DIRECT_IO | PARALLEL, FPT_IOM_NONE);
		start(NULL);
		end();
	}
}

static void close_current(void)
{
	if (purpose() < 8) {
		gen.state.ctr = -1;
		gen.state.fb = backing_key();
		close_file(gen.current->handle, FPT_IOM_UNCACHED);
		if (!gen.registered)
			close_backing(backing_id());
	} else if (purpose() == 8) {
		gen.state.ctr = 1;
		gen.state.bits |= FPT_BIT_CACHE_IO;
		close_file(gen.current->handle, FPT_IOM_CACHED);
	} else {
		close_file(gen.current->handle, FPT_IOM_NONE);
	}
	gen.current->handle = 0;
}

static bool is_open(uint64_t inode)
{
	const struct file *file;

	for (file = gen.file; file < gen.file + OPEN_FILES; file++)
		if (file->handle && file->inode == inode)
			return true;
	return false;
}

/* One of the open files is closed, and another opened in its place. */
static void use_file(uint64_t inodes)
{
	uint64_t inode;

	gen.current = &gen.file[pick(OPEN_FILES)];
	if (gen.current->handle) {
		select_inode(gen.current->inode);
		close_current();
	}
	while (inode = pick(inodes), is_open(inode))
		;
	gen.current->inode = inode;
	select_inode(inode);
	gen.tid = 100 + (uint32_t)pick(64);
	open_current();
}

static void begin_run(void)
{
	struct fpt_run_record run = { .events = ~0ULL, .fusept = "bench", .kernel = "none" };
	struct fpt_init init = { .conn = CONN,
				 .dev = DEV,
				 .offered = 1ULL << 30 | 1ULL << 37 | 1ULL << 43,
				 .requested = 1ULL << 30 | 1ULL << 37 | 1ULL << 43,
				 .requested_stack_depth = 1,
				 .effective_stack_depth = 1,
				 .conn_flags = CONN_FLAGS,
				 .ino_bit = 43 };

	put(&run.h, FPT_RUN, sizeof(run));
	PUT(INIT, init);
}

static void look_up(uint64_t n)
{
	struct fpt_attr first = { .attr_ino = n + 2, .before_bits = FPT_BIT_READ };
	struct fpt_counted counted = { .nlookup = 1, .opcode = 1 };
	struct fpt_lookup told = { .conn = CONN,
				   .parent = 1,
				   .nodeid = n + 2,
				   .generation = 1,
				   .attr_ino = n + 2,
				   .dev = DEV,
				   .attr_mode = 0100644,
				   .name = "some-file" };

	select_inode(n);
	FACT(first, inode, gen.id);
	PUT(ATTR, first);
	counted.inode = gen.id.inode;
	counted.nodeid = gen.id.nodeid;
	PUT(COUNTED, counted);
	PUT(LOOKUP, told);
	if (gen.registered)
		register_backing(backing_id());
}

/* A whole number, @least or more; says what is wrong with another, and ends. */
static uint64_t number(const char *what, const char *text, uint64_t least)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && !errno && value >= least)
		return value;
	fprintf(stderr, "bench_log: %s '%s': want a whole number, %llu or more\n", what, text,
		(unsigned long long)least);
	exit(2);
}

int main(int argc, char **argv)
{
	const struct fpt_log_options options = { .meta = "{}", .flush_ms = 1000 };
	uint64_t events, inodes, n;
	int err;

	if (argc != 4 && !(argc == 5 && strcmp(argv[4], "registered") == 0)) {
		fputs("usage: bench_log EVENTS INODES LOG [registered]\n", stderr);
		return 2;
	}
	events = number("EVENTS", argv[1], 0);
	/* Some must be there to be opened while others are open. */
	inodes = number("INODES", argv[2], OPEN_FILES + 1);
	gen.registered = argc == 5;
	gen.log = fpt_log_writer__open(argv[3], &options);
	if (!gen.log) {
		fprintf(stderr, "bench_log: LOG '%s': %s\n", argv[3], strerror(errno));
		return 2;
	}
	begin_run();
	for (n = 0; n < inodes; n++)
		look_up(n);
	while (gen.events < events)
		use_file(inodes);
	flush(false);
	flush(true);
	err = fpt_log_writer__close(gen.log);
	if (err)
		fprintf(stderr, "bench_log: LOG '%s': %s\n", argv[3], strerror(-err));
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
