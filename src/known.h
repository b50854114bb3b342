/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the events have told so far: connections and their backing ids, inodes
 * and the files open on them, and what each task is in the middle of.  Keeps
 * facts for the checks and for witnesses; judges nothing.
 *
 * Millions of inodes can live at a time and few are in use: what only those
 * need is their active part.
 */
#ifndef FPT_KNOWN_H
#define FPT_KNOWN_H

#include "event.h"
#include "map.h"
#include "mode_set.h"

/* A file as a user can tell it from others: see stat(2). */
struct fpt_known_identity {
	uint64_t ino;
	uint32_t dev, generation;
	uint64_t magic; /* of its file system */
};

struct fpt_known_backing {
	int32_t id;
	uint64_t key; /* of the fuse_backing; 0: not seen in use yet */
	struct fpt_known_identity file;
	bool told; /* its registration was seen */
	bool closed;
	uint64_t closed_ns;
	uint64_t closed_at; /* the checker's activity */
	int closing; /* closes of its id at work */
	int attached; /* to so many inodes */
	bool gone; /* its last reference was dropped */
	uint64_t nodeid, inode; /* of the inode it was attached to last, and its key */
	bool listed; /* under its id: no later file has got that */
	struct fpt_known_backing *prev, *next; /* among the closed ones, or the spare ones */
};

struct fpt_known_conn {
	uint64_t key;
	uint32_t number; /* in the order in which they were seen */
	uint32_t dev;
	bool from_start; /* its INIT was seen: so was all that followed */
	struct fpt_init init;
	struct fpt_map by_id, by_key;
	struct fpt_map by_ino; /* those attached, by their file's number */
	struct fpt_known_backing *closed; /* oldest first; so many are remembered */
	unsigned int closed_count;
	unsigned int unfreed; /* of the closed ones, so many wait for their last reference */
	bool tells_births; /* the first reply of some inode was told */
	bool submounts; /* several file systems, each with nodeids of its own */
	unsigned int uncounted; /* inodes of which it is not known what they hold */
	struct fpt_known_backing *spare;
	struct fpt_known *known; /* that it is part of */
};

/* A fuse_file that holds, or once tried to take, an io mode. */
struct fpt_known_file {
	uint64_t kh;
	uint32_t mode; /* enum fpt_iomode */
	uint32_t open_flags;
	int32_t backing_id;
	uint32_t tgid;
	uint64_t since_ns;
	uint32_t cached_tid; /* the last that wanted it cached, */
	uint64_t cached_ns; /* and when it began to */
	bool mapped; /* once, at least: pages can fault in at any time */
	char name[65];
	char comm[17];
	struct fpt_known_file *next;
};

#define FPT_KNOWN_WRITERS 8

/* Of an inode that has files, operations in flight, or a mode other than none. */
struct fpt_known_active {
	struct fpt_known_inode *inode;
	struct fpt_known_conn *conn;
	uint64_t backing_ino; /* the inode's, whose place this part has taken */
	struct fpt_mode mode;
	struct fpt_known_file *files;
	struct fpt_known_task *opens; /* those inside fuse_file_io_open of this inode */
	uint64_t fb_since_ns; /* a backing file is attached at least since; 0: it may not be */
	unsigned int opened; /* files let in, and not released by their users */
	uint64_t counted; /* key of the backing file that counts it as attached */
	uint32_t writers[FPT_KNOWN_WRITERS]; /* threads at parallel direct writes; 0: no more */
	uint32_t wrote; /* that of the last one to end */
	uint64_t wrote_ns; /* when; 0: none was seen to */
	uint64_t uncached_ns; /* when it was last seen to have uncached references; 0: never */
	uint64_t changed; /* serial of the last begin or end of anything but a direct write */
	bool uncounted; /* see the connection's */
	struct fpt_known_active *prev, *next;
};

/* Millions live at a time, so numbers stand here for what many of them share. */
struct fpt_known_inode {
	uint64_t key;
	uint64_t nodeid;
	union {
		struct fpt_known_active *active; /* if in_use */
		uint64_t backing_ino; /* if not; of the file attached last */
		uint32_t next_free; /* of one that is not live */
	};
	uint32_t generation;
	uint32_t lookups; /* told, of an inode that was born */
	uint32_t conn; /* its number */
	uint32_t backing_generation;
	uint16_t backing_fs; /* place + 1 in the list of them; 0: none was attached yet */
	uint16_t epoch; /* proven, idle and born say something in this one only */
	uint16_t type : 4; /* of its mode, S_IFMT >> 12; of one that was born */
	bool live : 1;
	/* It has its active part: always so where fpt_known__inode() returned it. */
	bool in_use : 1;
	bool proven : 1; /* seen since it was made, or quiet for long enough after doubt */
	bool idle : 1; /* known to have no mode, and no active part */
	bool born : 1; /* seen since it was made */
	bool automount : 1; /* it is where a submount is: its nodeid is not its own */
	bool superseded : 1; /* its nodeid became another inode's */
	bool told : 1; /* its first reply was told */
};

