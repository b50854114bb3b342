/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whole runs as batches, for the reports: made from the streams that lead to each
 * check's finding, moved apart in time and identity so that they fit into one run.
 */
#ifndef RUN_FIXTURE_H
#define RUN_FIXTURE_H

#include <errno.h>

#include "check_expected.h"
#include "log.h"
#include "record.h"
#include "table.h"

#define RUN_BYTES (4 << 20)
#define RUN_BATCHES 2000
#define STEP_NS (10 * SECOND) /* between two streams */
#define EVIL "\033[31m\r\n\x07\x7f\xc2\x9b\xe2\x80\xae\xff\\\"'<b>&#]]>"
#define EVIL_PATH "/mnt/</script><img src=x onerror=alert(1)>::error::%0A" EVIL

struct run {
	char bytes[RUN_BYTES];
	struct fpt_batch batch[RUN_BATCHES];
	unsigned int batches;
	size_t used;
	uint64_t produced;
	unsigned int streams; /* so far */
	const char *name; /* of every file from here on, if not NULL */
	uint64_t begin_ns; /* of the first stream */
	uint32_t frame; /* where every event from here on is called from; 0: that is not told */
};

static struct run *run_recorded; /* by run_record() */

static inline struct fpt_batch *run_batch(struct run *run)
{
	struct fpt_batch *batch = &run->batch[run->batches++];

	assert_true(run->batches <= RUN_BATCHES);
	*batch = (struct fpt_batch){ .events = run->bytes + run->used, .produced = run->produced };
	return batch;
}

static inline void run_append(struct run *run, const void *event, size_t size)
{
	struct fpt_batch *batch = &run->batch[run->batches - 1];

	assert_true(run->used + size <= RUN_BYTES);
	memcpy(run->bytes + run->used, event, size);
	run->used += size;
	batch->bytes += size;
	batch->count++;
	if (((const struct fpt_header *)event)->kind < FPT_RECORD_FIRST)
		batch->produced = ++run->produced;
}

/* Makes a stream another than those before it: its keys, threads and times. */
static inline void run_move(const struct run *run, struct fpt_header *event)
{
	const struct fpt_kind_info *info = fpt_kind(event->kind);
	const struct fpt_field *field;
	uint64_t value, shift = run->streams;

	for (field = info->fields; field < info->fields + info->nfields; field++) {
		char *at = (char *)event + field->offset;

		if (field->format == FPT_FORMAT_TEXT && run->name &&
		    strcmp(field->name, "name") == 0)
			memcpy(at, run->name, strnlen(run->name, field->size - 1) + 1);
		value = fpt_field__get(field, event);
		if (!value || field->size != sizeof(value))
			continue;
		if (field->format == FPT_FORMAT_KEY)
			value += shift << 20;
		else if (field->format == FPT_FORMAT_NS)
			value += shift * STEP_NS;
		else if (strcmp(field->name, "nodeid") == 0 && value > 1)
			value += shift * 100;
		memcpy(at, &value, sizeof(value));
	}
	event->ts_ns += shift * STEP_NS;
	event->tid += shift * 100;
	event->tgid += shift * 100;
}

static inline void run_frame(struct run *run, uint32_t number, uint32_t caller, const char *name)
{
	struct fpt_frame_record frame = { .h = { sizeof(frame), FPT_FRAME, 0, 0, 0, 1, 1 },
					  .number = number,
					  .caller = caller };

	frame.h.ts_ns = 99 * SECOND + run->streams * STEP_NS;
	snprintf(frame.name, sizeof(frame.name), "%s", name);
	run_append(run, &frame, sizeof(frame));
}

/* Of the event that comes next. */
static inline void run_called_from(struct run *run, const struct fpt_header *event)
{
	struct fpt_called_from from = { .h = *event, .of = run->produced + 1, .frame = run->frame };

	from.h.kind = FPT_CALLED_FROM;
	from.h.size = sizeof(from);
	from.h.seq = run->produced;
	run_append(run, &from, sizeof(from));
}

static inline void run_record(const struct fpt_header *event)
{
	char copy[FPT_EVENT_MAX];

	memcpy(copy, event, event->size);
	run_move(run_recorded, (struct fpt_header *)copy);
	if (run_recorded->frame)
		run_called_from(run_recorded, (struct fpt_header *)copy);
	((struct fpt_header *)copy)->seq = run_recorded->produced;
	run_append(run_recorded, copy, event->size);
}

/* What was moved on a mount until now, in a batch of its own. */
static inline void run_moved(struct run *run, uint32_t dev, uint64_t bytes, uint64_t missed)
{
	struct fpt_moved_record moved = { .h = { sizeof(moved), FPT_MOVED, 0, 0, 0, 1, 1 },
					  .dev = dev,
					  .backing_read = bytes,
					  .backing_written = bytes + 1,
					  .server_read = bytes + 2,
					  .server_written = bytes + 3,
					  .missed = missed };

	moved.h.ts_ns = 99 * SECOND + run->streams * STEP_NS;
	run_batch(run);
	run_append(run, &moved, sizeof(moved));
}

