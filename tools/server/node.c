// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of nodes, by nodeid and by (device, inode number), under one lock. No system call
 * that may block on a file is made with that lock held.
 */
#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"

#define N_BUCKETS 65536u

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct fpt_node *by_id[N_BUCKETS];
static struct fpt_node *by_key[N_BUCKETS];
static uint64_t next_high = FPT_NODEID_HIGH;
/* The generation where the file system tells none: grows with every unlinked node dropped. */
static uint64_t epoch;

static unsigned int bucket_of(uint64_t n)
{
	return (unsigned int)((n * 0x9e3779b97f4a7c15ULL) >> 48) % N_BUCKETS;
}

static struct fpt_node **id_bucket(uint64_t nodeid)
{
	return &by_id[bucket_of(nodeid)];
}

static struct fpt_node **key_bucket(dev_t dev, ino_t ino, uint64_t alias)
{
	return &by_key[bucket_of(ino ^ ((uint64_t)dev << 40) ^ alias)];
}

static struct fpt_node *find_id(uint64_t nodeid)
{
	struct fpt_node *node = *id_bucket(nodeid);

	while (node && node->nodeid != nodeid)
		node = node->next_by_id;
	return node;
}

static struct fpt_node *find_key(dev_t dev, ino_t ino, uint64_t alias)
{
	struct fpt_node *node = *key_bucket(dev, ino, alias);

	while (node && !(node->ino == ino && node->dev == dev && node->alias == alias))
		node = node->next_by_key;
	return node;
}

static void link_node(struct fpt_node *node)
{
	struct fpt_node **id = id_bucket(node->nodeid);
	struct fpt_node **key = key_bucket(node->dev, node->ino, node->alias);

	node->next_by_id = *id;
	*id = node;
	node->next_by_key = *key;
	*key = node;
}

static void unlink_node(struct fpt_node *node)
{
	struct fpt_node **at = id_bucket(node->nodeid);

	while (*at != node)
		at = &(*at)->next_by_id;
	*at = node->next_by_id;
	at = key_bucket(node->dev, node->ino, node->alias);
	while (*at != node)
		at = &(*at)->next_by_key;
	*at = node->next_by_key;
}

static void free_node(struct fpt_node *node)
{
	if (node->fd >= 0)
		close(node->fd);
	if (node->unasked_fd >= 0)
		close(node->unasked_fd);
	pthread_mutex_destroy(&node->lock);
	free(node->name);
	free(node);
}

/*
 * Tells a file from a later one with the same number. The file handle holds the inode's
 * generation on every file system that can be exported, and needs no open of the file.
 */
static uint64_t generation_of(int fd)
{
	union {
		struct file_handle fh;
		unsigned char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} u = { .fh.handle_bytes = MAX_HANDLE_SZ };
	uint32_t hash = 2166136261u;
	int mount_id;

	if (name_to_handle_at(fd, "", &u.fh, &mount_id, AT_EMPTY_PATH)) {
		pthread_mutex_lock(&table_lock);
		hash = (uint32_t)epoch;
		pthread_mutex_unlock(&table_lock);
		return hash;
	}
	for (unsigned int i = 0; i < u.fh.handle_bytes; i++)
		hash = (hash ^ u.fh.f_handle[i]) * 16777619u;
	return hash;
}

static struct fpt_node *new_node(int fd, const struct stat *st, uint64_t alias)
{
	struct fpt_node *node = calloc(1, sizeof(*node));

	if (!node)
		return NULL;
	node->fd = fd;
	node->unasked_fd = -1;
	node->dev = st->st_dev;
	node->ino = st->st_ino;
	node->type = st->st_mode & S_IFMT;
	node->alias = alias;
	node->generation = generation_of(fd);
	pthread_mutex_init(&node->lock, NULL);
	return node;
}

int fpt_node__init(int root_fd)
{
	struct fpt_node *root;
	struct stat st;

	if (fstat(root_fd, &st))
		return -errno;
	root = new_node(root_fd, &st, 0);
	if (!root)
		return -ENOMEM;
	root->name = strdup("");
	if (!root->name) {
		free(root);
		return -ENOMEM;
	}
	root->nodeid = FUSE_ROOT_ID;
	root->generation = 0;
	root->root = true;
	root->nlookup = 1;
	root->refs = 1;
	link_node(root);
	return 0;
}

void fpt_node__destroy(void)
{
	for (unsigned int i = 0; i < N_BUCKETS; i++) {
		struct fpt_node *node = by_id[i], *next;

		for (; node; node = next) {
			next = node->next_by_id;
			free_node(node);
		}
		by_id[i] = NULL;
		by_key[i] = NULL;
	}
}

struct fpt_node *fpt_node__get(uint64_t nodeid)
{
	struct fpt_node *node;

	pthread_mutex_lock(&table_lock);
	node = find_id(nodeid);
	if (node)
		node->refs++;
	pthread_mutex_unlock(&table_lock);
	return node;
}

