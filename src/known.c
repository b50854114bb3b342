// SPDX-License-Identifier: GPL-2.0-only
/* Tables of what is known, keyed by the kernel's objects. */
#include "known.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#define CLOSED_MAX 256 /* backing ids of a connection remembered after their close */

struct fpt_known_conn *fpt_known__conn(struct fpt_known *known, uint64_t key)
{
	struct fpt_known_conn *conn;

	HASH_FIND(hh, known->conns, &key, sizeof(key), conn);
	if (conn)
		return conn;
	conn = calloc(1, sizeof(*conn));
	if (!conn)
		return NULL;
	conn->key = key;
	HASH_ADD(hh, known->conns, key, sizeof(conn->key), conn);
	return conn;
}

/* An address seen again with another nodeid is another inode. */
struct fpt_known_inode *fpt_known__inode(struct fpt_known *known, const struct fpt_id *id)
{
	struct fpt_known_inode *inode;

	HASH_FIND(hh, known->inodes, &id->inode, sizeof(id->inode), inode);
	if (inode && (inode->nodeid != id->nodeid || inode->conn != id->conn)) {
		fpt_known__drop_inode(known, inode);
		inode = NULL;
	}
	if (!inode) {
		inode = calloc(1, sizeof(*inode));
		if (!inode)
			return NULL;
		inode->key = id->inode;
		inode->nodeid = id->nodeid;
		inode->conn = id->conn;
		inode->dev = id->dev;
		HASH_ADD(hh, known->inodes, key, sizeof(inode->key), inode);
	}
	inode->generation = id->generation;
	return inode;
}

struct fpt_known_task *fpt_known__find_task(struct fpt_known *known, uint32_t tid)
{
	struct fpt_known_task *task;

	HASH_FIND(hh, known->tasks, &tid, sizeof(tid), task);
	return task;
}

struct fpt_known_task *fpt_known__task(struct fpt_known *known, uint32_t tid)
{
	struct fpt_known_task *task = fpt_known__find_task(known, tid);

	if (task)
		return task;
	task = calloc(1, sizeof(*task));
	if (!task)
		return NULL;
	task->tid = tid;
	HASH_ADD(hh, known->tasks, tid, sizeof(task->tid), task);
	return task;
}

struct fpt_known_file *fpt_known__find_file(const struct fpt_known_inode *inode, uint64_t kh)
{
	struct fpt_known_file *file;

	for (file = inode->files; file && file->kh != kh; file = file->next)
		;
	return file;
}

struct fpt_known_file *fpt_known__file(struct fpt_known_inode *inode, uint64_t kh)
{
	struct fpt_known_file *file = fpt_known__find_file(inode, kh);

	if (file)
		return file;
	file = calloc(1, sizeof(*file));
	if (!file)
		return NULL;
	file->kh = kh;
	file->next = inode->files;
	inode->files = file;
	return file;
}

struct fpt_known_file *fpt_known__file_in_mode(const struct fpt_known_inode *inode, uint32_t mode)
{
	struct fpt_known_file *file;

	for (file = inode->files; file; file = file->next)
		if (file->mode == mode)
			return file;
	return NULL;
}

struct fpt_known_backing *fpt_known__backing_by_id(const struct fpt_known_conn *conn, int32_t id)
{
	struct fpt_known_backing *backing;

	HASH_FIND(by_id, conn->by_id, &id, sizeof(id), backing);
	return backing;
}

struct fpt_known_backing *fpt_known__backing_by_key(const struct fpt_known_conn *conn, uint64_t key)
{
	struct fpt_known_backing *backing;

	HASH_FIND(by_key, conn->by_key, &key, sizeof(key), backing);
	return key ? backing : NULL;
}

static bool unfreed(const struct fpt_known_backing *backing)
{
	return backing->closed && !backing->gone && backing->key;
}

static void drop_backing(struct fpt_known_conn *conn, struct fpt_known_backing *backing)
{
	conn->unfreed -= unfreed(backing);
	if (backing->listed)
		HASH_DELETE(by_id, conn->by_id, backing);
	if (backing->key)
		HASH_DELETE(by_key, conn->by_key, backing);
	if (backing->closed) {
		DL_DELETE(conn->closed, backing);
		conn->closed_count--;
	}
	free(backing);
}

/* An id comes back only after a close; who is still attached is found by key. */
struct fpt_known_backing *fpt_known__new_backing(struct fpt_known_conn *conn, int32_t id)
{
	struct fpt_known_backing *backing, *before = fpt_known__backing_by_id(conn, id);

