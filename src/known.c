// SPDX-License-Identifier: GPL-2.0-only
/* Connections, tasks, and inodes with what is active of them. */
#include "known.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

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

struct fpt_known_conn *fpt_known__conn(struct fpt_known *known, uint64_t key)
{
	struct fpt_known_conn *conn = known->last_conn;

	if (conn && conn->key == key)
		return conn;
	HASH_FIND(hh, known->conns, &key, sizeof(key), conn);
	if (!conn) {
		conn = calloc(1, sizeof(*conn));
		if (!conn)
			return NULL;
		conn->key = key;
		HASH_ADD(hh, known->conns, key, sizeof(conn->key), conn);
	}
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
	active->inode->active = NULL;
	DL_DELETE(known->active, active);
	GIVE_SPARE(known->spare_active, active);
}

static bool in_use(const struct fpt_known_active *active)
{
	const struct fpt_mode *mode = &active->mode;

	return active->files || active->opens || active->opened || active->counted ||
	       active->uncounted || (active->uncached_ns && !active->inode->proven) ||
	       fpt_mode__in_flight(mode) || mode->busy ||
	       (mode->known && (mode->state.ctr || mode->state.fb));
}

void fpt_known__rest(struct fpt_known *known)
{
	struct fpt_known_inode *inode = known->current;

	known->current = NULL;
	if (!inode || !inode->active || in_use(inode->active))
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
	if (inode->active)
		return true;
	TAKE_SPARE(known->spare_active, active);
	if (!active)
		return false;
	memset(active, 0, sizeof(*active));
	active->inode = inode;
	active->mode.known = inode->idle;
	DL_APPEND(known->active, active);
	inode->active = active;
	return true;
}

static struct fpt_known_inode *find_inode(struct fpt_known *known, const struct fpt_id *id)
{
	struct fpt_known_inode *inode = known->current;

	if (!inode || inode->key != id->inode) {
		fpt_known__rest(known);
		inode = fpt_known_table__find(known->inodes, id->inode);
	}
	/* An address seen again with another nodeid is another inode. */
	if (inode && (inode->nodeid != id->nodeid || inode->conn->key != id->conn)) {
		known->broken = true;
		fpt_known__drop_inode(known, inode);
		inode = NULL;
	}
	return inode;
}

struct fpt_known_inode *fpt_known__inode(struct fpt_known *known, const struct fpt_id *id)
{
	struct fpt_known_inode *inode = find_inode(known, id);
	struct fpt_known_conn *conn;

	if (!inode) {
		conn = fpt_known__conn(known, id->conn);
		inode = conn ? fpt_known_table__add(&known->inodes, id->inode) : NULL;
		if (!inode)
			return NULL;
		inode->nodeid = id->nodeid;
		inode->conn = conn;
		inode->generation = id->generation;
		inode->epoch = known->epoch;
	}
	known->current = inode;
	if (!activate(known, inode)) {
		fpt_known__drop_inode(known, inode);
		return NULL;
	}
	return inode;
}

struct fpt_known_inode *fpt_known__born(const struct fpt_known *known, uint64_t key)
{
	struct fpt_known_inode *inode = fpt_known_table__find(known->inodes, key);

	return inode && inode->born && inode->epoch == known->epoch ? inode : NULL;
}

struct fpt_known_inode *fpt_known__is_born(struct fpt_known *known, struct fpt_known_inode *inode)
{
	uint64_t hash = (inode->nodeid ^ inode->conn->key) * 0x9e3779b97f4a7c15ULL;
	struct fpt_known_inode *before;
	uint64_t *latest;

	inode->born = true;
	if (!known->latest)
		known->latest = calloc(1U << LATEST_BITS, sizeof(*known->latest));
	if (!known->latest)
		return NULL;
	latest = &known->latest[hash >> (64 - LATEST_BITS)];
	before = *latest != inode->key ? fpt_known__born(known, *latest) : NULL;
	*latest = inode->key;
	return before && before->nodeid == inode->nodeid && before->conn == inode->conn ? before
											: NULL;
}

void fpt_known__drop_inode(struct fpt_known *known, struct fpt_known_inode *inode)
{
	if (known->current == inode)
		known->current = NULL;
	if (inode->active) {
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
		return NULL;
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
	HASH_FIND(hh, known->tasks, &tid, sizeof(tid), task);
	known->last_task = task;
	return task;
}

struct fpt_known_task *fpt_known__task(struct fpt_known *known, uint32_t tid)
{
	struct fpt_known_task *task = fpt_known__find_task(known, tid);

	if (task)
		return task;
	TAKE_SPARE(known->spare_tasks, task);
	if (!task)
		return NULL;
	memset(task, 0, sizeof(*task));
	task->tid = tid;
	HASH_ADD(hh, known->tasks, tid, sizeof(task->tid), task);
	known->last_task = task;
	return task;
}

void fpt_known__drop_task(struct fpt_known *known, struct fpt_known_task *task)
{
	fpt_known__open_ends(task);
	HASH_DEL(known->tasks, task);
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
	struct fpt_known_conn *conn;

	known->current = NULL;
	known->epoch++;
	while (known->tasks)
		fpt_known__drop_task(known, known->tasks);
	while (known->active)
		drop_active(known, known->active);
	for (conn = known->conns; conn; conn = conn->hh.next) {
		conn->from_start = false;
		fpt_known__forget_backings(conn);
	}
}

void fpt_known__clear(struct fpt_known *known)
{
	struct fpt_known_conn *conn, *next;

	fpt_known__forget(known);
	fpt_known_table__free(known->inodes);
	free(known->latest);
	HASH_ITER(hh, known->conns, conn, next)
	{
		fpt_known__drop_backings(conn);
		HASH_DEL(known->conns, conn);
		free(conn);
	}
	while (known->spare_active)
		FREE_SPARE(known->spare_active);
	while (known->spare_tasks)
		FREE_SPARE(known->spare_tasks);
	while (known->spare_files)
		FREE_SPARE(known->spare_files);
	memset(known, 0, sizeof(*known));
}
