// SPDX-License-Identifier: GPL-2.0-only
/* Tables of what is known, keyed by the kernel's objects. */
#include "known.h"

#include <stdlib.h>
#include <string.h>

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

struct fpt_known_file *fpt_known__file(struct fpt_known_inode *inode, uint64_t kh)
{
	struct fpt_known_file *file;

	for (file = inode->files; file; file = file->next)
		if (file->kh == kh)
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

struct fpt_known_backing *fpt_known__new_backing(struct fpt_known_conn *conn, int32_t id)
{
	struct fpt_known_backing *backing = calloc(1, sizeof(*backing));

	if (!backing)
		return NULL;
	backing->id = id;
	backing->next = conn->backings;
	conn->backings = backing;
	return backing;
}

struct fpt_known_backing *fpt_known__backing(struct fpt_known_conn *conn, int32_t id)
{
	struct fpt_known_backing *backing;

	for (backing = conn->backings; backing; backing = backing->next)
		if (backing->id == id)
			return backing;
	return fpt_known__new_backing(conn, id);
}

struct fpt_known_backing *fpt_known__backing_by_key(const struct fpt_known_conn *conn, uint64_t key)
{
	struct fpt_known_backing *backing;

	for (backing = conn->backings; key && backing; backing = backing->next)
		if (backing->key == key)
			return backing;
	return NULL;
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
	fpt_mode__forget(&inode->mode);
	HASH_DEL(known->inodes, inode);
	free(inode);
}

static void drop_conn(struct fpt_known *known, struct fpt_known_conn *conn)
{
	struct fpt_known_backing *backing;

	while ((backing = conn->backings)) {
		conn->backings = backing->next;
		free(backing);
	}
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
