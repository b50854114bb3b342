// SPDX-License-Identifier: GPL-2.0-only
/* The live side: targets, filters, ring and log, and the records of a run. */
#include "live.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "table.h"
#include "version.h"

static int refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int refuse(const char *format, ...)
{
	va_list arguments;

	fputs("fusept-trace: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return FPT_EXIT_USAGE;
}

/* The parent is resolved, the mount point itself is not touched: its server
 * may be dead, and looking at it would block. */
static void absolute(const char *path, char out[PATH_MAX])
{
	char copy[PATH_MAX], copy2[PATH_MAX], parent[PATH_MAX];

	snprintf(copy, sizeof(copy), "%s", path);
	snprintf(copy2, sizeof(copy2), "%s", path);
	if (strspn(path, "/") == strlen(path))
		snprintf(out, PATH_MAX, "/");
	else if (!realpath(dirname(copy), parent))
		snprintf(out, PATH_MAX, "%s", path);
	else
		snprintf(out, PATH_MAX, "%.2000s%s%.2000s", parent,
			 strcmp(parent, "/") == 0 ? "" : "/", basename(copy2));
}

/* Limits the run to one mount, and to the fuse that has it. */
static int choose_mount(struct fpt_live *live, struct fpt_config *filter)
{
	const struct fpt_mount *mount;
	char path[PATH_MAX];
	bool beside;
	int i;

	absolute(live->options->mount, path);
	mount = fpt_mounts__by_path(&live->mounts, path);
	if (!mount)
		return refuse(
			"nothing is mounted on %s: give the mount point, as in /proc/self/mountinfo",
			live->options->mount);
	if (!fpt_mount__is_fuse(mount))
		return refuse("%s is a mount of type %s, not of FUSE", live->options->mount,
			      mount->fstype);
	filter->dev = mount->dev;
	beside = strncmp(mount->fstype, "fusept", 6) == 0;
	for (i = 0; i < 2; i++)
		if (beside != (live->target[i].id == FPT_TARGET_ID_FUSEPT))
			live->target[i].present = false;
	return 0;
}

/* libbpf's reasons are for -v: users get one line, with what to do. */
static int silent(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level, (void)format, (void)arguments;
	return 0;
}

static int probe_targets(struct fpt_live *live)
{
	int err = fpt_targets__probe(live->target);

	if (err == -ENOTSUP) {
		refuse("this kernel has no BTF (/sys/kernel/btf/vmlinux): it needs CONFIG_DEBUG_INFO_BTF");
		return FPT_EXIT_UNSUPPORTED;
	}
	if (err)
		return refuse("cannot read the kernel's BTF: %s", strerror(-err));
	return 0;
}

int fpt_live__probe(struct fpt_live *live, const struct fpt_trace_options *options)
{
	uint32_t pid = options->ring.filter.tgid;
	int code, i;

	memset(live, 0, sizeof(*live));
	live->options = options;
	if (!options->verbose)
		libbpf_set_print(silent);
	code = probe_targets(live);
	if (code || options->features)
		return code;
	for (i = 0; i < FPT_TARGET_IDS; i++) {
		if (!options->target || strcmp(options->target, live->target[i].name) == 0)
			continue;
		live->target[i].present = false;
	}
	if (options->target && !live->target[0].present && !live->target[1].present) {
		refuse("this kernel has no %s with io modes: see --features", options->target);
		return FPT_EXIT_UNSUPPORTED;
	}
	if (!live->target[0].present && !live->target[1].present) {
		refuse("no fuse with io modes in this kernel: it needs Linux 6.9 or later with CONFIG_FUSE_FS, or modprobe fuse");
		return FPT_EXIT_UNSUPPORTED;
	}
	if (options->ring.filter.stacks && !fpt_kallsyms__shows(FPT_KALLSYMS))
		return refuse(
			"--stacks needs the addresses in " FPT_KALLSYMS
			", which are hidden: sysctl kernel.kptr_restrict=1 shows them to root");
	if (pid && kill(pid, 0) < 0 && errno == ESRCH)
		return refuse("no process has pid %u", pid);
	return 0;
}

static unsigned long long hooks_of(const struct fpt_target *target)
{
	unsigned long long hooks = 0;
	int hook;

	for (hook = 0; hook < FPT_HOOK_MAX; hook++)
		if (target->hook[hook].function[0])
			hooks |= 1ULL << hook;
	return hooks;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* Into the log, and into the session as if it came from there. */
static int take_batch(void *context, const struct fpt_batch *batch)
{
	struct fpt_live *live = context;
	int err = live->log ? fpt_log_writer__append(live->log, batch) : 0;

	if (err && !live->log_err) {
		live->log_err = err;
		refuse("cannot write %s: %s; the log will lack what does not fit, tracing goes on",
		       live->options->log, strerror(-err));
	}
	return fpt_session__batch(&live->session, batch);
}

/* The log's next piece begins with what is known by now. */
static int renew_meta(struct fpt_live *live)
{
	char *meta = live->log ? fpt_live__meta(live) : NULL;
	int err = 0;

	if (meta)
		err = fpt_log_writer__set_meta(live->log, meta);
	else if (live->log)
		err = -ENOMEM;
	free(meta);
	return err;
}

static int take_record_of(struct fpt_live *live, struct fpt_header *record, uint16_t kind,
			  size_t size, uint64_t ts_ns)
{
	struct fpt_batch batch = { .events = record, .bytes = size, .count = 1 };

	record->kind = kind;
	record->size = size;
	record->ts_ns = ts_ns;
	record->tgid = getpid();
	return take_batch(live, &batch);
}

static int take_record(struct fpt_live *live, struct fpt_header *record, uint16_t kind, size_t size)
{
	return take_record_of(live, record, kind, size, now_ns());
}

static void read_line(const char *path, char *out, size_t size)
{
	FILE *file = fopen(path, "re");

	if (!file)
		return;
	if (fgets(out, size, file))
		out[strcspn(out, "\n")] = '\0';
	fclose(file);
}

static bool filters_tasks(const struct fpt_config *filter)
{
	return filter->tgid || filter->not_tgid || filter->comm_mode;
}

static int take_run_record(struct fpt_live *live)
{
	const struct fpt_config *filter = &live->options->ring.filter;
	struct fpt_run_record run = { .events = ~0ULL };
	struct timespec mono, real;
	struct utsname name;
	int i;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &real);
	run.realtime_offset_ns =
		(real.tv_sec - mono.tv_sec) * 1000000000ULL + real.tv_nsec - mono.tv_nsec;
	/* A check is on only where each target has what it needs. */
	for (i = 0; i < 2; i++)
		if (live->target[i].present)
			run.events &= fpt_target__events(&live->target[i]);
	run.only_ino = filter->ino;
	run.only_dev = filter->dev;
	run.some_tasks_only = filters_tasks(filter);
	uname(&name);
	snprintf(run.fusept, sizeof(run.fusept), "%s", FPT_VERSION);
	snprintf(run.kernel, sizeof(run.kernel), "%.63s", name.release);
	snprintf(run.host, sizeof(run.host), "%.63s", name.nodename);
	read_line("/proc/sys/kernel/random/boot_id", run.boot_id, sizeof(run.boot_id));
	return take_record(live, &run.h, FPT_RUN, sizeof(run));
}

static int take_target_records(struct fpt_live *live)
{
	int i, err = 0;

	for (i = 0; i < 2 && !err; i++) {
		struct fpt_target_record record = { .hooks = hooks_of(&live->target[i]),
						    .ino_bit = live->target[i].ino_bit };

		if (!live->target[i].present)
			continue;
		snprintf(record.fstype, sizeof(record.fstype), "%s", live->target[i].name);
		err = take_record(live, &record.h, FPT_TARGET, sizeof(record));
	}
	return err;
}

/* Tells of FUSE mounts that the session does not know yet. */
static int take_mount_records(struct fpt_live *live)
{
	bool news = false;
	size_t i;
	int err = 0;

	fpt_mounts__read(&live->mounts, FPT_MOUNTINFO);
	for (i = 0; i < live->mounts.count && !err; i++) {
		const struct fpt_mount *mount = &live->mounts.mount[i];
		struct fpt_mount_record record = { .dev = mount->dev };
		const struct fpt_mount *told =
			fpt_mounts__by_dev(&live->session.mounts, mount->dev);

		if (!fpt_mount__is_fuse(mount) || (told && strcmp(told->path, mount->path) == 0))
			continue;
		snprintf(record.fstype, sizeof(record.fstype), "%s", mount->fstype);
		snprintf(record.path, sizeof(record.path), "%s", mount->path);
		err = take_record(live, &record.h, FPT_MOUNT, sizeof(record));
		news = true;
	}
	return err || !news ? err : renew_meta(live);
}

/* Frames of stacks that are new are told before the events that refer to them. */
static int take_frame_records(struct fpt_live *live, const struct fpt_batch *batch)
{
	struct fpt_batch news;
	int err = fpt_live__name_stacks(live, batch, &news);

	if (!err && news.count)
		err = take_batch(live, &news);
	fpt_frames__told(&live->frames);
	return err;
}

/* A batch about a mount that is not known yet is preceded by its record. */
static int take_live_batch(void *context, const struct fpt_batch *batch)
{
	struct fpt_live *live = context;
	const struct fpt_header *event;
	bool unknown = false;
	int err = 0;

	for (event = fpt_batch__next(batch, NULL); event; event = fpt_batch__next(batch, event)) {
		const struct fpt_kind_info *info = fpt_kind(event->kind);
		const struct fpt_field *dev = info ? fpt_field__find(info, "dev") : NULL;

		if (event->kind == FPT_INIT ||
		    (dev && !fpt_mounts__by_dev(&live->session.mounts, fpt_field__get(dev, event))))
			unknown = true;
	}
	if (unknown)
		err = take_mount_records(live);
	if (!err && live->options->ring.filter.stacks)
		err = take_frame_records(live, batch);
	return err ?: take_batch(live, batch);
}

static int refuse_log(struct fpt_live *live, int err)
{
	live->log_err = -err;
	if (live->log)
		fpt_log_writer__close(live->log);
	live->log = NULL;
	return refuse("cannot write the log %s: %s", live->options->log, strerror(err));
}

/*
 * The records of the run are in a block of their own, so that damage to events
 * never takes them along; and a log that cannot be written is noticed here.
 */
static int begin_log(struct fpt_live *live)
{
	int err = live->log ? renew_meta(live) : 0;

	if (live->log && !err)
		err = fpt_log_writer__flush(live->log);
	return err ? refuse_log(live, -err) : 0;
}

/* One of what was moved on each mount where that has changed. */
static int take_bytes_records(struct fpt_live *live, uint64_t ts_ns)
{
	const struct fpt_bytes *told = &live->session.bytes;
	uint64_t missed = fpt_ring__moves_missed(live->ring);
	struct fpt_moved now, before;
	bool first = true;
	uint32_t dev = 0;
	int err = 0;

	for (; live->counts_bytes && !err && fpt_ring__moved(live->ring, &dev, first, &now);
	     first = false) {
		struct fpt_moved_record record = { .dev = dev,
						   .backing_read = now.backing_read,
						   .backing_written = now.backing_written,
						   .server_read = now.server_read,
						   .server_written = now.server_written,
						   .missed = missed };

		before = fpt_bytes__of(told, dev);
		if (!told->known || missed != told->missed || memcmp(&now, &before, sizeof(now)))
			err = take_record_of(live, &record.h, FPT_MOVED, sizeof(record), ts_ns);
	}
	return err;
}

/* Whether every target that is traced has all that bytes are counted with. */
static bool can_count_bytes(const struct fpt_live *live)
{
	int i;

	for (i = 0; i < FPT_TARGET_IDS; i++)
		if (live->target[i].present && !fpt_target__has(&live->target[i], FPT_MOVED))
			return false;
	return true;
}

/*
 * Half a count would mislead, and costs as much as a whole one.  A filter on
 * processes or inodes says nothing of a reply, which comes from the server and
 * may be to many.
 */
static void leave_out_bytes(struct fpt_live *live)
{
	const struct fpt_config *filter = &live->options->ring.filter;
	int i, hook;

	if (!filters_tasks(filter) && !filter->ino && can_count_bytes(live))
		return;
	for (i = 0; i < FPT_TARGET_IDS; i++)
		for (hook = 0; hook < FPT_HOOK_MAX; hook++)
			if (fpt_hooks[hook].kind == FPT_MOVED)
				live->target[i].hook[hook].function[0] = '\0';
}

int fpt_live__start(struct fpt_live *live)
{
	struct fpt_log_options log = live->options->write;
	struct fpt_ring_options ring = live->options->ring;
	char why[256];
	int err = fpt_mounts__read(&live->mounts, FPT_MOUNTINFO);

	if (!err && live->options->mount) {
		int code = choose_mount(live, &ring.filter);

		if (code)
			return code;
	}
	if (live->options->log) {
		live->log = fpt_log_writer__open(live->options->log, &log);
		if (!live->log)
			return refuse_log(live, errno);
	}
	if (fpt_session__init(&live->session, &live->options->session))
		return FPT_EXIT_USAGE;
	leave_out_bytes(live);
	live->ring = fpt_ring__open(live->target, 2, &ring, why, sizeof(why));
	if (!live->ring)
		return refuse("%s", why);
	live->counts_bytes = can_count_bytes(live);
	err = take_run_record(live);
	if (!err)
		err = take_target_records(live);
	if (!err)
		err = take_mount_records(live);
	if (!err)
		err = take_bytes_records(live, now_ns());
	return err ? refuse("cannot start: %s", strerror(-err)) : begin_log(live);
}

/*
 * The time is what it was before the ring was read: an event that was not read
 * yet may end the wait, but only after that.
 */
int fpt_live__poll(struct fpt_live *live, int timeout_ms)
{
	struct fpt_time_record record = {};
	uint64_t now = now_ns();
	int err = fpt_ring__poll(live->ring, timeout_ms, take_live_batch, live);

	if (!err && now >= live->bytes_told_ns + 1000000000ULL) {
		live->bytes_told_ns = now;
		err = take_bytes_records(live, now);
	}
	if (err || now < live->time_told_ns + 1000000000ULL)
		return err;
	record.waiting = fpt_session__waiting(&live->session);
	if (!record.waiting)
		return 0;
	live->time_told_ns = now;
	return take_record_of(live, &record.h, FPT_TIME, sizeof(record), now);
}

static int take_cpu_records(struct fpt_live *live)
{
	struct fpt_counters counters;
	unsigned int cpu;
	int err = 0;

	for (cpu = 0; !err && fpt_ring__counters(live->ring, cpu, &counters); cpu++) {
		struct fpt_cpu_record record = { .number = cpu,
						 .produced = counters.produced,
						 .recorded = counters.recorded,
						 .lost = counters.lost };

		if (counters.produced)
			err = take_record(live, &record.h, FPT_CPU, sizeof(record));
	}
	return err;
}

int fpt_live__finish(struct fpt_live *live)
{
	int err = fpt_ring__stop(live->ring, take_live_batch, live);

	if (!err)
		err = take_bytes_records(live, now_ns());
	if (!err)
		err = take_cpu_records(live);
	return err ?: fpt_ring__end(live->ring, take_batch, live);
}

static void close_log(struct fpt_live *live)
{
	unsigned long long left_out = fpt_log_writer__left_out(live->log);
	int err = fpt_log_writer__close(live->log);

	if (err && !live->log_err) {
		live->log_err = err;
		refuse("cannot finish %s: %s", live->options->log, strerror(-err));
	}
	if (left_out)
		refuse("%llu events are not in %s", left_out, live->options->log);
}

void fpt_live__close(struct fpt_live *live)
{
	fpt_ring__close(live->ring);
	if (live->log)
		close_log(live);
	fpt_session__free(&live->session);
	fpt_mounts__free(&live->mounts);
	fpt_frames__free(&live->frames);
}