/* An open in progress, from fuse_file_io_open's begin to the user's result. */
struct fpt_known_open {
	bool in_io_open, has_io_open;
	bool alone; /* nothing else was going on when it began */
	bool may_fb, may_no_fb; /* at some instant inside */
	uint64_t activity; /* the checker's, when it began */
	uint64_t file; /* being opened */
	struct fpt_io_open io_open;
	struct fpt_passthrough_open passthrough; /* kind 0: not called, so of the next two */
	struct fpt_cached_open cached;
	struct fpt_uncached_start start;
	struct fpt_mode_judgement judgement; /* of cached or start */
};

struct fpt_known_task {
	uint32_t tid;
	struct fpt_known_open open;
	struct fpt_known_active *opening; /* it is among this one's opens; NULL: of none */
	struct fpt_op_begin waiting; /* of a cached open that may wait; kind 0: none */
	struct fpt_wait wait; /* who that is; kind 0: it was not seen to wait */
	/* At the end of its last direct write it saw that a cached open waits. */
	uint64_t saw_waiter; /* key of the inode; 0: it did not */
	uint64_t saw_changed; /* the inode's changed at that time */
	struct fpt_known_task *prev, *next; /* among the opens of an inode, or the spare ones */
};

struct fpt_known_table; /* inodes by key */

/* Where a backing file is. */
struct fpt_known_fs {
	uint32_t dev;
	uint64_t magic;
};

/* An inode that was born lately. */
struct fpt_known_birth {
	uint64_t key, nodeid;
};

struct fpt_known {
	struct fpt_known_conn **conn, *last_conn;
	uint32_t conns;
	struct fpt_map conn_by_key;
	struct fpt_known_table *inodes;
	struct fpt_known_inode *current; /* the one that the event is about */
	struct fpt_known_inode *found; /* the last one; perhaps not live any more */
	struct fpt_known_active *active, *spare_active;
	struct fpt_map tasks;
	struct fpt_known_task *last_task, *spare_tasks;
	struct fpt_known_file *spare_files;
	struct fpt_known_fs *fs;
	uint32_t fs_count;
	struct fpt_known_birth *latest; /* by nodeid */
	uint32_t max_inodes; /* so many are followed; 0: as many as there is memory for */
	uint16_t epoch; /* of complete evidence */
	bool broken; /* an inode became another, or was gone, while it was in use */
	uint32_t refused; /* so often there was no room to remember what was told */
};

/* Each finds by key, or makes an empty one; NULL, and refused counts it, where there is no room. */
struct fpt_known_conn *fpt_known__other_conn(struct fpt_known *known, uint64_t key);
/* Nearly all events in a row are about one. */
static inline struct fpt_known_conn *fpt_known__conn(struct fpt_known *known, uint64_t key)
{
	struct fpt_known_conn *conn = known->last_conn;

	return conn && conn->key == key ? conn : fpt_known__other_conn(known, key);
}
struct fpt_known_task *fpt_known__task(struct fpt_known *known, uint32_t tid);
struct fpt_known_file *fpt_known__file(struct fpt_known *known, struct fpt_known_inode *inode,
				       uint64_t kh);

/*
 * The same for an inode, which then has its active part until the next call or
 * until fpt_known__rest(), and longer if it is in use.
 */
struct fpt_known_inode *fpt_known__inode(struct fpt_known *known, const struct fpt_id *id);
/*
 * It was made: returns the inode that had its nodeid until now; NULL if there is none
 * or it is not remembered, for only so many are.
 */
struct fpt_known_inode *fpt_known__is_born(struct fpt_known *known, struct fpt_known_inode *inode);
/* The event is over: an inode that is not in use gives its active part back. */
void fpt_known__rest(struct fpt_known *known);
/* Of any inode that is known. */
static inline struct fpt_known_conn *fpt_known__conn_of(const struct fpt_known *known,
							const struct fpt_known_inode *inode)
{
	return known->conn[inode->conn];
}

