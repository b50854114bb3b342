// SPDX-License-Identifier: GPL-2.0-only
/* Connections, tasks, and inodes with what is active of them. */
#include "known.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#define MANY 10000 /* inodes: half a megabyte */
#define LATEST_BITS 14 /* of the number of inodes that are remembered by nodeid */

/* What comes and goes with each open is kept for the next one. */
#define TAKE_SPARE(list, object) \
	do { \
		object = list; \
		if (object) \
			list = list->next; \
		else \
			object = malloc(sizeof(*object)); \
	} while (0)
#define GIVE_SPARE(list, object) \
	do { \
		object->next = list; \
		list = object; \
	} while (0)
#define FREE_SPARE(list) \
	do { \
		void *rest = list->next; \
		free(list); \
		list = rest; \
	} while (0)

static void *refuse(struct fpt_known *known)
{
	known->refused++;
	return NULL;
}

static struct fpt_known_conn *new_conn(struct fpt_known *known, uint64_t key)
{
	struct fpt_known_conn **grown, *conn;

	grown = realloc(known->conn, (known->conns + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	known->conn = grown;
	conn = calloc(1, sizeof(*conn));
	if (!conn || !fpt_map__add(&known->conn_by_key, key, conn)) {
		free(conn);
		return NULL;
	}
	conn->known = known;
	conn->key = key;
	conn->number = known->conns;
	known->conn[known->conns++] = conn;
	return conn;
}

struct fpt_known_conn *fpt_known__other_conn(struct fpt_known *known, uint64_t key)
{
	struct fpt_known_conn *conn = fpt_map__find(&known->conn_by_key, key);

	conn = conn ?: new_conn(known, key);
	if (!conn)
		return refuse(known);
	known->last_conn = conn;
	return conn;
}

/* ---- inodes ---- */

static void drop_active(struct fpt_known *known, struct fpt_known_active *active)
{
	while (active->files)
		fpt_known__drop_file(known, active->inode, active->files->kh);
	while (active->opens)
		fpt_known__open_ends(active->opens);
	fpt_mode__forget(&active->mode);
	if (known->still == active->inode)
		known->still = NULL;
	active->inode->in_use = false;
	active->inode->backing_ino = active->backing_ino;
	DL_DELETE(known->active, active);
	GIVE_SPARE(known->spare_active, active);
}

static bool in_use(const struct fpt_known_active *active)
{
	const struct fpt_mode *mode = &active->mode;

	return active->files || active->opens || active->opened || active->counted ||
	       active->uncounted || (active->uncached_ns && !active->inode->proven) || mode->solo ||
	       mode->busy || (mode->known && (mode->state.ctr || mode->state.fb));
}

void fpt_known__end_rest(struct fpt_known *known)
{
	struct fpt_known_inode *inode = known->current;

	known->current = NULL;
	if (!inode->in_use || in_use(inode->active))
		return;
	inode->idle = inode->active->mode.known;
	drop_active(known, inode->active);
}

static bool activate(struct fpt_known *known, struct fpt_known_inode *inode)
{
	struct fpt_known_active *active;

	if (inode->epoch != known->epoch) {
		inode->proven = inode->idle = inode->born = false;
		inode->epoch = known->epoch;
	}
	if (inode->in_use)
		return true;
	TAKE_SPARE(known->spare_active, active);
	if (!active)
		return false;
	memset(active, 0, sizeof(*active));
	active->inode = inode;
	active->conn = fpt_known__conn_of(known, inode);
	active->backing_ino = inode->backing_ino;
	active->mode.known = inode->idle;
	DL_APPEND(known->active, active);
	inode->active = active;
	inode->in_use = true;
	return true;
}

/* Several events in a row are about one inode. */
static struct fpt_known_inode *find_key(struct fpt_known *known, uint64_t key)
{
	struct fpt_known_inode *inode = known->found;

	if (inode && inode->live && inode->key == key)
		return inode;
	inode = fpt_known_table__find(known->inodes, key);
	if (inode)
		known->found = inode;
	return inode;
}

static struct fpt_known_inode *find_inode(struct fpt_known *known, const struct fpt_id *id)
{
	struct fpt_known_inode *inode = known->current;

	if (!inode || inode->key != id->inode) {
		fpt_known__rest(known);
		inode = find_key(known, id->inode);
	}
	/* An address seen again with another nodeid is another inode. */
	if (inode &&
	    (inode->nodeid != id->nodeid || fpt_known__conn_of(known, inode)->key != id->conn)) {
		known->broken = true;
		fpt_known__drop_inode(known, inode);
		inode = NULL;
	}
	return inode;
}

static struct fpt_known_inode *new_inode(struct fpt_known *known, const struct fpt_id *id)
{
	struct fpt_known_conn *conn = fpt_known__conn(known, id->conn);
	struct fpt_known_inode *inode;

	if (!conn ||
	    (known->max_inodes && fpt_known_table__count(known->inodes) >= known->max_inodes))
		return NULL;
	inode = fpt_known_table__add(&known->inodes, id->inode);
	if (!inode)
		return NULL;
	inode->nodeid = id->nodeid;
	inode->conn = conn->number;
	inode->generation = id->generation;
	inode->epoch = known->epoch;
	return inode;
}

struct fpt_known_inode *fpt_known__other_inode(struct fpt_known *known, const struct fpt_id *id)
{
	struct fpt_known_inode *inode = find_inode(known, id) ?: new_inode(known, id);

	if (!inode)
		return refuse(known);
	known->current = inode;
	if (!activate(known, inode)) {
		fpt_known__drop_inode(known, inode);
		return refuse(known);
	}
	return known->still = inode;
}

struct fpt_known_inode *fpt_known__born(struct fpt_known *known, uint64_t key)
{
	struct fpt_known_inode *inode = find_key(known, key);

	return inode && inode->born && inode->epoch == known->epoch ? inode : NULL;
}

struct fpt_known_inode *fpt_known__is_born(struct fpt_known *known, struct fpt_known_inode *inode)
{
	uint64_t hash = (inode->nodeid ^ inode->active->conn->key) * 0x9e3779b97f4a7c15ULL;
	struct fpt_known_birth *latest, last;
	struct fpt_known_inode *before;

	inode->born = true;
	if (!known->latest)
		known->latest = calloc(1U << LATEST_BITS, sizeof(*known->latest));
	if (!known->latest)
		return NULL;
	latest = &known->latest[hash >> (64 - LATEST_BITS)];
	last = *latest;
	*latest = (struct fpt_known_birth){ inode->key, inode->nodeid };
	/* The search for it is for those few that had the nodeid. */
	if (last.nodeid != inode->nodeid || last.key == inode->key)
		return NULL;
	before = fpt_known__born(known, last.key);
	return before && before->nodeid == inode->nodeid && before->conn == inode->conn ? before
											: NULL;
}

void fpt_known__drop_inode(struct fpt_known *known, struct fpt_known_inode *inode)
{
	if (known->current == inode)
		known->current = NULL;
	if (inode->in_use) {
		fpt_known__count_attached(inode, 0, true);
		drop_active(known, inode->active);
	}
	fpt_known_table__drop(known->inodes, inode);
}

/* ---- files ---- */

struct fpt_known_file *fpt_known__find_file(const struct fpt_known_inode *inode, uint64_t kh)
{
	struct fpt_known_file *file;

	for (file = inode->active->files; file && file->kh != kh; file = file->next)
		;
	return file;
}

struct fpt_known_file *fpt_known__file(struct fpt_known *known, struct fpt_known_inode *inode,
				       uint64_t kh)
{
	struct fpt_known_file *file = fpt_known__find_file(inode, kh);

	if (file)
		return file;
	TAKE_SPARE(known->spare_files, file);
	if (!file)
		return refuse(known);
	memset(file, 0, sizeof(*file));
	file->kh = kh;
	LL_PREPEND(inode->active->files, file);
	return file;
}

struct fpt_known_file *fpt_known__file_in_mode(const struct fpt_known_inode *inode, uint32_t mode)
{
	struct fpt_known_file *file;

	for (file = inode->active->files; file && file->mode != mode; file = file->next)
		;
	return file;
}

void fpt_known__drop_file(struct fpt_known *known, struct fpt_known_inode *inode, uint64_t kh)
{
	struct fpt_known_file *file = fpt_known__find_file(inode, kh);

	if (!file)
		return;
	LL_DELETE(inode->active->files, file);
	GIVE_SPARE(known->spare_files, file);
}

/* ---- tasks ---- */

struct fpt_known_task *fpt_known__find_task(struct fpt_known *known, uint32_t tid)
{
	struct fpt_known_task *task = known->last_task;

	if (task && task->tid == tid)
		return task;
	task = fpt_map__find(&known->tasks, tid);
	known->last_task = task;
	return task;
}

/* Not the copies of events, which are large: their kinds say that there are none. */
static void clear_task(struct fpt_known_task *task)
{
	struct fpt_known_open *open = &task->open;

	open->in_io_open = open->has_io_open = open->alone = open->may_fb = open->may_no_fb = false;
	open->passthrough.h.kind = open->cached.h.kind = open->start.h.kind = 0;
	open->verdict = FPT_MODE_EXPLAINED;
	task->waiting.h.kind = task->wait.h.kind = 0;
	task->opening = NULL;
	task->saw_waiter = 0;
}

struct fpt_known_task *fpt_known__task(struct fpt_known *known, uint32_t tid)
{
	struct fpt_known_task *task = fpt_known__find_task(known, tid);

	if (task)
		return task;
	TAKE_SPARE(known->spare_tasks, task);
	if (!task)
		return refuse(known);
	if (!fpt_map__add(&known->tasks, tid, task)) {
		GIVE_SPARE(known->spare_tasks, task);
		return refuse(known);
	}
	clear_task(task);
	task->tid = tid;
	known->last_task = task;
	return task;
}

void fpt_known__drop_task(struct fpt_known *known, struct fpt_known_task *task)
{
	fpt_known__open_ends(task);
	fpt_map__drop(&known->tasks, task->tid, task);
	known->last_task = NULL;
	GIVE_SPARE(known->spare_tasks, task);
}

void fpt_known__open_begins(struct fpt_known_inode *inode, struct fpt_known_task *task,
			    uint64_t file)
{
	struct fpt_known_open *open = &task->open;

	/* Its end was not seen. */
	if (task->opening)
		DL_DELETE(task->opening->opens, task);
	open->has_io_open = open->alone = open->may_fb = open->may_no_fb = false;
	open->passthrough.h.kind = open->cached.h.kind = open->start.h.kind = 0;
	open->in_io_open = true;
	open->file = file;
	task->opening = inode->active;
	DL_APPEND(inode->active->opens, task);
}

void fpt_known__open_ends(struct fpt_known_task *task)
{
	if (task->opening)
		DL_DELETE(task->opening->opens, task);
	task->opening = NULL;
	task->open.in_io_open = false;
}

/* ---- the end ---- */

void fpt_known__forget(struct fpt_known *known)
{
	struct fpt_known_task *task;
	uint32_t i;

	known->current = NULL;
	/* It comes round: then what is left of long ago must not pass for news. */
	if (!++known->epoch)
		fpt_known_table__forget(known->inodes);
	for (i = 0; (task = fpt_map__next(&known->tasks, &i));) {
		fpt_known__open_ends(task);
		GIVE_SPARE(known->spare_tasks, task);
	}
	fpt_map__clear(&known->tasks);
	known->last_task = NULL;
	while (known->active)
		drop_active(known, known->active);
	for (i = 0; i < known->conns; i++) {
		known->conn[i]->from_start = false;
		fpt_known__forget_backings(known->conn[i]);
	}
}

void fpt_known__clear(struct fpt_known *known)
{
	uint32_t i;

	fpt_known__forget(known);
	fpt_known_table__free(known->inodes);
	free(known->latest);
	free(known->fs);
	for (i = 0; i < known->conns; i++) {
		fpt_known__drop_backings(known->conn[i]);
		free(known->conn[i]);
	}
	free(known->conn);
	fpt_map__clear(&known->conn_by_key);
	while (known->spare_active)
		FREE_SPARE(known->spare_active);
	while (known->spare_tasks)
		FREE_SPARE(known->spare_tasks);
	while (known->spare_files)
		FREE_SPARE(known->spare_files);
	memset(known, 0, sizeof(*known));
}

bool fpt_known__are_many(const struct fpt_known *known)
{
	return fpt_known_table__count(known->inodes) >= MANY;
}

void fpt_known__fetch_slot(const struct fpt_known *known, uint64_t key)
{
	fpt_known_table__fetch_slot(known->inodes, key);
}

void fpt_known__fetch_inode(const struct fpt_known *known, uint64_t key)
{
	fpt_known_table__fetch_record(known->inodes, key);
}
