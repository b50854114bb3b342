// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads bpf/ once per target, with one ring and one set of counters between
 * them.  Interprets no event.
 */
#include "source_ring.h"

#include "attach.h"

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

/* Linked in by bpf_objects.S */
extern const char fpt_bpf_fuse[], fpt_bpf_fuse_end[];
extern const char fpt_bpf_fusept[], fpt_bpf_fusept_end[];

struct fpt_ring {
	struct bpf_object *object[OBJECTS];
	struct bpf_link *link[OBJECTS][FPT_HOOK_MAX];
	struct ring_buffer *buffer;
	struct fpt_counters *counters; /* the kernel's own, mapped */
	size_t counters_bytes;
	unsigned int cpus;
	char *batch; /* what one drain brought */
	size_t batch_bytes, batch_room;
	uint32_t batch_count;
	uint64_t lost, missed; /* already told */
	struct fpt_cpu_loss loss[FPT_MAX_CPUS]; /* as last read; those that lost any */
	unsigned int losses;
	int drain_err;
};

static struct bpf_map *internal_map(struct bpf_object *object, const char *suffix)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
		if (bpf_map__is_internal(map) && strstr(bpf_map__name(map), suffix))
			return map;
	return NULL;
}

static int set_config(struct bpf_object *object, const struct fpt_target *target,
		      const struct fpt_ring_options *options, uint64_t secret)
{
	struct fpt_config config = options->filter;
	struct bpf_map *map = internal_map(object, ".rodata");

	config.secret = secret;
	config.target = target->config.target;
	config.cache_io_bit = target->config.cache_io_bit;
	config.bad_bit = target->config.bad_bit;
	config.start_fb_arg = target->config.start_fb_arg;
	config.init_args_arg = target->config.init_args_arg;
	config.init_error_arg = target->config.init_error_arg;
	config.passthrough_id_arg = target->config.passthrough_id_arg;
	config.forget_by_chan = target->config.forget_by_chan;
	config.request_args_arg = target->config.request_args_arg;
	config.revalidate_entry_arg = target->config.revalidate_entry_arg;
	config.ino_bit = target->config.ino_bit;
	config.wake_bytes = options->ring_bytes / 4;
	return map ? bpf_map__set_initial_value(map, &config, sizeof(config)) : -ENOENT;
}

static int leave_out_missing(struct bpf_object *object, const struct fpt_target *target)
{
	int hook;

	for (hook = 0; hook < FPT_HOOK_MAX; hook++) {
		struct bpf_program *program =
			bpf_object__find_program_by_name(object, fpt_hooks[hook].program);

		if (!program)
			return -ENOENT;
		if (!target->hook[hook].function[0])
			bpf_program__set_autoload(program, false);
	}
	return 0;
}

static int share_maps(struct bpf_object *object, struct bpf_object *first, size_t ring_bytes)
{
	static const char *const shared[] = { "ring", "counters" };
	struct bpf_map *map;
	size_t i;
	int err;

	if (!first) {
		map = bpf_object__find_map_by_name(object, "ring");
		return bpf_map__set_max_entries(map, ring_bytes);
	}
	for (i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		map = bpf_object__find_map_by_name(object, shared[i]);
		err = bpf_map__reuse_fd(
			map, bpf_map__fd(bpf_object__find_map_by_name(first, shared[i])));
		if (err)
			return err;
	}
	return 0;
}

static int load(struct fpt_ring *ring, int slot, const struct fpt_target *target,
		const struct fpt_ring_options *options, uint64_t secret)
{
	bool beside = target->id == FPT_TARGET_ID_FUSEPT;
	const char *start = beside ? fpt_bpf_fusept : fpt_bpf_fuse;
	const char *end = beside ? fpt_bpf_fusept_end : fpt_bpf_fuse_end;
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = beside ? "fusept" : "fuse");
	struct bpf_object *object = bpf_object__open_mem(start, end - start, &opts);
	int err;

	if (!object)
		return -errno;
	ring->object[slot] = object;
	err = set_config(object, target, options, secret);
	if (!err)
		err = leave_out_missing(object, target);
	if (!err)
		err = share_maps(object, slot ? ring->object[0] : NULL, options->ring_bytes);
	return err ?: bpf_object__load(object);
}

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
		map = internal_map(ring->object[slot], ".bss");
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
	for (cpu = 0; cpu < ring->cpus; cpu++) {
		volatile struct fpt_counters *count = &ring->counters[cpu];
		uint64_t due = count->produced, lost_here;

		while (count->recorded + count->lost < due)
			sched_yield();
		lost_here = count->lost;
		*produced += due;
		*lost += lost_here;
		if (lost_here)
			ring->loss[ring->losses++] = (struct fpt_cpu_loss){ cpu, lost_here };
	}
}

/*
 * A program does not run where it has interrupted itself: a task that is
 * preempted inside one makes it deaf on that processor for a while.
 */
static uint64_t missed_runs(const struct fpt_ring *ring)
{
	uint64_t missed = 0;
	int slot, hook;

	for (slot = 0; slot < OBJECTS; slot++) {
		for (hook = 0; hook < FPT_HOOK_MAX; hook++) {
			struct bpf_prog_info info = {};
			uint32_t size = sizeof(info);
			struct bpf_program *program;

			if (!ring->link[slot][hook])
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
	missed = missed_runs(ring);
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

int fpt_ring__stop(struct fpt_ring *ring, fpt_batch_fn consume, void *context)
{
	uint64_t produced, lost;
	int err = set_active(ring, false);

	if (err)
		return err;
	/* A program may still be between "produced" and the ring. */
	read_counters(ring, &produced, &lost);
	err = ring_buffer__consume(ring->buffer);
	return err < 0 ? err : hand_over(ring, true, consume, context);
}

bool fpt_ring__counters(const struct fpt_ring *ring, unsigned int cpu,
			struct fpt_counters *counters)
{
	if (cpu >= ring->cpus)
		return false;
	*counters = ring->counters[cpu];
	return true;
}

int fpt_ring__end(struct fpt_ring *ring, fpt_batch_fn consume, void *context)
{
	struct fpt_batch end = { .end = true, .missed = missed_runs(ring), .cpu = ring->loss };

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
			err = load(ring, slot, &targets[i], options, secret);
		fpt_attach__end();
		if (!err)
			err = attach(ring, slot, &targets[i]);
		slot++;
	}
	if (!err)
		err = map_counters(ring);
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
	free(ring->batch);
	free(ring);
}
