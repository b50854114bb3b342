// SPDX-License-Identifier: GPL-2.0-only
/* Backing files of a connection: by id, by the kernel's key, by number if attached. */
#include <stdlib.h>
#include <utlist.h>

#include "known.h"

#define CLOSED_MAX 256 /* backing ids of a connection remembered after their close */

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
	if (backing->attached > 0)
		HASH_DELETE(by_ino, conn->by_ino, backing);
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

/* One that is attached to several inodes is listed once. */
static void count(struct fpt_known_conn *conn, struct fpt_known_backing *backing, int step)
{
	bool before = backing->attached > 0, after = backing->attached + step > 0;

	backing->attached += step;
	if (!before && after)
		HASH_ADD(by_ino, conn->by_ino, file.ino, sizeof(backing->file.ino), backing);
	else if (before && !after)
		HASH_DELETE(by_ino, conn->by_ino, backing);
}

void fpt_known__count_attached(struct fpt_known_inode *inode, uint64_t key, bool sure)
{
	struct fpt_known_active *active = inode->active;
	struct fpt_known_conn *conn = inode->conn;
	struct fpt_known_backing *left, *taken;

	if (active->uncounted == !sure && active->counted == key)
		return;
	if (active->uncounted && sure)
		conn->uncounted--;
	else if (!active->uncounted && !sure)
		conn->uncounted++;
	active->uncounted = !sure;
	left = fpt_known__backing_by_key(conn, active->counted);
	taken = fpt_known__backing_by_key(conn, key);
	if (left)
		count(conn, left, -1);
	if (taken)
		count(conn, taken, +1);
	active->counted = taken ? key : 0;
}

struct fpt_known_backing *fpt_known__attached_ino(const struct fpt_known_conn *conn, uint64_t ino)
{
	struct fpt_known_backing *backing;

	HASH_FIND(by_ino, conn->by_ino, &ino, sizeof(ino), backing);
	return backing;
}

void fpt_known__forget_backings(struct fpt_known_conn *conn)
{
	while (conn->by_ino) {
		conn->by_ino->attached = 0;
		HASH_DELETE(by_ino, conn->by_ino, conn->by_ino);
	}
	conn->uncounted = 0;
}

void fpt_known__drop_backings(struct fpt_known_conn *conn)
{
	struct fpt_known_backing *backing, *next;

	fpt_known__forget_backings(conn);
	HASH_ITER(by_id, conn->by_id, backing, next)
	drop_backing(conn, backing);
	HASH_ITER(by_key, conn->by_key, backing, next)
	drop_backing(conn, backing);
	while (conn->closed)
		drop_backing(conn, conn->closed);
}