	if (before) {
		HASH_DELETE(by_id, conn->by_id, before);
		before->listed = false;
		fpt_known__close_backing(conn, before, 0);
	}
	backing = calloc(1, sizeof(*backing));
	if (!backing)
		return NULL;
	backing->id = id;
	backing->listed = true;
	HASH_ADD(by_id, conn->by_id, id, sizeof(backing->id), backing);
	return backing;
}

struct fpt_known_backing *fpt_known__use_backing(struct fpt_known_conn *conn, int32_t id,
						 uint64_t key)
{
	struct fpt_known_backing *backing = fpt_known__backing_by_id(conn, id);
	struct fpt_known_backing *there;

	if (!backing || (backing->key && backing->key != key))
		backing = fpt_known__new_backing(conn, id);
	there = fpt_known__backing_by_key(conn, key);
	if (!backing || !key || there == backing)
		return backing;
	/* The address was freed and is another's now. */
	if (there)
		drop_backing(conn, there);
	conn->unfreed -= unfreed(backing);
	backing->key = key;
	conn->unfreed += unfreed(backing);
	HASH_ADD(by_key, conn->by_key, key, sizeof(backing->key), backing);
	return backing;
}

void fpt_known__close_backing(struct fpt_known_conn *conn, struct fpt_known_backing *backing,
			      uint64_t ts_ns)
{
	struct fpt_known_backing *oldest, *next;

	if (backing->closed)
		return;
	backing->closed = true;
	backing->closed_ns = ts_ns;
	conn->unfreed += unfreed(backing);
	DL_APPEND(conn->closed, backing);
	conn->closed_count++;
	for (oldest = conn->closed; conn->closed_count > CLOSED_MAX && oldest; oldest = next) {
		next = oldest->next;
		if (oldest->attached <= 0)
			drop_backing(conn, oldest);
	}
}

void fpt_known__backing_gone(struct fpt_known_conn *conn, struct fpt_known_backing *backing)
{
	conn->unfreed -= unfreed(backing);
	backing->gone = true;
	if (backing->key)
		HASH_DELETE(by_key, conn->by_key, backing);
	backing->key = 0;
}

void fpt_known__count_attached(struct fpt_known *known, struct fpt_known_inode *inode, uint64_t key,
			       bool sure)
{
	struct fpt_known_conn *conn;
	struct fpt_known_backing *left, *taken;

	if (inode->uncounted == !sure && inode->counted == key)
		return;
	HASH_FIND(hh, known->conns, &inode->conn, sizeof(inode->conn), conn);
	if (!conn)
		return;
	if (inode->uncounted && sure)
		conn->uncounted--;
	else if (!inode->uncounted && !sure)
		conn->uncounted++;
	inode->uncounted = !sure;
	left = fpt_known__backing_by_key(conn, inode->counted);
	taken = fpt_known__backing_by_key(conn, key);
	if (left)
		left->attached--;
	if (taken)
		taken->attached++;
	inode->counted = taken ? key : 0;
}

void fpt_known__drop_task(struct fpt_known *known, struct fpt_known_task *task)
{
	HASH_DEL(known->tasks, task);
	free(task);
}

void fpt_known__drop_file(struct fpt_known_inode *inode, uint64_t kh)
{
	struct fpt_known_file **link = &inode->files, *file;

	while ((file = *link) && file->kh != kh)
		link = &file->next;
	if (file) {
		*link = file->next;
		free(file);
	}
}

void fpt_known__drop_inode(struct fpt_known *known, struct fpt_known_inode *inode)
{
	while (inode->files)
		fpt_known__drop_file(inode, inode->files->kh);
	fpt_known__count_attached(known, inode, 0, true);
	fpt_mode__forget(&inode->mode);
	HASH_DEL(known->inodes, inode);
	free(inode);
}

static void drop_conn(struct fpt_known *known, struct fpt_known_conn *conn)
{
	struct fpt_known_backing *backing, *next;

	HASH_ITER(by_id, conn->by_id, backing, next)
	drop_backing(conn, backing);
	HASH_ITER(by_key, conn->by_key, backing, next)
	drop_backing(conn, backing);
	while (conn->closed)
		drop_backing(conn, conn->closed);
	HASH_DEL(known->conns, conn);
	free(conn);
}

void fpt_known__clear(struct fpt_known *known)
{
	while (known->inodes)
		fpt_known__drop_inode(known, known->inodes);
	while (known->conns)
		drop_conn(known, known->conns);
	while (known->tasks)
		fpt_known__drop_task(known, known->tasks);
}
