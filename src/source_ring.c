// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads bpf/ once per target, with one ring and one set of counters between
 * them.  Interprets no event.
 */
#include "source_ring.h"

#include "attach.h"
#include "objects.h"
#include "record.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#define OBJECTS 2
#define STOP_TRIES 1000 /* of a millisecond each, for programs that are preempted */

struct fpt_ring {
	struct bpf_object *object[OBJECTS];
	struct bpf_link *link[OBJECTS][FPT_HOOK_MAX];
	struct ring_buffer *buffer;
	struct fpt_counters *counters; /* the kernel's own, mapped */
	size_t counters_bytes;
	struct fpt_counters *final; /* as they were when all had been read; NULL: not stopped */
	unsigned int cpus;
	uint64_t taken; /* events read so far */
	int moved_fd;
	struct fpt_moved *moved; /* of one mount: for each processor */
	char *batch; /* what one drain brought */
	size_t batch_bytes, batch_room;
	uint32_t batch_count;
	uint64_t lost, missed; /* already told */
	struct fpt_cpu_loss loss[FPT_MAX_CPUS]; /* as last read; those that lost any */
	unsigned int losses;
	int drain_err;
};

/* A function may be in BTF and still not be traceable: such a hook is off. */
static int attach(struct fpt_ring *ring, int slot, struct fpt_target *target)
{
	int hook, attached = 0, err = -ENOTSUP;

	for (hook = 0; hook < FPT_HOOK_MAX; hook++) {
		struct bpf_program *program;

		if (!target->hook[hook].function[0])
			continue;
		program = bpf_object__find_program_by_name(ring->object[slot],
							   fpt_hooks[hook].program);
		ring->link[slot][hook] = bpf_program__attach_trace(program);
		if (ring->link[slot][hook]) {
			attached++;
		} else {
			err = -errno;
			target->hook[hook].function[0] = '\0';
		}
	}
	return attached ? 0 : err;
}

static int set_active(struct fpt_ring *ring, bool active)
{
	int slot, err = 0;

	for (slot = 0; slot < OBJECTS && !err; slot++) {
		struct bpf_map *map;
		uint32_t zero = 0;
		char *value;

		if (!ring->object[slot])
			continue;
		map = fpt_object__internal_map(ring->object[slot], ".bss");
		value = calloc(1, bpf_map__value_size(map));
		if (!value)
			return -ENOMEM;
		value[0] = active; /* the only variable there */
		err = bpf_map__update_elem(map, &zero, sizeof(zero), value,
					   bpf_map__value_size(map), BPF_ANY);
		free(value);
	}
	return err;
}

static int take_event(void *context, void *data, size_t size)
{
	struct fpt_ring *ring = context;
	const struct fpt_header *h = data;

	/* Whoever walks the batch goes by what the event says. */
	if (size < sizeof(*h) || h->size != size)
		ring->drain_err = -EBADMSG;
	if (ring->drain_err)
		return 0;
	if (ring->batch_bytes + size > ring->batch_room) {
		size_t room = ring->batch_room ? ring->batch_room * 2 : 1 << 16;
		char *grown = realloc(ring->batch, room);

		if (!grown) {
			ring->drain_err = -ENOMEM;
			return 0;
		}
		ring->batch = grown;
		ring->batch_room = room;
	}
	memcpy(ring->batch + ring->batch_bytes, data, size);
	ring->batch_bytes += size;
	ring->batch_count++;
	ring->taken++;
	return 0;
}

static int map_counters(struct fpt_ring *ring)
{
	struct bpf_map *map = bpf_object__find_map_by_name(ring->object[0], "counters");
	size_t page = sysconf(_SC_PAGESIZE);
	void *mapped;

	ring->cpus = libbpf_num_possible_cpus();
	if (ring->cpus > FPT_MAX_CPUS)
		return -E2BIG;
	ring->counters_bytes = (FPT_MAX_CPUS * sizeof(struct fpt_counters) + page - 1) & -page;
	mapped = mmap(NULL, ring->counters_bytes, PROT_READ, MAP_SHARED, bpf_map__fd(map), 0);
	if (mapped == MAP_FAILED)
		return -errno;
	ring->counters = mapped;
	return 0;
}

static void note_loss(struct fpt_ring *ring, unsigned int cpu, uint64_t lost)
{
	if (lost)
		ring->loss[ring->losses++] = (struct fpt_cpu_loss){ cpu, lost };
}

/*
 * Whatever is in the batch was produced before this looks; waiting until those
 * are decided makes the loss exact for the batch.
 */
