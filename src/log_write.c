// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a log: gathers batches until a block is due.  A lock keeps the thread
 * that writes what is due from the caller.
 */
#include "log.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log_blocks.h"
#include "table.h"

#define PARTS_MAX 65536 /* batches in a block */
#define BLOCKS_A_PIECE \
	2 /* at least, so that a piece keeps to its size; usually they are smaller \
	   */

/* What was appended and is in no block yet. */
struct pending {
	struct fpt_buffer events;
	struct fpt_buffer parts; /* struct fpt_log_part */
	uint32_t count, part_count;
	uint64_t due_ns; /* when it must be written */
};

struct fpt_log_writer {
	struct fpt_log_blocks blocks;
	unsigned int flush_ms;
	struct pending pending;
	struct fpt_log_cpu cpu[FPT_MAX_CPUS];
	unsigned int cpus; /* the highest that was seen, and 1 */
	bool ended;
	uint64_t left_out;
	int failed; /* since the last call, as -errno */
	int first_failed; /* ever */

	pthread_mutex_t lock;
	pthread_cond_t wake; /* something is pending, or all is over */
	pthread_t thread;
	bool threaded, closing;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---- what is pending ---- */

static int write_block(struct fpt_log_writer *writer, uint32_t magic,
		       const struct fpt_log_content *content)
{
	int err = fpt_log_blocks__write(&writer->blocks, magic, content);

	if (err)
		writer->failed = err;
	if (!writer->first_failed)
		writer->first_failed = err;
	return err;
}

static void count_cpu(struct fpt_log_writer *writer, const struct fpt_header *h)
{
	struct fpt_log_cpu *cpu = &writer->cpu[h->cpu];

	if (h->cpu >= writer->cpus)
		writer->cpus = h->cpu + 1;
	cpu->cpu = h->cpu;
	if (!cpu->count++)
		cpu->first = cpu->last = h->seq;
	if (h->seq < cpu->first)
		cpu->first = h->seq;
	if (h->seq > cpu->last)
		cpu->last = h->seq;
}

/* Looks at each event for its processor, and for the times of the block. */
static void look_at_events(struct fpt_log_writer *writer, struct fpt_log_content *content)
{
	const char *at = content->events;
	struct fpt_header h;
	uint32_t i;

	for (i = 0; i < writer->cpus; i++)
		writer->cpu[i].count = 0;
	for (i = 0; i < content->count; i++, at += h.size) {
		memcpy(&h, at, sizeof(h));
		if (!content->begin_ns || h.ts_ns < content->begin_ns)
			content->begin_ns = h.ts_ns;
		if (h.ts_ns > content->end_ns)
			content->end_ns = h.ts_ns;
		if (h.kind >= FPT_RECORD_FIRST)
			content->records++;
		else if (h.cpu < FPT_MAX_CPUS)
			count_cpu(writer, &h);
	}
}

/* Processors that have events in the block, or ever lost one. */
static uint32_t list_cpus(const struct fpt_log_writer *writer, struct fpt_log_cpu *cpus)
{
	uint32_t count = 0, i;

	for (i = 0; i < writer->cpus; i++)
		if (writer->cpu[i].count || writer->cpu[i].lost)
			cpus[count++] = writer->cpu[i];
	return count;
}

/* Writes what is pending, or counts it as left out; failed says why. */
static void flush(struct fpt_log_writer *writer)
{
	struct pending *pending = &writer->pending;
	struct fpt_log_cpu cpus[FPT_MAX_CPUS];
	struct fpt_log_content content = { .events = (char *)pending->events.at,
					   .bytes = pending->events.size,
					   .count = pending->count,
					   .parts = (struct fpt_log_part *)pending->parts.at,
					   .part_count = pending->part_count,
					   .cpus = cpus };

	if (!pending->part_count)
		return;
	look_at_events(writer, &content);
	content.cpu_count = list_cpus(writer, cpus);
	if (write_block(writer, FPT_LOG_BLOCK_MAGIC, &content))
		writer->left_out += pending->count - content.records;
	pending->events.size = pending->parts.size = 0;
	pending->count = pending->part_count = 0;
}

static void write_end(struct fpt_log_writer *writer, const struct fpt_batch *batch)
{
	const struct fpt_log_part part = { .lost = batch->lost,
					   .missed = batch->missed,
					   .produced = batch->produced };
	struct fpt_log_cpu cpus[FPT_MAX_CPUS];
	struct fpt_log_content content = { .parts = &part, .part_count = 1, .cpus = cpus };

	look_at_events(writer, &content);
	content.cpu_count = list_cpus(writer, cpus);
	writer->ended = true;
	write_block(writer, FPT_LOG_END_MAGIC, &content);
}

/* ---- appending ---- */

static uint64_t latest_of(const struct fpt_batch *batch)
{
	const struct fpt_header *event;
	uint64_t latest = 0;

	for (event = fpt_batch__next(batch, NULL); event; event = fpt_batch__next(batch, event))
		if (event->ts_ns > latest)
			latest = event->ts_ns;
	return latest;
}

/* How many bytes of events, from @at on, there is room for in the block; *count are that many. */
static size_t room_for(const struct fpt_log_writer *writer, const char *at, size_t left,
		       uint32_t *count)
{
	const uint64_t rotate = writer->blocks.rotate / BLOCKS_A_PIECE;
	const size_t frames = writer->blocks.frames.known.used ? FPT_LOG_FRAMES_MAX : 0;
	const size_t block = FPT_LOG_BLOCK_MAX - frames;
	const size_t most = rotate && rotate < block ? rotate : block;
	const size_t used = writer->pending.events.size, room = most > used ? most - used : 0;
	size_t taken = 0;
	struct fpt_header h;

	if (left <= room)
		return left;
	for (*count = 0; taken < left; ++*count, taken += h.size) {
		memcpy(&h, at + taken, sizeof(h));
		if (taken + h.size > room)
			break;
	}
	return taken;
}

/* Takes the batch, in parts if it is too large for one block.  0 or -ENOMEM. */
static int take(struct fpt_log_writer *writer, const struct fpt_batch *batch)
{
	struct pending *pending = &writer->pending;
	const char *at = batch->events;
	size_t left = batch->bytes, taken;
	struct fpt_log_part part = { .count = batch->count,
				     .lost = batch->lost,
				     .missed = batch->missed,
				     .produced = batch->produced,
				     .rest = batch->rest,
				     .until_ns = batch->until_ns ?: latest_of(batch) };
	uint32_t events_left = batch->count;

	do {
		part.count = events_left;
		taken = room_for(writer, at, left, &part.count);
		left -= taken;
		events_left -= part.count;
		part.more = left || batch->more;
		if (!pending->part_count)
			pending->due_ns = now_ns() + writer->flush_ms * 1000000ULL;
		fpt_buffer__put(&pending->events, at, taken);
		fpt_buffer__put(&pending->parts, &part, sizeof(part));
		if (pending->events.failed || pending->parts.failed)
			return -ENOMEM;
		pending->part_count++;
		pending->count += part.count;
		part.lost = part.missed = 0;
		part.rest = true;
		at += taken;
		if (left)
			flush(writer);
	} while (left);
	return 0;
}

static bool batch_is_sound(const struct fpt_batch *batch)
{
	const char *at = batch->events;
	size_t room = batch->bytes;
	uint32_t count = 0;

	if (batch->end && room)
		return false;
	while (room) {
		struct fpt_header h;

		if (fpt_event__check(at, room))
			return false;
		memcpy(&h, at, sizeof(h));
		at += h.size;
		room -= h.size;
		count++;
	}
	return count == batch->count;
}

static int append(struct fpt_log_writer *writer, const struct fpt_batch *batch)
{
	const struct fpt_header *event;
	unsigned int i;
	bool waits; /* the thread, for something to be pending */
	int err, memory = 0;

	for (event = fpt_batch__next(batch, NULL); event; event = fpt_batch__next(batch, event))
		memory |= fpt_log_blocks__remember(&writer->blocks, event);
	for (i = 0; i < batch->cpus; i++) {
		const uint32_t cpu = batch->cpu[i].cpu;

		if (cpu >= FPT_MAX_CPUS)
			continue;
		if (cpu >= writer->cpus)
			writer->cpus = cpu + 1;
		writer->cpu[cpu].cpu = cpu;
		writer->cpu[cpu].lost = batch->cpu[i].lost;
	}
	if (batch->end) {
		flush(writer);
		write_end(writer, batch);
		return 0;
	}
	waits = !writer->pending.part_count;
	err = take(writer, batch) ?: memory;
	if (!writer->flush_ms || writer->pending.part_count >= PARTS_MAX)
		flush(writer);
	if (waits)
		pthread_cond_signal(&writer->wake);
	return err;
}

static int take_failure(struct fpt_log_writer *writer)
{
	int err = writer->failed;

	writer->failed = 0;
	return err;
}

int fpt_log_writer__append(struct fpt_log_writer *writer, const struct fpt_batch *batch)
{
	int err;

	if (!batch_is_sound(batch))
		return -EINVAL;
	pthread_mutex_lock(&writer->lock);
	err = writer->ended ? -EINVAL : append(writer, batch);
	err = err ?: take_failure(writer);
	pthread_mutex_unlock(&writer->lock);
	return err;
}

int fpt_log_writer__flush(struct fpt_log_writer *writer)
{
	int err;

	pthread_mutex_lock(&writer->lock);
	flush(writer);
	err = take_failure(writer);
	pthread_mutex_unlock(&writer->lock);
	return err;
}

uint64_t fpt_log_writer__left_out(struct fpt_log_writer *writer)
{
	uint64_t left_out;

	pthread_mutex_lock(&writer->lock);
	left_out = writer->left_out;
	pthread_mutex_unlock(&writer->lock);
	return left_out;
}

/* ---- the whole ---- */

/* The thread: writes what is due, even while the caller waits for a slow reader of its output. */
static void *write_due(void *argument)
{
	struct fpt_log_writer *writer = argument;
	struct timespec due;

	pthread_mutex_lock(&writer->lock);
	while (!writer->closing) {
		if (!writer->pending.part_count) {
			pthread_cond_wait(&writer->wake, &writer->lock);
			continue;
		}
		due.tv_sec = (time_t)(writer->pending.due_ns / 1000000000);
		due.tv_nsec = (long)(writer->pending.due_ns % 1000000000);
		if (now_ns() >= writer->pending.due_ns)
			flush(writer);
		else
			pthread_cond_timedwait(&writer->wake, &writer->lock, &due);
	}
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

static int start_thread(struct fpt_log_writer *writer)
{
	pthread_condattr_t attributes;
	sigset_t all, saved;
	int err;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&writer->wake, &attributes);
	pthread_mutex_init(&writer->lock, NULL);
	if (!writer->flush_ms)
		return 0;
	/* Signals are the caller's. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &saved);
	err = pthread_create(&writer->thread, NULL, write_due, writer);
	pthread_sigmask(SIG_SETMASK, &saved, NULL);
	writer->threaded = !err;
	return -err;
}

int fpt_log_writer__set_meta(struct fpt_log_writer *writer, const char *meta)
{
	int err;

	pthread_mutex_lock(&writer->lock);
	err = fpt_log_blocks__set_meta(&writer->blocks, meta);
	pthread_mutex_unlock(&writer->lock);
	return err;
}

static void free_writer(struct fpt_log_writer *writer)
{
	free(writer->pending.events.at);
	free(writer->pending.parts.at);
	free(writer);
}

struct fpt_log_writer *fpt_log_writer__open(const char *path, const struct fpt_log_options *options)
{
	struct fpt_log_writer *writer = calloc(1, sizeof(*writer));
	int err;

	if (!writer)
		return NULL;
	writer->flush_ms = options->flush_ms;
	err = fpt_log_blocks__open(&writer->blocks, path, options);
	if (!err)
		err = start_thread(writer);
	if (err) {
		fpt_log_blocks__close(&writer->blocks);
		free_writer(writer);
		errno = -err;
		return NULL;
	}
	return writer;
}

int fpt_log_writer__close(struct fpt_log_writer *writer)
{
	int err;

	pthread_mutex_lock(&writer->lock);
	writer->closing = true;
	pthread_cond_signal(&writer->wake);
	pthread_mutex_unlock(&writer->lock);
	if (writer->threaded)
		pthread_join(writer->thread, NULL);
	flush(writer);
	err = fpt_log_blocks__close(&writer->blocks);
	if (writer->first_failed)
		err = writer->first_failed;
	pthread_mutex_destroy(&writer->lock);
	pthread_cond_destroy(&writer->wake);
	free_writer(writer);
	return err;
}