/* One stream more, as a batch of its own. */
static inline void run_stream(struct run *run, void (*function)(struct stream *s))
{
	struct stream s;

	stream_options(&s, ALL_EVENTS, false);
	run_recorded = run;
	s.record = run_record;
	run_batch(run);
	function(&s);
	stream_free(&s);
	run->streams++;
}

static inline void run_begin_with(struct run *run, const struct fpt_run_record *wanted)
{
	struct fpt_run_record record = *wanted;
	struct fpt_target_record target = { .h = { sizeof(target), FPT_TARGET, 0, 0, 0, 1, 1 },
					    .hooks = ~0ULL >> 1,
					    .ino_bit = 43,
					    .fstype = "fusept" };
	struct fpt_mount_record mount = { .h = { sizeof(mount), FPT_MOUNT, 0, 0, 0, 1, 1 },
					  .dev = 35,
					  .fstype = "fusept",
					  .path = "/mnt" };

	memset(run, 0, sizeof(*run));
	record.h = (struct fpt_header){ sizeof(record), FPT_RUN, 0, 0, 99 * SECOND, 1, 1 };
	record.realtime_offset_ns = 1700000000 * SECOND;
	snprintf(record.fusept, sizeof(record.fusept), "0.1");
	snprintf(record.kernel, sizeof(record.kernel), "6.12.0");
	snprintf(record.boot_id, sizeof(record.boot_id), "0000-1111");
	if (!*record.host)
		snprintf(record.host, sizeof(record.host), "host");
	target.h.ts_ns = mount.h.ts_ns = 99 * SECOND;
	if (record.host[0] == 'e')
		snprintf(mount.path, sizeof(mount.path), "%s", EVIL_PATH);
	run_batch(run);
	run_append(run, &record, sizeof(record));
	run_append(run, &target, sizeof(target));
	run_append(run, &mount, sizeof(mount));
}

static inline void run_begin(struct run *run)
{
	run_begin_with(run, &(struct fpt_run_record){ .events = ALL_EVENTS });
}

/* The counters of the processors, and the end block. */
static inline void run_end(struct run *run, uint64_t lost)
{
	struct fpt_cpu_record cpu = { .h = { sizeof(cpu), FPT_CPU, 0, 0, 0, 1, 1 },
				      .produced = run->produced + lost,
				      .recorded = run->produced,
				      .lost = lost };
	struct fpt_batch *batch = run_batch(run);

	cpu.h.ts_ns = 100 * SECOND + (run->streams + 1) * STEP_NS;
	batch->lost = lost;
	run->produced += lost;
	batch->produced = run->produced;
	run_append(run, &cpu, sizeof(cpu));
	*run_batch(run) =
		(struct fpt_batch){ .end = true, .lost = lost, .produced = run->produced };
}

/* As a log; with @options that write at once each batch has a block of its own.  0 or -errno. */
static inline int run_write(const struct run *run, const char *path,
			    const struct fpt_log_options *options)
{
	struct fpt_log_writer *writer = fpt_log_writer__open(path, options);
	unsigned int i;
	int err = 0, close_err;

	if (!writer)
		return -errno;
	for (i = 0; i < run->batches && !err; i++)
		err = fpt_log_writer__append(writer, &run->batch[i]);
	close_err = fpt_log_writer__close(writer);
	return err ? err : close_err;
}

/* ---- the runs ---- */

static inline void stream_healthy(struct stream *s)
{
	connection(s);
	open_passthrough(s, 1, &first_backing);
	s->now += 2 * SECOND;
	io_release(s, 1, FPT_IOM_UNCACHED);
	open_cached(s, 2);
	s->now += SECOND;
	io_release(s, 2, FPT_IOM_CACHED);
	evict(s);
}

static inline void run_empty(struct run *run)
{
	run_begin(run);
	run_end(run, 0);
}

static inline void run_healthy(struct run *run)
{
	run_begin(run);
	run_moved(run, 0, 0, 0);
	run_stream(run, stream_healthy);
	run_moved(run, 35, 1000, 0);
	run_end(run, 0);
}

