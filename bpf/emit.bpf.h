/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way out: one ring for all CPUs, and for each CPU the count of events
 * produced, recorded and lost.  Every event passes here, so that no loss goes
 * uncounted.
 */
#ifndef FPT_EMIT_BPF_H
#define FPT_EMIT_BPF_H

const volatile struct fpt_config config = {};

/* Set once every program is attached, so that nothing is half observed. */
bool active;

/*
 * While a task is preempted inside a program, the kernel skips that program for
 * all others on its processor.  Such misses are counted as lost evidence.
 * bpf_preempt_disable() does not help: the task is then preempted at its end,
 * by bpf_preempt_enable(), which still is inside the program.
 */
#define PROGRAM(section, name) \
	static __always_inline int name##_body(__u64 *ctx); \
	SEC(section) int name(__u64 *ctx) \
	{ \
		return active ? name##_body(ctx) : 0; \
	} \
	static __always_inline int name##_body(__u64 *ctx)
#define ENTRY(name) PROGRAM("fentry", name)
#define EXIT(name) PROGRAM("fexit", name)

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} ring SEC(".maps");

/* Not created unless stacks are wanted. */
struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, FPT_MAX_STACKS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, FPT_STACK_DEPTH * sizeof(__u64));
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, FPT_MAX_CPUS);
	__type(key, __u32);
	__type(value, struct fpt_counters);
} counters SEC(".maps");

/*
 * Begins an event of this size, or counts it as lost and returns NULL.  A
 * program can be preempted by another on its CPU: hence the atomic adds, and
 * number, place and time need not be in one order but for each thread.
 */
static __always_inline void *event_begin(__u16 kind, __u64 size)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 task = bpf_get_current_pid_tgid();
	struct fpt_counters *count = bpf_map_lookup_elem(&counters, &cpu);
	struct fpt_header *h;
	__u64 seq;

	if (!count)
		return NULL;
	seq = __sync_fetch_and_add(&count->produced, 1);
	h = bpf_ringbuf_reserve(&ring, size, 0);
	if (!h) {
		__sync_fetch_and_add(&count->lost, 1);
		return NULL;
	}
	__sync_fetch_and_add(&count->recorded, 1);
	__builtin_memset(h, 0, size);
	h->size = size;
	h->kind = kind;
	h->cpu = cpu;
	h->seq = seq;
	h->ts_ns = bpf_ktime_get_ns();
	h->tgid = task >> 32;
	h->tid = (__u32)task;
	return h;
}

/* For a fact that could not even be gathered. */
static __always_inline void event_lost(void)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct fpt_counters *count = bpf_map_lookup_elem(&counters, &cpu);

	if (count) {
		__sync_fetch_and_add(&count->produced, 1);
		__sync_fetch_and_add(&count->lost, 1);
	}
}

/* The reader polls by a timer; waking it for each event would cost most. */
static __always_inline void event_end(void *event)
{
	__u64 flags = BPF_RB_NO_WAKEUP;

	if (bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) >= config.wake_bytes)
		flags = BPF_RB_FORCE_WAKEUP;
	bpf_ringbuf_submit(event, flags);
}

/*
 * A stack has one place, where another may be: without its innermost frames, which are
 * of this program and its trampoline, it has others.
 */
static __always_inline long stack_id(void *ctx)
{
	long id = bpf_get_stackid(ctx, &stacks, 0);

	if (id == -EEXIST)
		id = bpf_get_stackid(ctx, &stacks, 1);
	if (id == -EEXIST)
		id = bpf_get_stackid(ctx, &stacks, 2);
	return id;
}

/*
 * Begins an event, and before it one that tells where the function that is traced was
 * called from.  Both have their places before either is handed over: so the first can
 * name the second.
 */
static __always_inline void *event_begin_called(void *ctx, __u16 kind, __u64 size)
{
	long id = stack_id(ctx);
	struct fpt_called_from *from = event_begin(FPT_CALLED_FROM, sizeof(*from));
	struct fpt_header *h = event_begin(kind, size);

	if (!from)
		return h;
	from->of = h ? h->seq : from->h.seq; /* its own number is no other event's */
	from->function = bpf_get_func_ip(ctx); /* the stack may begin with its caller */
	from->frame = id < 0 ? 0 : id;
	from->ret = id < 0 ? id : 0;
	event_end(from);
	return h;
}

/*
 * With its result, as stacks may be wanted of failures alone.  The test comes first, and
 * the two ways share nothing: so what is not wanted is dead code when the kernel looks.
 */
#define EVENT_BEGIN_RESULT(NAME, name, ret) \
	struct fpt_##name *e = \
		config.stacks && (config.stacks == FPT_STACKS_ALL || (ret) < 0) \
			? event_begin_called(ctx, FPT_##NAME, sizeof(struct fpt_##name)) \
			: event_begin(FPT_##NAME, sizeof(struct fpt_##name))
#define EVENT_BEGIN(NAME, name) EVENT_BEGIN_RESULT(NAME, name, 0)

#endif
