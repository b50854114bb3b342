/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nodes: what the kernel knows by nodeid, each holding an O_PATH descriptor of its backing
 * file. As that descriptor pins the inode, no other file can take its number meanwhile.
 */
#ifndef FPT_SERVER_NODE_H
#define FPT_SERVER_NODE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Nodeids not taken from st_ino: a number already in use, or one that has a meaning. */
#define FPT_NODEID_HIGH (1ULL << 62)

struct fpt_node {
	/* fixed while the node lives; but see fpt_node__take_over() */
	uint64_t nodeid;
	uint64_t generation;
	dev_t dev;
	ino_t ino;
	mode_t type; /* S_IFMT */
	uint64_t alias; /* 0, or tells two nodes of one file apart (a fault) */
	int fd; /* O_PATH */
	bool root;
	/* under the table's lock */
	uint64_t nlookup;
	unsigned int refs;
	struct fpt_node *next_by_id;
	struct fpt_node *next_by_key;
	/* under lock; taken before the table's lock, never after */
	pthread_mutex_t lock;
	char *name; /* as last looked up; "" for the root */
	int unasked_fd; /* for files that the kernel opened without asking; -1: none yet */
	uint32_t fopen; /* FOPEN_ flags, decided by the first open */
	unsigned int opens;
	uint64_t draws; /* of random modes, so far */
	int32_t backing_id; /* 0: none registered */
	unsigned int backing_refs;
	unsigned int registrations; /* of backing ids, so far */
	bool backing_stale; /* a fault closed the id already */
};

/* Makes the table with its root node, taking over root_fd (O_PATH). Returns 0 or -errno. */
int fpt_node__init(int root_fd);
void fpt_node__destroy(void);

/* A reference to the node, or NULL. */
struct fpt_node *fpt_node__get(uint64_t nodeid);
void fpt_node__put(struct fpt_node *node);

/*
 * Finds name in parent. On success the node has one more lookup, the caller has a reference,
 * and *st is filled. Returns 0 or -errno.
 */
int fpt_node__lookup(struct fpt_node *parent, const char *name, struct fpt_node **node,
		     struct stat *st);
/* The same for a file that is already open as fd; fd stays the caller's. */
int fpt_node__adopt(int fd, const char *name, struct fpt_node **node, struct stat *st);
void fpt_node__forget(uint64_t nodeid, uint64_t nlookup);

/*
 * Gives the new node, which is not in the table yet, the nodeid, generation and lookups of the one
 * that has that nodeid, which gets another (a fault). The table's lock is held. Returns whether
 * there is one, of that type or of another.
 */
bool fpt_node__take_over(struct fpt_node *node, uint64_t nodeid, bool other_type);

/* The node of an entry, without a lookup; it is given that name. */
void fpt_node__renamed(struct fpt_node *parent, const char *name);

/* Opens the backing file anew. Returns a descriptor or -errno. */
int fpt_node__open(const struct fpt_node *node, int flags);

#define FPT_PROC_PATH 32
/* The path through which a call without an O_PATH form reaches the file. */
const char *fpt_node__path(const struct fpt_node *node, char path[FPT_PROC_PATH]);

#endif