static void read_counters(struct fpt_ring *ring, uint64_t *produced, uint64_t *lost)
{
	unsigned int cpu;

	*produced = 0;
	*lost = 0;
	ring->losses = 0;
	if (ring->final) {
		for (cpu = 0; cpu < ring->cpus; cpu++) {
			*produced += ring->final[cpu].produced;
			note_loss(ring, cpu, ring->final[cpu].lost);
		}
		/* Nobody will read any more of them. */
		*lost = *produced - ring->taken;
		return;
	}
	for (cpu = 0; cpu < ring->cpus; cpu++) {
		volatile struct fpt_counters *count = &ring->counters[cpu];
		uint64_t due = count->produced, lost_here;

		while (count->recorded + count->lost < due)
			sched_yield();
		lost_here = count->lost;
		*produced += due;
		*lost += lost_here;
		note_loss(ring, cpu, lost_here);
	}
}

/*
 * A program does not run where it has interrupted itself: a task that is
 * preempted inside one makes it deaf on that processor for a while.  What only
 * counts bytes (@counting) is evidence of nothing else.
 */
static uint64_t missed_runs(const struct fpt_ring *ring, bool counting)
{
	uint64_t missed = 0;
	int slot, hook;

	for (slot = 0; slot < OBJECTS; slot++) {
		for (hook = 0; hook < FPT_HOOK_MAX; hook++) {
			struct bpf_prog_info info = {};
			uint32_t size = sizeof(info);
			struct bpf_program *program;

			if (!ring->link[slot][hook] ||
			    (fpt_hooks[hook].kind == FPT_MOVED) != counting)
				continue;
			program = bpf_object__find_program_by_name(ring->object[slot],
								   fpt_hooks[hook].program);
			/* Not to know is to have missed something. */
			if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
				return ring->missed + 1;
			missed += info.recursion_misses;
		}
	}
	return missed;
}

static int hand_over(struct fpt_ring *ring, bool final, fpt_batch_fn consume, void *context)
{
	struct fpt_batch batch = {};
	uint64_t lost, missed;

	if (ring->drain_err)
		return ring->drain_err;
	if (!ring->batch_count && !final)
		return 0;
	read_counters(ring, &batch.produced, &lost);
	batch.events = ring->batch;
	batch.bytes = ring->batch_bytes;
	batch.count = ring->batch_count;
	batch.lost = lost - ring->lost;
	batch.cpu = ring->loss;
	batch.cpus = ring->losses;
	ring->lost = lost;
	/* Counted when it happens, so before any event that could rest on it. */
	missed = missed_runs(ring, false);
	batch.missed = missed > ring->missed ? missed - ring->missed : 0;
	ring->missed += batch.missed;
	ring->batch_bytes = 0;
	ring->batch_count = 0;
	return consume(context, &batch);
}

int fpt_ring__poll(struct fpt_ring *ring, int timeout_ms, fpt_batch_fn consume, void *context)
{
	int err = ring_buffer__poll(ring->buffer, timeout_ms);

	/* Producers do not wake the reader for each event: look anyway. */
	if (err == 0)
		err = ring_buffer__consume(ring->buffer);
	if (err < 0 && err != -EINTR)
		return err;
	return hand_over(ring, false, consume, context) ?: err < 0 ? err : 0;
}

/* What is decided on every CPU, into @counters; returns how many were recorded. */
static uint64_t snapshot(const struct fpt_ring *ring, struct fpt_counters *counters)
{
	uint64_t recorded = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < ring->cpus; cpu++) {
		volatile struct fpt_counters *count = &ring->counters[cpu];
		struct fpt_counters *now = &counters[cpu];

		do {
			sched_yield();
			now->produced = count->produced;
			now->recorded = count->recorded;
			now->lost = count->lost;
		} while (count->produced != now->produced ||
			 now->recorded + now->lost != now->produced);
		recorded += now->recorded;
	}
	return recorded;
}

/*
 * A program can have a place in the ring and not be done with it, which hides what
 * comes after; another can still begin.  All that is counted is to be read, and
 * nothing more; what does not come in time is lost.
 */
int fpt_ring__stop(struct fpt_ring *ring, fpt_batch_fn consume, void *context)
{
	struct fpt_counters *counters = calloc(ring->cpus, sizeof(*counters));
	int err = counters ? set_active(ring, false) : -ENOMEM;
	unsigned int tries;

	for (tries = 0; err >= 0 && ring->taken < snapshot(ring, counters) && tries < STOP_TRIES;
	     tries++) {
		if (tries)
			usleep(1000);
		err = ring_buffer__consume(ring->buffer);
	}
	if (err < 0) {
		free(counters);
		return err;
	}
	ring->final = counters;
	return hand_over(ring, true, consume, context);
}

bool fpt_ring__counters(const struct fpt_ring *ring, unsigned int cpu,
			struct fpt_counters *counters)
{
	if (cpu >= ring->cpus)
		return false;
	*counters = ring->final ? ring->final[cpu] : ring->counters[cpu];
	return true;
}