/* Gives up references and lookups; frees the node with the last of both. */
static void drop(struct fpt_node *node, unsigned int refs, uint64_t nlookup)
{
	struct stat st;
	bool last;

	node->refs -= refs;
	node->nlookup -= nlookup < node->nlookup ? nlookup : node->nlookup;
	last = !node->refs && !node->nlookup;
	if (last)
		unlink_node(node);
	pthread_mutex_unlock(&table_lock);
	if (!last)
		return;
	if (!fstat(node->fd, &st) && !st.st_nlink) {
		pthread_mutex_lock(&table_lock);
		epoch++;
		pthread_mutex_unlock(&table_lock);
	}
	free_node(node);
}

void fpt_node__put(struct fpt_node *node)
{
	if (!node)
		return;
	pthread_mutex_lock(&table_lock);
	drop(node, 1, 0);
}

void fpt_node__forget(uint64_t nodeid, uint64_t nlookup)
{
	struct fpt_node *node;

	pthread_mutex_lock(&table_lock);
	node = find_id(nodeid);
	if (node && !node->root)
		drop(node, 0, nlookup);
	else
		pthread_mutex_unlock(&table_lock);
}

static void set_name(struct fpt_node *node, const char *name)
{
	pthread_mutex_lock(&node->lock);
	if (!node->root && (!node->name || strcmp(node->name, name))) {
		char *copy = strdup(name);

		if (copy) {
			free(node->name);
			node->name = copy;
		}
	}
	pthread_mutex_unlock(&node->lock);
}

static struct fpt_node *find_looked_up(const struct stat *st, uint64_t alias)
{
	struct fpt_node *node;

	pthread_mutex_lock(&table_lock);
	node = find_key(st->st_dev, st->st_ino, alias);
	if (node) {
		node->nlookup++;
		node->refs++;
	}
	pthread_mutex_unlock(&table_lock);
	return node;
}

bool fpt_node__take_over(struct fpt_node *node, uint64_t nodeid, bool other_type)
{
	struct fpt_node *old = find_id(nodeid);

	if (!old || (old->type != node->type) != other_type)
		return false;
	unlink_node(old);
	node->nodeid = nodeid;
	node->generation = old->generation;
	node->nlookup = old->nlookup;
	/* Nobody will forget it any more, so it stays to the end. */
	old->nlookup = 1;
	old->nodeid = next_high++;
	link_node(old);
	return true;
}

/* Takes over fd. Another thread may have been first: then its node is the one. */
static struct fpt_node *insert(int fd, const struct stat *st, uint64_t alias, const char *name)
{
	struct fpt_node *fresh = new_node(fd, st, alias), *node;

	if (!fresh) {
		close(fd);
		return NULL;
	}
	fresh->name = strdup(name);
	if (!fresh->name) {
		free_node(fresh);
		return NULL;
	}
	pthread_mutex_lock(&table_lock);
	node = find_key(st->st_dev, st->st_ino, alias);
	if (!node) {
		node = fresh;
		fresh = NULL;
		node->nodeid = st->st_ino;
		while (node->nodeid <= FUSE_ROOT_ID || find_id(node->nodeid))
			node->nodeid = next_high++;
		fpt_fault__node(node);
		link_node(node);
	}
	node->nlookup++;
	node->refs++;
	pthread_mutex_unlock(&table_lock);
	if (fresh)
		free_node(fresh);
	return node;
}

int fpt_node__lookup(struct fpt_node *parent, const char *name, struct fpt_node **node,
		     struct stat *st)
{
	uint64_t alias = fpt_fault__alias(name);
	int fd;

	if (fstatat(parent->fd, name, st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT))
		return -errno;
	*node = find_looked_up(st, alias);
	if (!*node) {
		fd = openat(parent->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		if (fstat(fd, st)) {
			int err = -errno;

			close(fd);
			return err;
		}
		*node = insert(fd, st, alias, name);
		if (!*node)
			return -ENOMEM;
	}
	set_name(*node, name);
	return 0;
}

int fpt_node__adopt(int fd, const char *name, struct fpt_node **node, struct stat *st)
{
	uint64_t alias = fpt_fault__alias(name);
	char path[FPT_PROC_PATH];
	int path_fd;

	if (fstat(fd, st))
		return -errno;
	*node = find_looked_up(st, alias);
	if (!*node) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		path_fd = open(path, O_PATH | O_CLOEXEC);
		if (path_fd < 0)
			return -errno;
		*node = insert(path_fd, st, alias, name);
		if (!*node)
			return -ENOMEM;
	}
	set_name(*node, name);
	return 0;
}

void fpt_node__renamed(struct fpt_node *parent, const char *name)
{
	struct fpt_node *node;
	struct stat st;

	if (fstatat(parent->fd, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT))
		return;
	pthread_mutex_lock(&table_lock);
	node = find_key(st.st_dev, st.st_ino, 0);
	if (node)
		node->refs++;
	pthread_mutex_unlock(&table_lock);
	if (node)
		set_name(node, name);
	fpt_node__put(node);
}

const char *fpt_node__path(const struct fpt_node *node, char path[FPT_PROC_PATH])
{
	snprintf(path, FPT_PROC_PATH, "/proc/self/fd/%d", node->fd);
	return path;
}

int fpt_node__open(const struct fpt_node *node, int flags)
{
	char path[FPT_PROC_PATH];
	int fd = open(fpt_node__path(node, path), (flags & ~O_NOFOLLOW) | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}