/* Whether what is known of inodes is more than a processor keeps at hand. */
bool fpt_known__are_many(const struct fpt_known *known);
/* An event about this inode comes: has memory fetch where its search begins. */
void fpt_known__fetch_slot(const struct fpt_known *known, uint64_t key);
/* The same a little later, when that is there: what is known of it. */
void fpt_known__fetch_inode(const struct fpt_known *known, uint64_t key);

/* Each finds, or returns NULL. */
/* An inode that was seen since it was made. */
struct fpt_known_inode *fpt_known__born(struct fpt_known *known, uint64_t key);
struct fpt_known_task *fpt_known__find_task(struct fpt_known *known, uint32_t tid);
struct fpt_known_backing *fpt_known__backing_by_key(const struct fpt_known_conn *conn,
						    uint64_t key);
/* One whose file has this number, and that is attached somewhere. */
struct fpt_known_backing *fpt_known__attached_ino(const struct fpt_known_conn *conn, uint64_t ino);
struct fpt_known_file *fpt_known__find_file(const struct fpt_known_inode *inode, uint64_t kh);
struct fpt_known_file *fpt_known__file_in_mode(const struct fpt_known_inode *inode, uint32_t mode);

/* The latest file registered under an id, closed or not; NULL if none was seen. */
struct fpt_known_backing *fpt_known__backing_by_id(const struct fpt_known_conn *conn, int32_t id);

/* The server registered a new file under this id.  NULL only without memory. */
struct fpt_known_backing *fpt_known__new_backing(struct fpt_known_conn *conn, int32_t id);
/* The id was looked up and gave this fuse_backing. */
struct fpt_known_backing *fpt_known__use_backing(struct fpt_known_conn *conn, int32_t id,
						 uint64_t key);
/* What file it is, as told just now. */
void fpt_known__set_file(struct fpt_known_conn *conn, struct fpt_known_backing *backing,
			 const struct fpt_known_identity *file);
void fpt_known__close_backing(struct fpt_known_conn *conn, struct fpt_known_backing *backing,
			      uint64_t ts_ns);
/* Its last reference was dropped: its address may become another's. */
void fpt_known__backing_gone(struct fpt_known_conn *conn, struct fpt_known_backing *backing);
/* The file that was attached to an inode last.  False: none, as far as known. */
bool fpt_known__backing_before(const struct fpt_known *known, const struct fpt_known_inode *inode,
			       struct fpt_known_identity *file);
void fpt_known__remember_backing(struct fpt_known *known, struct fpt_known_inode *inode,
				 const struct fpt_known_identity *file);
/* What an inode has attached, as far as known, is counted; @sure: it is known now. */
void fpt_known__count_attached(struct fpt_known_inode *inode, uint64_t key, bool sure);

/* Who holds which is not known any more. */
void fpt_known__forget_backings(struct fpt_known_conn *conn);
void fpt_known__drop_backings(struct fpt_known_conn *conn);

/* A task enters fuse_file_io_open of an inode, and leaves it (no more than once). */
void fpt_known__open_begins(struct fpt_known_inode *inode, struct fpt_known_task *task,
			    uint64_t file);
void fpt_known__open_ends(struct fpt_known_task *task);

void fpt_known__drop_task(struct fpt_known *known, struct fpt_known_task *task);
void fpt_known__drop_file(struct fpt_known *known, struct fpt_known_inode *inode, uint64_t kh);
void fpt_known__drop_inode(struct fpt_known *known, struct fpt_known_inode *inode);
/* Evidence was lost: nothing is known of inodes and tasks, nor who holds what. */
void fpt_known__forget(struct fpt_known *known);
void fpt_known__clear(struct fpt_known *known);

/* known_inode.c: the table */
struct fpt_known_inode *fpt_known_table__find(const struct fpt_known_table *table, uint64_t key);
/* A new one, empty but for its key, which must not be there.  NULL without memory. */
struct fpt_known_inode *fpt_known_table__add(struct fpt_known_table **table, uint64_t key);
void fpt_known_table__drop(struct fpt_known_table *table, struct fpt_known_inode *inode);
uint32_t fpt_known_table__count(const struct fpt_known_table *table);
/* What is known of none of them any more. */
void fpt_known_table__forget(struct fpt_known_table *table);
/* Of a table that is not empty: has memory fetch where the search for a key begins; what it finds.
 */
void fpt_known_table__fetch_slot(const struct fpt_known_table *table, uint64_t key);
void fpt_known_table__fetch_record(const struct fpt_known_table *table, uint64_t key);
void fpt_known_table__free(struct fpt_known_table *table);

#endif
