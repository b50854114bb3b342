/* SPDX-License-Identifier: GPL-2.0-only */
/* A folder with the pieces of a log, and what a reader gives of them. */
#ifndef LOG_FOLDER_H
#define LOG_FOLDER_H

#include "log_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "log_pieces.h"

#define PIECE 3000 /* bytes */
#define EVENTS 900
#define NAME 32

static char folder[64];

static inline int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/fusept-test-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

/* The names of the files, in order; returns how many. */
static inline int list(char names[][NAME], int most)
{
	struct dirent **entry;
	int n = scandir(folder, &entry, NULL, alphasort), i, count = 0;

	assert_true(n >= 2);
	for (i = 0; i < n; i++) {
		if (entry[i]->d_name[0] != '.' && count < most)
			snprintf(names[count++], NAME, "%.31s", entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	return count;
}

static inline const char *in_folder(const char *name)
{
	static char path[4][160];
	static int next;

	next = (next + 1) % 4;
	snprintf(path[next], sizeof(path[next]), "%s/%.80s", folder, name);
	return path[next];
}

static inline int remove_folder(void **state)
{
	char names[100][NAME];
	int n = list(names, 100), i;

	(void)state;
	for (i = 0; i < n; i++)
		unlink(in_folder(names[i]));
	return rmdir(folder);
}

static inline void append_run(struct fpt_log_writer *writer)
{
	struct {
		struct fpt_run_record run;
		struct fpt_mount_record mount;
	} records = { .run = { .h = { sizeof(records.run), FPT_RUN, 0, 0, 1, 2, 3 },
			       .kernel = "6.12" },
		      .mount = { .h = { sizeof(records.mount), FPT_MOUNT, 0, 0, 1, 2, 3 },
				 .dev = 41,
				 .path = "/old" } };
	struct fpt_batch batch = { .events = &records, .bytes = sizeof(records), .count = 2 };

	assert_int_equal(fpt_log_writer__append(writer, &batch), 0);
	/* Another mount of the same number takes its place. */
	strcpy(records.mount.path, "/new");
	batch = (struct fpt_batch){ .events = &records.mount,
				    .bytes = sizeof(records.mount),
				    .count = 1 };
	assert_int_equal(fpt_log_writer__append(writer, &batch), 0);
}

/* EVENTS events, in batches of ten; the sequence number tells which one it is. */
static inline void write_so(const char *name, const struct fpt_log_options *options)
{
	struct fpt_log_writer *writer = fpt_log_writer__open(in_folder(name), options);
	struct fpt_forget events[10];
	struct fpt_batch batch = { .events = events, .bytes = sizeof(events), .count = 10 };
	uint64_t i;

	assert_non_null(writer);
	append_run(writer);
	for (i = 0; i < EVENTS; i++) {
		events[i % 10] = (struct fpt_forget){ .h = { sizeof(events[0]), FPT_FORGET, 0, i,
							     i * 1000, 1, 2 },
						      .nodeid = (uint64_t)rand() * i };
		batch.produced = i + 1;
		if (i % 10 == 9)
			assert_int_equal(fpt_log_writer__append(writer, &batch), 0);
	}
	batch = (struct fpt_batch){ .end = true, .produced = EVENTS };
	assert_int_equal(fpt_log_writer__append(writer, &batch), 0);
	assert_int_equal(fpt_log_writer__close(writer), 0);
}

static inline void write_pieces(const char *name, uint64_t max, int zstd)
{
	write_so(name, &(struct fpt_log_options){
			       .meta = "{}", .rotate = PIECE, .max = max, .zstd = zstd });
}

/* What a reader gives: which events, and whether a run record comes first. */
struct seen {
	bool event[EVENTS];
	unsigned int events, records, damages;
	uint64_t lost; /* of batches */
	struct fpt_batch end;
	enum fpt_log_state state;
	char first[WHY], last[WHY];
	char mount[256]; /* by the last record of one */
};

static inline void see_event(struct seen *seen, const struct fpt_header *event)
{
	if (event->kind == FPT_MOUNT)
		memcpy(seen->mount, ((const struct fpt_mount_record *)event)->path, 256);
	if (event->kind >= FPT_RECORD_FIRST) {
		seen->records++;
		return;
	}
	assert_true(seen->records > 0);
	assert_true(event->seq < EVENTS && !seen->event[event->seq]);
	seen->event[event->seq] = true;
	seen->events++;
}

static inline void see_all(struct seen *seen, struct fpt_log_reader *reader)
{
	const struct fpt_header *event;
	struct fpt_batch batch;

	memset(seen, 0, sizeof(*seen));
	assert_non_null(reader);
	do {
		seen->state = fpt_log_reader__next(reader, &batch,
						   seen->damages ? seen->last : seen->first, WHY);
		seen->damages += seen->state == FPT_LOG_DAMAGED;
		if (seen->state != FPT_LOG_OK)
			continue;
		seen->lost += batch.lost;
		for (event = fpt_batch__next(&batch, NULL); event;
		     event = fpt_batch__next(&batch, event))
			see_event(seen, event);
	} while (seen->state == FPT_LOG_OK || seen->state == FPT_LOG_DAMAGED);
	seen->end = batch;
	fpt_log_reader__close(reader);
}

static inline void see(struct seen *seen, const char *path)
{
	char why[WHY];

	see_all(seen, fpt_log_reader__open(path, why, sizeof(why)));
}

static inline void whole(const struct seen *seen)
{
	assert_int_equal(seen->damages, 0);
	assert_int_equal(seen->state, FPT_LOG_END);
	assert_int_equal(seen->events, EVENTS);
	assert_int_equal(seen->records, 3);
	assert_int_equal(seen->end.lost, 0);
	assert_string_equal(seen->mount, "/new");
}

/* The events that are gone are those that are counted, and the verdict is told so. */
static inline void some_gone(const struct seen *seen, unsigned int damages)
{
	assert_int_equal(seen->damages, damages);
	assert_int_equal(seen->state, FPT_LOG_END);
	assert_true(seen->events < EVENTS);
	assert_int_equal(seen->end.lost, EVENTS - seen->events);
	assert_int_equal(seen->lost, EVENTS - seen->events);
}

#endif