/* The entry of dev 0 is for what finds no room. */
static int make_moved(struct fpt_ring *ring)
{
	struct bpf_map *map = bpf_object__find_map_by_name(ring->object[0], "moved");
	const uint32_t others = 0;

	ring->moved_fd = bpf_map__fd(map);
	ring->moved = calloc(ring->cpus, sizeof(*ring->moved));
	if (!ring->moved)
		return -ENOMEM;
	return bpf_map_update_elem(ring->moved_fd, &others, ring->moved, BPF_ANY);
}

bool fpt_ring__moved(struct fpt_ring *ring, uint32_t *dev, bool first, struct fpt_moved *sum)
{
	unsigned int cpu;

	if (bpf_map_get_next_key(ring->moved_fd, first ? NULL : dev, dev) ||
	    bpf_map_lookup_elem(ring->moved_fd, dev, ring->moved))
		return false;
	memset(sum, 0, sizeof(*sum));
	for (cpu = 0; cpu < ring->cpus; cpu++) {
		sum->backing_read += ring->moved[cpu].backing_read;
		sum->backing_written += ring->moved[cpu].backing_written;
		sum->server_read += ring->moved[cpu].server_read;
		sum->server_written += ring->moved[cpu].server_written;
	}
	return true;
}

uint64_t fpt_ring__moves_missed(const struct fpt_ring *ring)
{
	return missed_runs(ring, true);
}

int fpt_ring__stack(const struct fpt_ring *ring, uint32_t stack, uint64_t address[FPT_STACK_DEPTH])
{
	struct bpf_map *map = bpf_object__find_map_by_name(ring->object[0], "stacks");
	int count = 0;

	if (bpf_map_lookup_elem(bpf_map__fd(map), &stack, address))
		return -errno;
	while (count < FPT_STACK_DEPTH && address[count])
		count++;
	return count;
}

int fpt_ring__end(struct fpt_ring *ring, fpt_batch_fn consume, void *context)
{
	struct fpt_batch end = { .end = true,
				 .missed = missed_runs(ring, false),
				 .cpu = ring->loss };

	read_counters(ring, &end.produced, &end.lost);
	end.cpus = ring->losses;
	return consume(context, &end);
}

static void explain(int err, char *why, size_t size)
{
	if (err == -EPERM && geteuid() != 0)
		snprintf(why, size,
			 "tracing needs root (CAP_BPF and CAP_PERFMON): run it with sudo");
	else if (err == -EPERM)
		snprintf(
			why, size,
			"this kernel or container refuses BPF tracing programs (%s): run it in the VM, tools/fusept-vm -- fusept-trace ...",
			strerror(-err));
	else if (err == -ENOTSUP)
		snprintf(
			why, size,
			"no fuse function of this kernel can be traced: it needs CONFIG_FUNCTION_TRACER and BPF trampolines");
	else
		snprintf(why, size, "cannot load the BPF programs: %s; -v shows libbpf's reason",
			 strerror(-err));
}

struct fpt_ring *fpt_ring__open(struct fpt_target *targets, size_t count,
				const struct fpt_ring_options *options, char *why, size_t why_size)
{
	struct fpt_ring *ring = calloc(1, sizeof(*ring));
	uint64_t secret;
	size_t i;
	int err, slot = 0;

	err = ring ? 0 : -ENOMEM;
	if (!err && getrandom(&secret, sizeof(secret), 0) != sizeof(secret))
		err = -errno;
	for (i = 0; i < count && !err; i++) {
		if (!targets[i].present)
			continue;
		err = fpt_attach__begin(&targets[i]);
		if (!err)
			err = fpt_object__load(&ring->object[slot], &targets[i], options, secret,
					       slot ? ring->object[0] : NULL);
		fpt_attach__end();
		if (!err)
			err = attach(ring, slot, &targets[i]);
		slot++;
	}
	if (!err)
		err = map_counters(ring);
	if (!err)
		err = make_moved(ring);
	if (!err) {
		struct bpf_map *map = bpf_object__find_map_by_name(ring->object[0], "ring");

		ring->buffer = ring_buffer__new(bpf_map__fd(map), take_event, ring, NULL);
		err = ring->buffer ? set_active(ring, true) : -errno;
	}
	if (err) {
		explain(err, why, why_size);
		fpt_ring__close(ring);
		errno = -err;
		return NULL;
	}
	return ring;
}

/*
 * The kernel waits for a grace period of tasks RCU, paced at 100 ms, for each
 * function it lets go, one after the other whoever asks: this takes seconds.
 */
void fpt_ring__close(struct fpt_ring *ring)
{
	int slot, hook;

	if (!ring)
		return;
	for (slot = 0; slot < OBJECTS; slot++)
		for (hook = 0; hook < FPT_HOOK_MAX; hook++)
			bpf_link__destroy(ring->link[slot][hook]);
	ring_buffer__free(ring->buffer);
	if (ring->counters)
		munmap(ring->counters, ring->counters_bytes);
	for (slot = 0; slot < OBJECTS; slot++)
		bpf_object__close(ring->object[slot]);
	free(ring->moved);
	free(ring->batch);
	free(ring->final);
	free(ring);
}
