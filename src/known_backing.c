// SPDX-License-Identifier: GPL-2.0-only
/* Backing files of a connection: by id, by the kernel's key, by number if attached. */
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "known.h"

#define FS_MAX 4095 /* file systems of backing files, told apart by device and magic */
#define CLOSED_MAX 256 /* backing ids of a connection remembered after their close */

struct fpt_known_backing *fpt_known__backing_by_id(const struct fpt_known_conn *conn, int32_t id)
{
	return fpt_map__find(&conn->by_id, (uint32_t)id);
}

struct fpt_known_backing *fpt_known__backing_by_key(const struct fpt_known_conn *conn, uint64_t key)
{
	return key ? fpt_map__find(&conn->by_key, key) : NULL;
}

static bool unfreed(const struct fpt_known_backing *backing)
{
	return backing->closed && !backing->gone && backing->key;
}

static void list_ino(struct fpt_known_conn *conn, struct fpt_known_backing *backing)
{
	if (!fpt_map__add(&conn->by_ino, backing->file.ino, backing))
		conn->known->refused++;
}

static void unlist_ino(struct fpt_known_conn *conn, struct fpt_known_backing *backing)
{
	fpt_map__drop(&conn->by_ino, backing->file.ino, backing);
}

static void drop_backing(struct fpt_known_conn *conn, struct fpt_known_backing *backing)
{
	conn->unfreed -= unfreed(backing);
	if (backing->attached > 0)
		unlist_ino(conn, backing);
	if (backing->listed)
		fpt_map__drop(&conn->by_id, (uint32_t)backing->id, backing);
	if (backing->key)
		fpt_map__drop(&conn->by_key, backing->key, backing);
	if (backing->closed) {
		DL_DELETE(conn->closed, backing);
		conn->closed_count--;
	}
	backing->next = conn->spare;
	conn->spare = backing;
}

static struct fpt_known_backing *list_backing(struct fpt_known_conn *conn, int32_t id)
{
	struct fpt_known_backing *backing = conn->spare;

	if (backing)
		conn->spare = backing->next;
	else
		backing = malloc(sizeof(*backing));
	if (!backing)
		return NULL;
	memset(backing, 0, sizeof(*backing));
	backing->id = id;
	backing->listed = fpt_map__add(&conn->by_id, (uint32_t)id, backing);
	if (backing->listed)
		return backing;
	drop_backing(conn, backing);
	return NULL;
}

/* An id comes back only after a close; who is still attached is found by key. */
struct fpt_known_backing *fpt_known__new_backing(struct fpt_known_conn *conn, int32_t id)
{
	struct fpt_known_backing *backing, *before = fpt_known__backing_by_id(conn, id);

	if (before) {
		fpt_map__drop(&conn->by_id, (uint32_t)id, before);
		before->listed = false;
		fpt_known__close_backing(conn, before, 0);
	}
	backing = list_backing(conn, id);
	if (!backing)
		conn->known->refused++;
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
	if (!fpt_map__add(&conn->by_key, key, backing)) {
		conn->known->refused++;
		return backing;
	}
	conn->unfreed -= unfreed(backing);
	backing->key = key;
	conn->unfreed += unfreed(backing);
	return backing;
}

void fpt_known__renumber(struct fpt_known_conn *conn, struct fpt_known_backing *backing,
			 uint64_t ino)
{
	if (backing->attached > 0)
		unlist_ino(conn, backing);
	backing->file.ino = ino;
	if (backing->attached > 0)
		list_ino(conn, backing);
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
		fpt_map__drop(&conn->by_key, backing->key, backing);
	backing->key = 0;
}

/* One that is attached to several inodes is listed once. */
static void count(struct fpt_known_conn *conn, struct fpt_known_backing *backing, int step)
{
	bool before = backing->attached > 0, after = backing->attached + step > 0;

	backing->attached += step;
	if (!before && after)
		list_ino(conn, backing);
	else if (before && !after)
		unlist_ino(conn, backing);
}

void fpt_known__count_attached(struct fpt_known_inode *inode, uint64_t key, bool sure)
{
	struct fpt_known_active *active = inode->active;
	struct fpt_known_conn *conn = active->conn;
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
	return fpt_map__find(&conn->by_ino, ino);
}

void fpt_known__forget_backings(struct fpt_known_conn *conn)
{
	struct fpt_known_backing *backing;
	uint32_t i;

	for (i = 0; (backing = fpt_map__next(&conn->by_ino, &i));)
		backing->attached = 0;
	fpt_map__clear(&conn->by_ino);
	conn->uncounted = 0;
}

/* Each is listed under its id, or closed, or both. */
void fpt_known__drop_backings(struct fpt_known_conn *conn)
{
	struct fpt_known_backing *backing;
	uint32_t i;

	for (i = 0; (backing = fpt_map__next(&conn->by_id, &i));)
		if (!backing->closed)
			free(backing);
	while ((backing = conn->closed)) {
		DL_DELETE(conn->closed, backing);
		free(backing);
	}
	while ((backing = conn->spare)) {
		conn->spare = backing->next;
		free(backing);
	}
	fpt_map__clear(&conn->by_id);
	fpt_map__clear(&conn->by_key);
	fpt_map__clear(&conn->by_ino);
}

/* ---- what an inode had ---- */

/* Its place + 1; 0 where there is no room for one more. */
static uint16_t place_of_fs(struct fpt_known *known, uint32_t dev, uint64_t magic)
{
	struct fpt_known_fs *grown;
	uint32_t i;

	/* There are few, and most inodes have theirs on the one found last. */
	for (i = known->fs_count; i-- > 0;)
		if (known->fs[i].dev == dev && known->fs[i].magic == magic)
			return i + 1;
	if (known->fs_count == FS_MAX)
		return 0;
	grown = realloc(known->fs, (known->fs_count + 1) * sizeof(*grown));
	if (!grown)
		return 0;
	known->fs = grown;
	grown[known->fs_count++] = (struct fpt_known_fs){ dev, magic };
	return known->fs_count;
}

bool fpt_known__backing_before(const struct fpt_known *known, const struct fpt_known_inode *inode,
			       struct fpt_known_identity *file)
{
	const struct fpt_known_fs *fs;

	if (!inode->backing_fs)
		return false;
	fs = &known->fs[inode->backing_fs - 1];
	*file = (struct fpt_known_identity){ inode->active->backing_ino, fs->dev,
					     inode->backing_generation, fs->magic };
	return true;
}

void fpt_known__remember_backing(struct fpt_known *known, struct fpt_known_inode *inode,
				 const struct fpt_known_identity *file)
{
	inode->backing_fs = place_of_fs(known, file->dev, file->magic);
	inode->active->backing_ino = file->ino;
	inode->backing_generation = file->generation;
	if (!inode->backing_fs)
		known->refused++;
}