/* A finding of every check that there is. */
static inline void run_every_check(struct run *run)
{
	size_t i;

	run_begin(run);
	run_stream(run, stream_healthy);
	/* Only while nothing is in flight: some of the others leave an operation so. */
	run_stream(run, backing_leaked);
	run_stream(run, backing_count);
	for (i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		run_stream(run, scenarios[i].run);
	run_end(run, 0);
}

/* Names, path and host are an enemy's. */
static inline void run_hostile(struct run *run)
{
	static const char *const names[] = { EVIL,
					     "]]>-->",
					     "::error::x",
					     "##[error]x",
					     "~~~\n# x",
					     "%0A%25,:",
					     "\xe2\x80\xae\xf0\x9f\x98\x80" };
	struct fpt_run_record record = { .events = ALL_EVENTS, .host = "e" EVIL };
	size_t i;

	run_begin_with(run, &record);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		run->name = names[i];
		run_stream(run, cached_under_passthrough);
		run_stream(run, ino_dirent_mismatch);
		run_stream(run, ino_drift);
		run_stream(run, stream_healthy);
	}
	run_end(run, 0);
}

static inline void run_warnings(struct run *run)
{
	run_begin(run);
	run_stream(run, ino_drift);
	run_stream(run, wait_stuck);
	run_stream(run, stream_healthy);
	run_end(run, 0);
}

/* More findings than a report has room for, on more inodes than a picture has lanes. */
static inline void run_many(struct run *run)
{
	int i;

	run_begin(run);
	for (i = 0; i < 300; i++) {
		run_stream(run, cached_under_passthrough);
		run_stream(run, i % 2 ? ino_drift : ino_dirent_mismatch);
	}
	run_end(run, 0);
}

/* A kernel without some hooks. */
static inline void run_off(struct run *run)
{
	struct fpt_run_record record = { .events = ALL_EVENTS & ~(1ULL << FPT_UNCACHED_START |
								  1ULL << FPT_MMAP) };

	run_begin_with(run, &record);
	run_stream(run, stream_healthy);
	run_end(run, 0);
}

/* A filter on processes. */
static inline void run_filtered(struct run *run)
{
	struct fpt_run_record record = {
		.events = ALL_EVENTS, .some_tasks_only = 1, .only_ino = 3, .only_dev = 35
	};

	run_begin_with(run, &record);
	run_stream(run, stream_healthy);
	run_end(run, 0);
}

static inline void run_lost(struct run *run)
{
	run_begin(run);
	run_stream(run, stream_healthy);
	run_end(run, 12);
}

static inline void stream_of_new_mount(struct stream *s)
{
	struct fpt_init init = healthy_init(s);

	FEED(s, INIT, init);
	cached_under_passthrough(s);
}

/* A device number that two mounts have, one after the other. */
static inline void run_remounted(struct run *run)
{
	struct fpt_mount_record mount = { .h = { sizeof(mount), FPT_MOUNT, 0, 0, 0, 1, 1 },
					  .dev = 35,
					  .fstype = "fusept",
					  .path = "/mnt2" };

	run_begin(run);
	run_stream(run, stream_of_new_mount);
	mount.h.ts_ns = 100 * SECOND + run->streams * STEP_NS;
	run_append(run, &mount, sizeof(mount));
	run_stream(run, stream_of_new_mount);
	run_end(run, 0);
}

/* Of calls whose stacks are told, shared in part; of a frame that is told again, or never. */
static inline void run_stacks(struct run *run)
{
	run_begin(run);
	run_frame(run, 1, 0, "do_syscall_64+0x87");
	run_frame(run, 2, 1, "do_dentry_open+0x151");
	run_frame(run, 3, 2, "fusept_open+0x9 [fusept]");
	run_frame(run, 4, 1, "</code>&\n" EVIL);
	run->frame = 3;
	run_stream(run, cached_under_passthrough);
	run_frame(run, 3, 2, "fusept_open+0x9 [fusept]");
	run->frame = 4;
	run_stream(run, ino_dirent_mismatch);
	run->frame = 5;
	run_stream(run, ino_backing_mismatch);
	run_end(run, 0);
}

/* Ends in the middle, as after a kill. */
static inline void run_cut(struct run *run)
{
	run_begin(run);
	run_stream(run, stream_healthy);
}

static const struct {
	const char *name;
	void (*make)(struct run *run);
	enum fpt_verdict verdict;
} runs[] = {
	{ "empty", run_empty, FPT_VERDICT_PASS },
	{ "healthy", run_healthy, FPT_VERDICT_PASS },
	{ "every-check", run_every_check, FPT_VERDICT_VIOLATION },
	{ "hostile", run_hostile, FPT_VERDICT_VIOLATION },
	{ "warnings", run_warnings, FPT_VERDICT_PASS },
	{ "many", run_many, FPT_VERDICT_VIOLATION },
	{ "off", run_off, FPT_VERDICT_PASS },
	{ "filtered", run_filtered, FPT_VERDICT_PASS },
	{ "lost", run_lost, FPT_VERDICT_INCONCLUSIVE },
	{ "remounted", run_remounted, FPT_VERDICT_VIOLATION },
	{ "stacks", run_stacks, FPT_VERDICT_VIOLATION },
	{ "cut", run_cut, FPT_VERDICT_INCONCLUSIVE },
};
#define RUNS (sizeof(runs) / sizeof(runs[0]))

#endif
